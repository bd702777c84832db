extension Tensor {
  /// float16 or bfloat16.
  var isHalfPrecision: Bool { dtype.isFloatingPoint && dtype.itemSize == 2 }

  /// `body` of this tensor, where half precision is computed in float32 and rounded once at the
  /// end: for compositions whose intermediate results would lose too much, forwards and backwards.
  func widened(_ body: (Tensor) throws -> Tensor) throws -> Tensor {
    guard isHalfPrecision else { return try body(self) }
    return try Mode.with(Mode.current.subtracting(.autocast)) { try body(to(.float32)) }.to(dtype)
  }
}
