import CKernels

// Elementwise comparisons are the pointwise operators of Swift's SIMD types; they give bool
// tensors.
extension Tensor {
  /// Whether elements are equal, with broadcasting; bool. NaN equals nothing. `==` compares whole
  /// tensors.
  ///
  ///     try Tensor([1, 2]) .== Tensor([1, 3])  // [true, false]
  public static func .== (x: Tensor, y: Tensor) throws -> Tensor { try Binary.eq(x, y) }
  /// As `.==` of two tensors: `x .== 0`.
  public static func .== <S: ScalarConvertible>(x: Tensor, y: S) throws -> Tensor {
    try Binary.eq(x, y.scalar)
  }

  /// Whether elements differ, with broadcasting; bool. NaN differs from everything.
  ///
  ///     try Tensor([1, 2]) .!= Tensor([1, 3])  // [false, true]
  public static func .!= (x: Tensor, y: Tensor) throws -> Tensor { try Binary.ne(x, y) }
  /// As `.!=` of two tensors: `x .!= 0`.
  public static func .!= <S: ScalarConvertible>(x: Tensor, y: S) throws -> Tensor {
    try Binary.ne(x, y.scalar)
  }

  /// Whether each element is less than the other's, with broadcasting; bool. False for NaN.
  ///
  ///     try Tensor([1, 2]) .< Tensor([2])  // [true, false]
  public static func .< (x: Tensor, y: Tensor) throws -> Tensor { try Binary.lt(x, y) }
  /// As `.<` of two tensors: `x .< 0`.
  public static func .< <S: ScalarConvertible>(x: Tensor, y: S) throws -> Tensor {
    try Binary.lt(x, y.scalar)
  }

  /// Whether each element is at most the other's, with broadcasting; bool. False for NaN.
  ///
  ///     try Tensor([1, 2, 3]) .<= Tensor([2])  // [true, true, false]
  public static func .<= (x: Tensor, y: Tensor) throws -> Tensor { try Binary.le(x, y) }
  /// As `.<=` of two tensors: `x .<= 0`.
  public static func .<= <S: ScalarConvertible>(x: Tensor, y: S) throws -> Tensor {
    try Binary.le(x, y.scalar)
  }

  /// Whether each element is greater than the other's, with broadcasting; bool. False for NaN.
  ///
  ///     try Tensor([1, 2, 3]) .> Tensor([2])  // [false, false, true]
  public static func .> (x: Tensor, y: Tensor) throws -> Tensor { try Binary.gt(x, y) }
  /// As `.>` of two tensors: `x .> 0`.
  public static func .> <S: ScalarConvertible>(x: Tensor, y: S) throws -> Tensor {
    try Binary.gt(x, y.scalar)
  }

  /// Whether each element is at least the other's, with broadcasting; bool. False for NaN.
  ///
  ///     try Tensor([1, 2, 3]) .>= Tensor([2])  // [false, true, true]
  public static func .>= (x: Tensor, y: Tensor) throws -> Tensor { try Binary.ge(x, y) }
  /// As `.>=` of two tensors: `x .>= 0`.
  public static func .>= <S: ScalarConvertible>(x: Tensor, y: S) throws -> Tensor {
    try Binary.ge(x, y.scalar)
  }

  /// Whether both elements are true; bool. In all logical operations elements that are not zero
  /// count as true, NaN among them.
  ///
  ///     try Tensor([true, true]).logicalAnd(Tensor([true, false]))  // [true, false]
  public func logicalAnd(_ other: Tensor) throws -> Tensor { try Binary.logical_and(self, other) }

  /// Whether at least one of both elements is true; bool.
  ///
  ///     try Tensor([true, false]).logicalOr(Tensor([false, false]))  // [true, false]
  public func logicalOr(_ other: Tensor) throws -> Tensor { try Binary.logical_or(self, other) }

  /// Whether exactly one of both elements is true; bool.
  ///
  ///     try Tensor([true, true]).logicalXor(Tensor([true, false]))  // [false, true]
  public func logicalXor(_ other: Tensor) throws -> Tensor { try Binary.logical_xor(self, other) }

  /// Whether each element is zero or false; bool.
  ///
  ///     try Tensor([0.0, 2.0]).logicalNot()  // [true, false]
  public func logicalNot() throws -> Tensor { try Unary.logical_not(self) }

  /// The bits that are set in both elements, of integers or bools, as for all bitwise operations.
  ///
  ///     try Tensor([0b1100]).bitwiseAnd(Tensor([0b1010]))  // [8]
  public func bitwiseAnd(_ other: Tensor) throws -> Tensor { try Binary.bitwise_and(self, other) }

  /// The bits that are set in at least one of both elements.
  ///
  ///     try Tensor([0b1100]).bitwiseOr(Tensor([0b1010]))  // [14]
  public func bitwiseOr(_ other: Tensor) throws -> Tensor { try Binary.bitwise_or(self, other) }

  /// The bits that are set in exactly one of both elements.
  ///
  ///     try Tensor([0b1100]).bitwiseXor(Tensor([0b1010]))  // [6]
  public func bitwiseXor(_ other: Tensor) throws -> Tensor { try Binary.bitwise_xor(self, other) }

  /// Every bit changed; of bools as `logicalNot`.
  ///
  ///     try Tensor([5]).bitwiseNot()  // [-6]
  public func bitwiseNot() throws -> Tensor { try Unary.bitwise_not(self) }

  /// The bits moved up by as many places as `by` says; 0 where it is not less than the dtype's
  /// width.
  ///
  ///     try Tensor([5]).bitwiseLeftShift(Tensor([2]))  // [20]
  public func bitwiseLeftShift(_ by: Tensor) throws -> Tensor { try Binary.shift_left(self, by) }

  /// The bits moved down by as many places as `by` says, keeping the sign.
  ///
  ///     try Tensor([-20]).bitwiseRightShift(Tensor([2]))  // [-5]
  public func bitwiseRightShift(_ by: Tensor) throws -> Tensor { try Binary.shift_right(self, by) }

  /// The greatest common divisor of integers, not negative; that of 0 and x is |x|.
  ///
  ///     try Tensor([12, -18]).gcd(Tensor([8, 12]))  // [4, 6]
  public func gcd(_ other: Tensor) throws -> Tensor { try Binary.gcd(self, other) }

  /// The least common multiple of integers, not negative; 0 if one is 0.
  ///
  ///     try Tensor([4, 6]).lcm(Tensor([6, 0]))  // [12, 0]
  public func lcm(_ other: Tensor) throws -> Tensor { try Binary.lcm(self, other) }

  /// Whether elements are near each other: `|self - other| <= atol + rtol |other|`, or equal.
  ///
  ///     try Tensor([1.0, 2.0]).isClose(Tensor([1.0000001, 2.1]))  // [true, false]
  ///
  /// - Parameters:
  ///   - other: A tensor of the same dtype.
  ///   - rtol: The tolerance relative to `other`.
  ///   - atol: The absolute tolerance.
  ///   - equalNaN: Whether NaN is near NaN.
  /// - Throws: `TensorError.dtype` if the dtypes differ, `.argument` for a negative tolerance.
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

  /// Whether all elements are near each other, as `isClose` says.
  ///
  ///     let same = try x.allClose(y, rtol: 1e-4)
  public func allClose(
    _ other: Tensor, rtol: Double = 1e-5, atol: Double = 1e-8, equalNaN: Bool = false
  ) throws -> Bool {
    try isClose(other, rtol: rtol, atol: atol, equalNaN: equalNaN).all().item(Bool.self)
  }
}

extension Tensor: Equatable {
  /// Whether both have the same shape and dtype and equal elements. NaN equals nothing.
  ///
  ///     try Tensor([1, 2]) == Tensor([1, 2])  // true
  public static func == (x: Tensor, y: Tensor) -> Bool {
    guard x.sizes == y.sizes, x.dtype == y.dtype, x.device == y.device, x.device.hasElements else {
      return false
    }
    return (try? noGrad { try (x .== y).all().item(Bool.self) }) ?? false
  }
}
