/// A bilinear map: `y[o] = sum over i and j of x1[i] weight[o, i, j] x2[j] + bias[o]`, with x1
/// `[..., I]`, x2 `[..., J]`, weight `[O, I, J]` and bias `[O]`, result `[..., O]`.
///
///     let scores = try bilinear(left, right, weight, bias)
public func bilinear(_ x1: Tensor, _ x2: Tensor, _ weight: Tensor, _ bias: Tensor? = nil) throws
  -> Tensor
{
  try requireDevice(x1, x2, weight, bias, operation: "bilinear")
  guard x1.rank >= 1, x2.rank == x1.rank, weight.rank == 3,
    x1.shape.dropLast() == x2.shape.dropLast(), x1.sizes[x1.rank - 1] == weight.sizes[1],
    x2.sizes[x2.rank - 1] == weight.sizes[2]
  else {
    throw TensorError.shape(
      operation: "bilinear", shapes: [x1.shape, x2.shape, weight.shape],
      reason: "needs [..., I], [..., J] and [O, I, J]")
  }
  if let bias, bias.shape != [weight.sizes[0]] {
    throw TensorError.shape(
      operation: "bilinear", shapes: [weight.shape, bias.shape],
      reason: "the bias needs one element an output")
  }
  if x1.isHalfPrecision, x2.dtype == x1.dtype, weight.dtype == x1.dtype {
    return try bilinear(
      x1.to(.float32), x2.to(.float32), weight.to(.float32), bias?.to(.float32)
    ).to(x1.dtype)
  }
  let (outputs, width) = (weight.sizes[0], weight.sizes[2])
  let lead = Array(x1.shape.dropLast())
  let count = lead.reduce(1, *)
  let left = try x1.reshape([count, weight.sizes[1]])
    .matmul(weight.permute(1, 0, 2).reshape([weight.sizes[1], outputs * width]))
  let result = try left.reshape([count, outputs, width])
    .matmul(x2.reshape([count, width, 1])).reshape(lead + [outputs])
  return try bias.map { try result + $0 } ?? result
}
