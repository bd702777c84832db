/// Brings every channel of every element of the batch to mean 0 and variance 1, then scales and
/// shifts it: x `[N, C, ...]` with at least one spatial dimension, weight and bias `[C]`.
///
/// Ulyanov et al., "Instance Normalization: The Missing Ingredient for Fast Stylization", 2016.
public func instanceNorm(
  _ x: Tensor, weight: Tensor? = nil, bias: Tensor? = nil, eps: Double = 1e-5
) throws -> Tensor {
  guard x.rank >= 3 else {
    throw TensorError.rank(operation: "instanceNorm", rank: x.rank, expected: "at least 3")
  }
  let values = x.shape.dropFirst(2).reduce(1, *)
  guard values > 1 else {
    throw TensorError.shape(
      operation: "instanceNorm", shapes: [x.shape],
      reason: "needs more than one value per channel")
  }
  return try groupNorm(x, groups: max(x.sizes[1], 1), weight: weight, bias: bias, eps: eps)
}
