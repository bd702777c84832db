/// x divided by its p-norm along a dimension, or by `eps` where that is greater.
///
///     try normalize(Tensor([[3.0, 4.0]]))  // [[0.6, 0.8]]
public func normalize(_ x: Tensor, p: Double = 2, dim: Int = 1, eps: Double = 1e-12) throws
  -> Tensor
{
  try x / x.norm(p, dim, keepDim: true).clamp(min: eps)
}

/// The cosine of the angle between x and y along a dimension: their dot product over the product of
/// their lengths, each at least `eps`.
///
///     try cosineSimilarity(Tensor([[1.0, 0.0]]), Tensor([[1.0, 1.0]]))  // [0.7071]
public func cosineSimilarity(_ x: Tensor, _ y: Tensor, dim: Int = 1, eps: Double = 1e-8) throws
  -> Tensor
{
  let (x, y) = try Autocast.full(x, y)
  try x.requireFloatingPoint("cosineSimilarity")
  guard let sizes = Dims.broadcast(x.sizes, y.sizes) else {
    throw TensorError.broadcast("cosineSimilarity", x.sizes, y.sizes)
  }
  let a = try View.expand(x, to: sizes)
  let b = try View.expand(y, to: sizes)
  return try (normalize(a, dim: dim, eps: eps) * normalize(b, dim: dim, eps: eps)).sum(dim)
}

/// The p-norm of `x - y + eps` along the last dimension. That of integers is the float32 number
/// nearest to it.
///
///     try pairwiseDistance(Tensor([[0.0, 0.0]]), Tensor([[3.0, 4.0]]))  // [5]
public func pairwiseDistance(
  _ x: Tensor, _ y: Tensor, p: Double = 2, eps: Double = 1e-6, keepDim: Bool = false
) throws -> Tensor {
  let difference = try x - y + eps
  if x.dtype.isFloatingPoint || y.dtype.isFloatingPoint {
    return try difference.norm(p, -1, keepDim: keepDim)
  }
  return try difference.to(.float64).norm(p, -1, keepDim: keepDim).to(.float32)
}
