/// Dropout for `selu`: sets elements to selu's limit at minus infinity with probability `p`, then
/// restores mean and variance, while training.
///
/// Klambauer et al., "Self-Normalizing Neural Networks", 2017.
///
///     let h = try alphaDropout(selu(x), p: 0.1)
///
/// - Throws: `TensorError.argument` unless p is between 0 and 1.
public func alphaDropout(_ x: Tensor, p: Double = 0.5, training: Bool = true) throws -> Tensor {
  try alphaDropout("alphaDropout", x, p, training, x.shape)
}

/// `alphaDropout` of whole channels: x `[N, C, ...]`.
///
///     let h = try featureAlphaDropout(selu(images), p: 0.1)
public func featureAlphaDropout(_ x: Tensor, p: Double = 0.5, training: Bool = true) throws
  -> Tensor
{
  if training, x.rank < 2 {
    throw TensorError.rank(operation: "featureAlphaDropout", rank: x.rank, expected: "at least 2")
  }
  let shape = x.shape.prefix(2) + Array(repeating: 1, count: max(x.rank - 2, 0))
  return try alphaDropout("featureAlphaDropout", x, p, training, Array(shape))
}

private func alphaDropout(
  _ name: String, _ x: Tensor, _ p: Double, _ training: Bool, _ shape: [Int]
) throws -> Tensor {
  guard p >= 0, p <= 1 else {
    throw TensorError.argument(
      operation: name, reason: "a probability of \(p) is not between 0 and 1")
  }
  if !training || p == 0 || x.count == 0 { return x }
  try x.requireFloatingPoint(name)
  if p == 1 { return try x * 0 }
  let limit = -1.7580993408473766
  let scale = 1 / ((limit * limit * p + 1) * (1 - p)).squareRoot()
  let keeps = Tensor.bernoulli(shape, p: 1 - p, dtype: .bool, device: x.device)
  return try (x.where(keeps, else: limit) - limit * p) * scale
}
