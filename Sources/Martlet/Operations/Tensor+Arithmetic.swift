import CKernels

// Two operators each way for tensors and numbers: more overloads would slow the type checker for
// every user.
extension Tensor {
  /// The sum, with broadcasting and type promotion. Of bools, their `or`.
  @inline(__always)
  public static func + (x: Tensor, y: Tensor) throws -> Tensor { try Binary.add(x, y) }
  public static func + <S: ScalarConvertible>(x: Tensor, y: S) throws -> Tensor {
    try Binary.add(x, y.scalar)
  }
  public static func + <S: ScalarConvertible>(x: S, y: Tensor) throws -> Tensor {
    try Binary.add(x.scalar, y)
  }

  @inline(__always)
  public static func - (x: Tensor, y: Tensor) throws -> Tensor { try Binary.sub(x, y) }
  public static func - <S: ScalarConvertible>(x: Tensor, y: S) throws -> Tensor {
    try Binary.sub(x, y.scalar)
  }
  public static func - <S: ScalarConvertible>(x: S, y: Tensor) throws -> Tensor {
    try Binary.sub(x.scalar, y)
  }

  /// The elementwise product. Of bools, their `and`.
  @inline(__always)
  public static func * (x: Tensor, y: Tensor) throws -> Tensor { try Binary.mul(x, y) }
  public static func * <S: ScalarConvertible>(x: Tensor, y: S) throws -> Tensor {
    try Binary.mul(x, y.scalar)
  }
  public static func * <S: ScalarConvertible>(x: S, y: Tensor) throws -> Tensor {
    try Binary.mul(x.scalar, y)
  }

  /// The quotient; of integers too it is floating point. See `div(_:rounding:)` for others.
  @inline(__always)
  public static func / (x: Tensor, y: Tensor) throws -> Tensor { try Binary.div(x, y) }
  public static func / <S: ScalarConvertible>(x: Tensor, y: S) throws -> Tensor {
    try Binary.div(x, y.scalar)
  }
  public static func / <S: ScalarConvertible>(x: S, y: Tensor) throws -> Tensor {
    try Binary.div(x.scalar, y)
  }

  /// The remainder with the sign of the divisor, as Python's `%`.
  ///
  /// - Throws: `TensorError.divisionByZero` for integers.
  public static func % (x: Tensor, y: Tensor) throws -> Tensor { try Binary.remainder(x, y) }
  public static func % <S: ScalarConvertible>(x: Tensor, y: S) throws -> Tensor {
    try Binary.remainder(x, y.scalar)
  }
  public static func % <S: ScalarConvertible>(x: S, y: Tensor) throws -> Tensor {
    try Binary.remainder(x.scalar, y)
  }

  public static prefix func - (x: Tensor) throws -> Tensor { try Unary.neg(x) }

  /// How a quotient is rounded.
  public enum DivisionRounding: Sendable {
    /// Towards zero, as integers divide in Swift and C.
    case trunc
    /// Down, as `//` in Python.
    case floor
  }

  /// The quotient rounded to whole numbers, in the promoted dtype.
  ///
  /// - Throws: `TensorError.divisionByZero` for integers.
  public func div(_ other: Tensor, rounding: DivisionRounding) throws -> Tensor {
    try (rounding == .trunc ? Binary.trunc_divide : Binary.floor_divide)(self, other)
  }
  public func div(_ other: some ScalarConvertible, rounding: DivisionRounding) throws -> Tensor {
    try (rounding == .trunc ? Binary.trunc_divide : Binary.floor_divide)(self, other.scalar)
  }

  /// The remainder with the sign of the dividend, as C's `fmod`.
  public func fmod(_ other: Tensor) throws -> Tensor { try Binary.fmod(self, other) }
  public func fmod(_ other: some ScalarConvertible) throws -> Tensor {
    try Binary.fmod(self, other.scalar)
  }

  /// Each element to the power of the other's.
  public func pow(_ exponent: Tensor) throws -> Tensor { try Binary.pow(self, exponent) }

  /// Each element to the power of a number.
  ///
  /// - Throws: `TensorError.argument` for integers to a negative integer power, which has no
  ///   integer result.
  public func pow(_ exponent: some ScalarConvertible) throws -> Tensor {
    let scalar = exponent.scalar
    if dtype.isInteger, scalar.category != .floating, scalar.double < 0 {
      throw TensorError.argument(
        operation: "pow", reason: "integers to the negative integer power \(scalar.integer)")
    }
    if dtype.category >= scalar.category, dtype != .bool {
      if scalar.double == 2 { return try Unary.square(self) }
      if scalar.double == 1 { return try clone() }
    }
    return try Binary.pow(self, scalar)
  }

  public func maximum(_ other: Tensor) throws -> Tensor { try Binary.maximum(self, other) }
  public func minimum(_ other: Tensor) throws -> Tensor { try Binary.minimum(self, other) }

  /// Like `maximum`, but a number wins over NaN.
  public func fmax(_ other: Tensor) throws -> Tensor { try Binary.fmax(self, other) }
  /// Like `minimum`, but a number wins over NaN.
  public func fmin(_ other: Tensor) throws -> Tensor { try Binary.fmin(self, other) }

  /// The angle of the point (other, self), in radians from -pi to pi.
  public func atan2(_ other: Tensor) throws -> Tensor { try Binary.atan2(self, other) }
  public func hypot(_ other: Tensor) throws -> Tensor { try Binary.hypot(self, other) }
  public func copysign(_ sign: Tensor) throws -> Tensor { try Binary.copysign(self, sign) }
  /// `log(exp(self) + exp(other))` without overflow.
  public func logaddexp(_ other: Tensor) throws -> Tensor { try Binary.logaddexp(self, other) }
  /// `self * log(other)`, 0 where self is 0.
  public func xlogy(_ other: Tensor) throws -> Tensor { try Binary.xlogy(self, other) }
  /// Hurwitz's zeta function: the sum of `(other + k)^-self` over k = 0, 1, 2, ...; differentiable
  /// by `other`.
  public func zeta(_ other: Tensor) throws -> Tensor { try Binary.zeta(self, other) }
  /// 0 below zero, 1 above, and `values` at zero.
  public func heaviside(_ values: Tensor) throws -> Tensor { try Binary.heaviside(self, values) }

  /// `self + weight * (end - self)`.
  public func lerp(_ end: Tensor, _ weight: Tensor) throws -> Tensor {
    try Ternary.lerp(self, end, weight)
  }
  /// Half-precision tensors are computed in float32, as the weight is not one of their numbers.
  public func lerp(_ end: Tensor, _ weight: Double) throws -> Tensor {
    if isHalfPrecision, end.dtype == dtype {
      return try widened { try $0.lerp(end.to(.float32), weight) }
    }
    return try Ternary.lerp(
      self, end, Tensor(.float(weight), dtype: dtype.floatingPoint, device: device))
  }

  /// `self + value * x * y`.
  public func addcmul(_ x: Tensor, _ y: Tensor, value: Double = 1) throws -> Tensor {
    try self + x * y * Scalar(value, fitting: x.dtype.promoted(with: y.dtype))
  }

  /// `self + value * x / y`.
  public func addcdiv(_ x: Tensor, _ y: Tensor, value: Double = 1) throws -> Tensor {
    try self + x / y * value
  }

  /// Every element kept between the bounds; NaN stays. Bounds that cross give the upper one.
  ///
  /// - Throws: `TensorError.argument` if neither bound is given.
  public func clamp(min low: Tensor? = nil, max high: Tensor? = nil) throws -> Tensor {
    switch (low, high) {
    case (let low?, let high?): return try Ternary.clamp(self, low, high)
    case (let low?, nil): return try Binary.maximum(self, low)
    case (nil, let high?): return try Binary.minimum(self, high)
    case (nil, nil):
      throw TensorError.argument(operation: "clamp", reason: "needs at least one bound")
    }
  }

  /// Every element kept between two numbers. At a bound the gradient passes.
  public func clamp(
    min low: (any ScalarConvertible)? = nil, max high: (any ScalarConvertible)? = nil
  ) throws -> Tensor {
    guard low != nil || high != nil else {
      throw TensorError.argument(operation: "clamp", reason: "needs at least one bound")
    }
    var promotion = Promotion()
    promotion.add(dtype, rank: Swift.max(rank, 1))
    if let low { promotion.add(low.scalar) }
    if let high { promotion.add(high.scalar) }
    let dtype = promotion.result
    return try Clamp(low: low?.scalar, high: high?.scalar)(to(dtype))
  }

  /// A number that no other is less than.
  func smallest() throws -> Tensor {
    if dtype.isFloatingPoint { return try Tensor(.float(-.infinity), dtype: dtype, device: device) }
    let bits = dtype.itemSize * 8
    let value = dtype.isSigned ? Int.min >> (64 - bits) : 0
    return try Tensor(.int(value), dtype: dtype, device: device)
  }

  /// A number that no other is greater than.
  func largest() throws -> Tensor {
    if dtype.isFloatingPoint { return try Tensor(.float(.infinity), dtype: dtype, device: device) }
    let bits = dtype.itemSize * 8
    let value = dtype == .bool ? 1 : dtype.isSigned ? Int.max >> (64 - bits) : (1 << bits) - 1
    return try Tensor(.int(value), dtype: dtype, device: device)
  }
}

extension Scalar {
  /// The number as an integer if it is one and `dtype` is not of fractions.
  init(_ value: Double, fitting dtype: DType) {
    if !dtype.isFloatingPoint, let integer = Int(exactly: value) {
      self = .int(integer)
    } else {
      self = .float(value)
    }
  }
}
