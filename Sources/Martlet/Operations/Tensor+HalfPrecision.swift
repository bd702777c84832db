extension DType {
  /// float16 or bfloat16.
  var isHalfPrecision: Bool { self == .float16 || self == .bfloat16 }
}

extension Tensor {
  /// float16 or bfloat16.
  var isHalfPrecision: Bool { dtype.isHalfPrecision }

  /// `body` of this tensor, where half precision is computed in float32 and rounded once at the
  /// end: for compositions whose intermediate results would lose too much, forwards and backwards.
  func widened(_ body: (Tensor) throws -> Tensor) throws -> Tensor {
    guard isHalfPrecision else { return try body(self) }
    return try Mode.with(Mode.current.subtracting(.autocast)) { try body(to(.float32)) }.to(dtype)
  }
}
