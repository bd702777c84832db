import CKernels

// Two operators each way for tensors and numbers: more overloads would slow the type checker for
// every user.
extension Tensor {
  /// The sum, with broadcasting and type promotion. Of bools, their `or`.
  ///
  ///     try Tensor([1.0, 2.0]) + Tensor([[10.0], [20.0]])  // [[11, 12], [21, 22]]
  @inline(__always)
  public static func + (x: Tensor, y: Tensor) throws -> Tensor { try Binary.add(x, y) }
  /// As the sum of two tensors; the number's kind counts in promotion, not its width: `x + 1`.
  public static func + <S: ScalarConvertible>(x: Tensor, y: S) throws -> Tensor {
    try Binary.add(x, y.scalar)
  }
  /// As the sum of two tensors: `1 + x`.
  public static func + <S: ScalarConvertible>(x: S, y: Tensor) throws -> Tensor {
    try Binary.add(x.scalar, y)
  }

  /// The difference, with broadcasting and type promotion.
  ///
  ///     try Tensor([3.0, 5.0]) - Tensor([1.0])  // [2, 4]
  ///
  /// - Throws: `TensorError.dtype` for two bools: use `logicalXor`.
  @inline(__always)
  public static func - (x: Tensor, y: Tensor) throws -> Tensor { try Binary.sub(x, y) }
  /// As the difference of two tensors: `x - 1`.
  public static func - <S: ScalarConvertible>(x: Tensor, y: S) throws -> Tensor {
    try Binary.sub(x, y.scalar)
  }
  /// As the difference of two tensors: `1 - x`.
  public static func - <S: ScalarConvertible>(x: S, y: Tensor) throws -> Tensor {
    try Binary.sub(x.scalar, y)
  }

  /// The elementwise product, with broadcasting and type promotion. Of bools, their `and`. For
  /// matrix products see `matmul`.
  ///
  ///     try Tensor([1.0, 2.0]) * Tensor([3.0, 4.0])  // [3, 8]
  @inline(__always)
  public static func * (x: Tensor, y: Tensor) throws -> Tensor { try Binary.mul(x, y) }
  /// As the product of two tensors: `x * 2`.
  public static func * <S: ScalarConvertible>(x: Tensor, y: S) throws -> Tensor {
    try Binary.mul(x, y.scalar)
  }
  /// As the product of two tensors: `2 * x`.
  public static func * <S: ScalarConvertible>(x: S, y: Tensor) throws -> Tensor {
    try Binary.mul(x.scalar, y)
  }

  /// The quotient, with broadcasting; of integers too it is floating point. See `div(_:rounding:)`
  /// for others.
  ///
  ///     try Tensor([1, 3]) / Tensor([2, 4])  // [0.5, 0.75]
  @inline(__always)
  public static func / (x: Tensor, y: Tensor) throws -> Tensor { try Binary.div(x, y) }
  /// As the quotient of two tensors: `x / 2`.
  public static func / <S: ScalarConvertible>(x: Tensor, y: S) throws -> Tensor {
    try Binary.div(x, y.scalar)
  }
  /// As the quotient of two tensors: `1 / x`.
  public static func / <S: ScalarConvertible>(x: S, y: Tensor) throws -> Tensor {
    try Binary.div(x.scalar, y)
  }

  /// The remainder with the sign of the divisor, as Python's `%`.
  ///
  ///     try Tensor([5, -5]) % Tensor([3])  // [2, 1]
  ///
  /// - Throws: `TensorError.divisionByZero` for integers.
  public static func % (x: Tensor, y: Tensor) throws -> Tensor { try Binary.remainder(x, y) }
  /// As the remainder of two tensors: `x % 3`.
  public static func % <S: ScalarConvertible>(x: Tensor, y: S) throws -> Tensor {
    try Binary.remainder(x, y.scalar)
  }
  /// As the remainder of two tensors: `7 % x`.
  public static func % <S: ScalarConvertible>(x: S, y: Tensor) throws -> Tensor {
    try Binary.remainder(x.scalar, y)
  }

  /// The elements with their signs changed.
  ///
  ///     try -Tensor([1.0, -2.0])  // [-1, 2]
  ///
  /// - Throws: `TensorError.dtype` for bools: use `logicalNot`.
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
  ///     try Tensor([7, -7]).div(Tensor([2]), rounding: .floor)  // [3, -4]
  ///
  /// - Throws: `TensorError.divisionByZero` for integers.
  public func div(_ other: Tensor, rounding: DivisionRounding) throws -> Tensor {
    try (rounding == .trunc ? Binary.trunc_divide : Binary.floor_divide)(self, other)
  }
  /// As the rounded quotient of two tensors: `x.div(2, rounding: .trunc)`.
  public func div(_ other: some ScalarConvertible, rounding: DivisionRounding) throws -> Tensor {
    try (rounding == .trunc ? Binary.trunc_divide : Binary.floor_divide)(self, other.scalar)
  }

  /// The remainder with the sign of the dividend, as C's `fmod`.
  ///
  ///     try Tensor([5.0, -5.0]).fmod(Tensor([3.0]))  // [2, -2]
  ///
  /// - Throws: `TensorError.divisionByZero` for integers.
  public func fmod(_ other: Tensor) throws -> Tensor { try Binary.fmod(self, other) }
  /// As the remainder of two tensors: `x.fmod(3)`.
  public func fmod(_ other: some ScalarConvertible) throws -> Tensor {
    try Binary.fmod(self, other.scalar)
  }

  /// Each element to the power of the other's, with broadcasting and type promotion.
  ///
  ///     try Tensor([2.0, 3.0]).pow(Tensor([3.0, 2.0]))  // [8, 9]
  public func pow(_ exponent: Tensor) throws -> Tensor { try Binary.pow(self, exponent) }

  /// Each element to the power of a number.
  ///
  ///     try Tensor([2.0, 3.0]).pow(2)  // [4, 9]
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

  /// The greater of two elements, with broadcasting; NaN wins. Equal ones share the gradient.
  ///
  ///     try Tensor([1.0, 5.0]).maximum(Tensor([3.0]))  // [3, 5]
  public func maximum(_ other: Tensor) throws -> Tensor { try Binary.maximum(self, other) }

  /// The lesser of two elements, with broadcasting; NaN wins. Equal ones share the gradient.
  ///
  ///     try Tensor([1.0, 5.0]).minimum(Tensor([3.0]))  // [1, 3]
  public func minimum(_ other: Tensor) throws -> Tensor { try Binary.minimum(self, other) }

  /// Like `maximum`, but a number wins over NaN.
  ///
  ///     try Tensor([1.0, .nan]).fmax(Tensor([3.0]))  // [3, 3]
  public func fmax(_ other: Tensor) throws -> Tensor { try Binary.fmax(self, other) }

  /// Like `minimum`, but a number wins over NaN.
  ///
  ///     try Tensor([1.0, .nan]).fmin(Tensor([3.0]))  // [1, 3]
  public func fmin(_ other: Tensor) throws -> Tensor { try Binary.fmin(self, other) }

  /// The angle of the point (other, self), in radians from -pi to pi.
  ///
  ///     try Tensor([1.0, -1.0]).atan2(Tensor([1.0, -1.0]))  // [0.7854, -2.3562]
  public func atan2(_ other: Tensor) throws -> Tensor { try Binary.atan2(self, other) }

  /// `sqrt(self^2 + other^2)` without overflow.
  ///
  ///     try Tensor([3.0]).hypot(Tensor([4.0]))  // [5]
  public func hypot(_ other: Tensor) throws -> Tensor { try Binary.hypot(self, other) }

  /// The absolute value of each element with the sign of the other's, also that of -0.
  ///
  ///     try Tensor([1.0, -2.0]).copysign(Tensor([-1.0, 1.0]))  // [-1, 2]
  public func copysign(_ sign: Tensor) throws -> Tensor { try Binary.copysign(self, sign) }

  /// `log(exp(self) + exp(other))` without overflow.
  ///
  ///     try Tensor([1000.0]).logaddexp(Tensor([1000.0]))  // [1000.6931]
  public func logaddexp(_ other: Tensor) throws -> Tensor { try Binary.logaddexp(self, other) }

  /// `self * log(other)`, 0 where self is 0.
  ///
  ///     try Tensor([0.0, 2.0]).xlogy(Tensor([0.0, 2.7182818]))  // [0, 2]
  public func xlogy(_ other: Tensor) throws -> Tensor { try Binary.xlogy(self, other) }

  /// Hurwitz's zeta function: the sum of `(other + k)^-self` over k = 0, 1, 2, ...; differentiable
  /// by `other`.
  ///
  ///     try Tensor([2.0]).zeta(Tensor([1.0]))  // [1.6449]
  public func zeta(_ other: Tensor) throws -> Tensor { try Binary.zeta(self, other) }

  /// 0 below zero, 1 above, and `values` at zero.
  ///
  ///     try Tensor([-1.0, 0.0, 2.0]).heaviside(Tensor([0.5]))  // [0, 0.5, 1]
  public func heaviside(_ values: Tensor) throws -> Tensor { try Binary.heaviside(self, values) }

  /// `self + weight * (end - self)`: this tensor where the weight is 0, the end where it is 1.
  ///
  ///     try Tensor([0.0, 10.0]).lerp(Tensor([10.0, 20.0]), Tensor([0.5]))  // [5, 15]
  public func lerp(_ end: Tensor, _ weight: Tensor) throws -> Tensor {
    try Ternary.lerp(self, end, weight)
  }

  /// As `lerp` with a tensor of weights. Half-precision tensors are computed in float32, as the
  /// weight is not one of their numbers.
  ///
  ///     try average.lerp(x, 0.1)
  public func lerp(_ end: Tensor, _ weight: Double) throws -> Tensor {
    if isHalfPrecision, end.dtype == dtype {
      return try widened { try $0.lerp(end.to(.float32), weight) }
    }
    return try Ternary.lerp(
      self, end, Tensor(.float(weight), dtype: dtype.floatingPoint, device: device))
  }

  /// `self + value * x * y`.
  ///
  ///     try Tensor([1.0]).addcmul(Tensor([2.0]), Tensor([3.0]), value: 0.5)  // [4]
  public func addcmul(_ x: Tensor, _ y: Tensor, value: Double = 1) throws -> Tensor {
    try self + x * y * Scalar(value, fitting: x.dtype.promoted(with: y.dtype))
  }

  /// `self + value * x / y`.
  ///
  ///     try Tensor([1.0]).addcdiv(Tensor([3.0]), Tensor([2.0]), value: 2)  // [4]
  public func addcdiv(_ x: Tensor, _ y: Tensor, value: Double = 1) throws -> Tensor {
    try self + x / y * value
  }

  /// Every element kept between the bounds, which broadcast; NaN stays. Bounds that cross give the
  /// upper one.
  ///
  ///     try Tensor([0.0, 5.0, 9.0]).clamp(min: Tensor([1.0]), max: Tensor([6.0]))  // [1, 5, 6]
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
  ///
  ///     try Tensor([-2.0, 0.5, 3.0]).clamp(min: -1, max: 1)  // [-1, 0.5, 1]
  ///
  /// - Throws: `TensorError.argument` if neither bound is given.
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
