// Products added to something: beta times this tensor plus alpha times the product. What is in this
// tensor does not matter if beta is 0. Half precision is computed in float32 if there are factors,
// which are not numbers of its own.
extension Tensor {
  /// `beta self + alpha a b` with matrices `[n, k]` and `[k, m]`; this tensor broadcasts to `[n,
  /// m]`.
  ///
  ///     let y = try bias.addmm(x, weight)
  public func addmm(_ a: Tensor, _ b: Tensor, beta: Double = 1, alpha: Double = 1) throws -> Tensor
  {
    try scaledSum("addmm", a, b, beta, alpha) { try $0.mm($1) }
  }

  /// `beta self + alpha a v` with a matrix `[n, k]` and a list `[k]`; this tensor broadcasts to
  /// `[n]`.
  ///
  ///     let y = try offset.addmv(matrix, vector)
  public func addmv(_ a: Tensor, _ v: Tensor, beta: Double = 1, alpha: Double = 1) throws -> Tensor
  {
    try scaledSum("addmv", a, v, beta, alpha) { try $0.mv($1) }
  }

  /// `beta self + alpha u v^T` with lists `[n]` and `[m]`; this tensor broadcasts to `[n, m]`.
  ///
  ///     let updated = try square.addr(column, row, alpha: 0.1)
  public func addr(_ u: Tensor, _ v: Tensor, beta: Double = 1, alpha: Double = 1) throws -> Tensor {
    try scaledSum("addr", u, v, beta, alpha) { try $0.outer($1) }
  }

  /// `beta self + alpha a b` for each matrix of batches `[b, n, k]` and `[b, k, m]`; this tensor
  /// broadcasts to `[b, n, m]`.
  ///
  ///     let y = try bias.baddbmm(batch, others)
  public func baddbmm(
    _ a: Tensor, _ b: Tensor, beta: Double = 1, alpha: Double = 1
  ) throws -> Tensor {
    try scaledSum("baddbmm", a, b, beta, alpha) { try $0.bmm($1) }
  }

  /// `beta self + alpha` times the sum over the batch of `a b`, for batches `[b, n, k]` and `[b, k,
  /// m]`; this tensor broadcasts to `[n, m]`.
  ///
  ///     let y = try bias.addbmm(batch, others)
  public func addbmm(
    _ a: Tensor, _ b: Tensor, beta: Double = 1, alpha: Double = 1
  ) throws -> Tensor {
    try scaledSum("addbmm", a, b, beta, alpha) { try $0.bmm($1).sum([0], dtype: $0.dtype) }
  }

  private func scaledSum(
    _ name: String, _ a: Tensor, _ b: Tensor, _ beta: Double, _ alpha: Double,
    _ multiply: (Tensor, Tensor) throws -> Tensor
  ) throws -> Tensor {
    let (start, a, b) = try Autocast.low(self, a, b)
    let dtype = start.dtype
    guard dtype == a.dtype, dtype == b.dtype else {
      throw TensorError.dtype(
        operation: name, dtypes: [dtype, a.dtype, b.dtype], reason: "the dtypes must be equal")
    }
    for factor in [beta, alpha] where !dtype.isFloatingPoint && factor != factor.rounded() {
      throw TensorError.argument(
        operation: name, reason: "a factor of \(factor) for integers is not whole")
    }
    if alpha != 1 || beta != 1, start.isHalfPrecision {
      return try start.widened {
        try $0.scaledSum(name, a.to(.float32), b.to(.float32), beta, alpha, multiply)
      }
    }
    let product = try multiply(a, b)
    guard Dims.broadcast(sizes, product.sizes) == product.sizes else {
      throw TensorError.shape(
        operation: name, shapes: [shape, product.shape],
        reason: "what is added to does not broadcast to the product")
    }
    func scaled(_ x: Tensor, by factor: Double) throws -> Tensor {
      if factor == 1 { return x }
      return try x * (dtype == .bool ? .bool(factor != 0) : Scalar(factor, fitting: dtype))
    }
    let right = try scaled(product, by: alpha)
    return beta == 0 ? right : try scaled(start, by: beta) + right
  }
}
