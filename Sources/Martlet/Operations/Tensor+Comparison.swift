import CKernels

// Elementwise comparisons are the pointwise operators of Swift's SIMD types; they give bool
// tensors.
extension Tensor {
  public static func .== (x: Tensor, y: Tensor) throws -> Tensor { try Binary.eq(x, y) }
  public static func .== <S: ScalarConvertible>(x: Tensor, y: S) throws -> Tensor {
    try Binary.eq(x, y.scalar)
  }
  public static func .!= (x: Tensor, y: Tensor) throws -> Tensor { try Binary.ne(x, y) }
  public static func .!= <S: ScalarConvertible>(x: Tensor, y: S) throws -> Tensor {
    try Binary.ne(x, y.scalar)
  }
  public static func .< (x: Tensor, y: Tensor) throws -> Tensor { try Binary.lt(x, y) }
  public static func .< <S: ScalarConvertible>(x: Tensor, y: S) throws -> Tensor {
    try Binary.lt(x, y.scalar)
  }
  public static func .<= (x: Tensor, y: Tensor) throws -> Tensor { try Binary.le(x, y) }
  public static func .<= <S: ScalarConvertible>(x: Tensor, y: S) throws -> Tensor {
    try Binary.le(x, y.scalar)
  }
  public static func .> (x: Tensor, y: Tensor) throws -> Tensor { try Binary.gt(x, y) }
  public static func .> <S: ScalarConvertible>(x: Tensor, y: S) throws -> Tensor {
    try Binary.gt(x, y.scalar)
  }
  public static func .>= (x: Tensor, y: Tensor) throws -> Tensor { try Binary.ge(x, y) }
  public static func .>= <S: ScalarConvertible>(x: Tensor, y: S) throws -> Tensor {
    try Binary.ge(x, y.scalar)
  }

  /// Elements that are not zero count as true.
  public func logicalAnd(_ other: Tensor) throws -> Tensor { try Binary.logical_and(self, other) }
  public func logicalOr(_ other: Tensor) throws -> Tensor { try Binary.logical_or(self, other) }
  public func logicalXor(_ other: Tensor) throws -> Tensor { try Binary.logical_xor(self, other) }
  public func logicalNot() throws -> Tensor { try Unary.logical_not(self) }

  public func bitwiseAnd(_ other: Tensor) throws -> Tensor { try Binary.bitwise_and(self, other) }
  public func bitwiseOr(_ other: Tensor) throws -> Tensor { try Binary.bitwise_or(self, other) }
  public func bitwiseXor(_ other: Tensor) throws -> Tensor { try Binary.bitwise_xor(self, other) }
  public func bitwiseNot() throws -> Tensor { try Unary.bitwise_not(self) }
  public func bitwiseLeftShift(_ by: Tensor) throws -> Tensor { try Binary.shift_left(self, by) }
  public func bitwiseRightShift(_ by: Tensor) throws -> Tensor { try Binary.shift_right(self, by) }
  public func gcd(_ other: Tensor) throws -> Tensor { try Binary.gcd(self, other) }
  public func lcm(_ other: Tensor) throws -> Tensor { try Binary.lcm(self, other) }

  /// Whether elements are near each other: `|self - other| <= atol + rtol |other|`, or equal.
  public func isClose(
    _ other: Tensor, rtol: Double = 1e-5, atol: Double = 1e-8, equalNaN: Bool = false
  ) throws -> Tensor {
    guard dtype == other.dtype else {
      throw TensorError.dtype(
        operation: "isClose", dtypes: [dtype, other.dtype], reason: "the dtypes must be equal")
    }
    guard rtol >= 0, atol >= 0 else {
      throw TensorError.argument(
        operation: "isClose", reason: "a tolerance is negative (rtol \(rtol), atol \(atol))")
    }
    var close = try self .== other
    if equalNaN { close = try close.logicalOr(isNaN().logicalAnd(other.isNaN())) }
    if rtol == 0 && atol == 0 { return close }
    let wide = dtype.isFloatingPoint ? dtype : .float64
    let x = try detached().to(wide)
    let y = try other.detached().to(wide)
    let allowed = try y.abs() * rtol + atol
    let difference = try (x - y).abs()
    return try close.logicalOr(difference.isFinite().logicalAnd(difference .<= allowed))
  }

  /// Whether all elements are near each other.
  public func allClose(
    _ other: Tensor, rtol: Double = 1e-5, atol: Double = 1e-8, equalNaN: Bool = false
  ) throws -> Bool {
    try isClose(other, rtol: rtol, atol: atol, equalNaN: equalNaN).all().item(Bool.self)
  }
}

extension Tensor: Equatable {
  /// Whether both have the same shape and dtype and equal elements. NaN equals nothing.
  public static func == (x: Tensor, y: Tensor) -> Bool {
    guard x.sizes == y.sizes, x.dtype == y.dtype, x.device == y.device, x.device.hasElements else {
      return false
    }
    return (try? noGrad { try (x .== y).all().item(Bool.self) }) ?? false
  }
}
