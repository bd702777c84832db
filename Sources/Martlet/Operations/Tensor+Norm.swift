import CKernels

extension Tensor {
  /// The p-norm over some dimensions, `(sum |x|^p)^(1/p)`: for infinite p the greatest (or least)
  /// absolute value, for 0 how many elements are not zero. None at all means all dimensions. The
  /// gradient at a norm of 0 is 0.
  ///
  ///     try Tensor([3.0, 4.0]).norm()  // 5
  ///
  /// - Parameters:
  ///   - p: The order of the norm.
  ///   - dims: The dimensions to reduce; none for all.
  ///   - keepDim: Whether dimensions that are reduced stay, with size 1.
  ///   - dtype: What the elements are converted to first.
  /// - Throws: `TensorError.dtype` for integers and bools.
  public func norm(_ p: Double = 2, _ dims: Int..., keepDim: Bool = false, dtype: DType? = nil)
    throws -> Tensor
  {
    try norm(p, dims, keepDim: keepDim, dtype: dtype)
  }
  /// As `norm` with the dimensions one by one.
  public func norm(_ p: Double = 2, _ dims: [Int], keepDim: Bool = false, dtype: DType? = nil)
    throws -> Tensor
  {
    let x = try dtype.map { try to($0) } ?? Autocast.full(self)
    try x.requireFloatingPoint("norm")
    // Sums of powers leave the range of half precision long before the norm does.
    return try p.isInfinite
      ? x.powerNorm(p, dims, keepDim) : x.widened { try $0.powerNorm(p, dims, keepDim) }
  }

  private func powerNorm(_ p: Double, _ dims: [Int], _ keepDim: Bool) throws -> Tensor {
    let set = try normalize(dims, rank, "norm")
    func reduced(_ op: mk_reduce_op, _ x: Tensor) throws -> Tensor {
      try Reduce(op, x, set, keepDim: keepDim)(x)
    }
    switch p {
    case .infinity: return try reduced(.max, abs())
    case -.infinity: return try reduced(.min, abs())
    case 0:
      let some = try self .!= 0
      return try reduced(.sum, some.to(dtype))
    case 1: return try reduced(.sumAbsolute, self)
    case 2: return try reduced(.sumSquares, self).root { try $0.sqrt() }
    default:
      let zero = try self .== 0
      // |x|^p has an infinite slope at 0 for p < 1; by convention these elements receive 0.
      let base = try p < 1 && history != nil ? abs().filled(1, where: zero) : abs()
      var powers = try base.pow(p)
      if p < 1, p > 0, history != nil { powers = try powers.filled(0, where: zero) }
      return try reduced(.sum, powers).root { try $0.pow(1 / p) }
    }
  }

  /// A root, whose infinite slope at 0 must not meet the zero that is multiplied by it.
  private func root(_ function: (Tensor) throws -> Tensor) throws -> Tensor {
    if history == nil { return try function(self) }
    let zero = try self .== 0
    return try function(filled(1, where: zero)).filled(0, where: zero)
  }
}
