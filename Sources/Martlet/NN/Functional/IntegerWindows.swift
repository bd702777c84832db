// Convolution and pooling of integers, which the window kernels do not take: compositions of matrix
// products and exact sums.

/// The cross-correlation of integers: x `[N, C, in...]`, weight `[F, C / groups, kernel...]`,
/// result `[N, F, out...]`. Shapes have been checked. Sums wrap as the dtype does.
func integerConvolution(_ x: Tensor, _ weight: Tensor, _ bias: Tensor?, _ window: Window) throws
  -> Tensor
{
  let rank = window.spatialRank
  var edges: [Int] = []
  for i in (0..<rank).reversed() { edges += [window.padding[i], window.padding[i]] }
  // Windows become trailing dimensions: [N, C, out..., kernel...].
  var parts = try pad(x, edges)
  for i in 0..<rank {
    let reach = window.dilation[i] * (weight.sizes[i + 2] - 1) + 1
    parts = try parts.unfold(i + 2, size: reach, step: window.stride[i])
      .sliced(parts.rank, 0, reach, window.dilation[i])
  }
  let groups = window.groups
  let batch = x.sizes[0]
  let out = (0..<rank).map { parts.sizes[$0 + 2] }
  let filters = weight.sizes[0] / groups
  let depth = weight.sizes.product / max(weight.sizes[0], 1)
  let rows = batch * out.reduce(1, *)
  let grouped = try parts.unflatten(1, [groups, weight.sizes[1]])
  let order = [1, 0] + (0..<rank).map { $0 + 3 } + [2] + (0..<rank).map { $0 + 3 + rank }
  let left = try grouped.permute(order).reshape([groups, rows, depth])
  let right = try weight.reshape([groups, filters, depth]).mT
  let product = try Matmul()(left, right).reshape([groups, batch] + out + [filters])
  let result = try product.permute([1, 0, rank + 2] + (0..<rank).map { $0 + 2 })
    .reshape([batch, weight.sizes[0]] + out)
  guard let bias else { return result }
  return try result + bias.reshape([weight.sizes[0]] + Array(repeating: 1, count: rank))
}

/// The mean of windows of integers, rounded towards zero. Sums are exact up to 2^53.
func integerAveragePool(
  _ x: Tensor, _ window: PoolWindow, countPadding: Bool, divisor: Int?
) throws -> Tensor {
  let sum = AveragePool(window: window, input: x.sizes, countPadding: true, divisor: 1)
  let sums = try sum(x.to(.float64)).to(.int64)
  if let divisor { return try sums.div(divisor, rounding: .trunc).to(x.dtype) }
  // How many elements a mean is over follows from the sum and the mean of ones.
  let ones = try Tensor.filled(x.sizes, .int(1), .float64, x.target)
  let mean = AveragePool(window: window, input: x.sizes, countPadding: countPadding, divisor: nil)
  let counts = try (sum(ones) / mean(ones)).round().to(.int64)
  return try sums.div(counts, rounding: .trunc).to(x.dtype)
}
