extension Tensor {
  /// float16 or bfloat16.
  var isHalfPrecision: Bool { dtype.isFloatingPoint && dtype.itemSize == 2 }

  /// `body` of this tensor, where half precision is computed in float32 and rounded once at the
  /// end: for compositions whose intermediate results would lose too much, forwards and backwards.
  func widened(_ body: (Tensor) throws -> Tensor) throws -> Tensor {
    isHalfPrecision ? try body(to(.float32)).to(dtype) : try body(self)
  }
}
