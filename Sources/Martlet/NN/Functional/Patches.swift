/// The windows of an image as columns: x `[N, C, H, W]` or `[C, H, W]`, result `[N, C KH KW,
/// windows]`, with zeros where windows reach into the padding.
///
/// - Throws: `TensorError.shape` if no window fits.
public func unfold(
  _ x: Tensor, kernelSize: [Int], dilation: [Int] = [1], padding: [Int] = [0], stride: [Int] = [1]
) throws -> Tensor {
  if x.rank == 3 {
    return try unfold(
      x.unsqueezed(0), kernelSize: kernelSize, dilation: dilation, padding: padding, stride: stride
    ).squeeze(0)
  }
  guard x.rank == 4 else {
    throw TensorError.rank(operation: "unfold", rank: x.rank, expected: "3 or 4")
  }
  let kernel = try spatial(kernelSize, 2, "unfold", "kernelSize", atLeast: 1)
  let spread = try spatial(dilation, 2, "unfold", "dilation", atLeast: 1)
  let edge = try spatial(padding, 2, "unfold", "padding", atLeast: 0)
  let step = try spatial(stride, 2, "unfold", "stride", atLeast: 1)
  var parts = try pad(x, [edge[1], edge[1], edge[0], edge[0]])
  for i in 0..<2 {
    let reach = spread[i] * (kernel[i] - 1) + 1
    guard x.sizes[1] > 0, reach <= parts.sizes[i + 2] else {
      throw TensorError.shape(
        operation: "unfold", shapes: [x.shape],
        reason: "a window of \(reach) does not fit into \(parts.sizes[i + 2]) elements")
    }
    parts = try parts.unfold(i + 2, size: reach, step: step[i])
      .sliced(parts.rank, 0, reach, spread[i])
  }
  let windows = parts.sizes[2] * parts.sizes[3]
  return try parts.permute(0, 1, 4, 5, 2, 3)
    .reshape([x.sizes[0], x.sizes[1] * kernel[0] * kernel[1], windows])
}

/// Sets whole channels to zero with probability `p` and scales the others by `1 / (1 - p)`, while
/// training: x `[N, C, ...]`.
///
/// Tompson et al., "Efficient Object Localization Using Convolutional Networks", 2015.
///
/// - Throws: `TensorError.argument` unless p is between 0 and 1.
public func channelDropout(_ x: Tensor, p: Double = 0.5, training: Bool = true) throws -> Tensor {
  guard x.rank >= 2 else {
    throw TensorError.rank(operation: "channelDropout", rank: x.rank, expected: "at least 2")
  }
  let shape = [x.sizes[0], x.sizes[1]] + Array(repeating: 1, count: x.rank - 2)
  let ones = Tensor.ones(shape, dtype: x.dtype, device: x.device)
  let mask = try dropout(ones, p: p, training: training)
  return training && p > 0 ? try x * mask : x
}

/// The p-norms of the differences of all pairs of rows: x `[..., n, d]` and y `[..., m, d]`, result
/// `[..., n, m]`.
public func cdist(_ x: Tensor, _ y: Tensor, p: Double = 2) throws -> Tensor {
  guard x.rank >= 2, y.rank >= 2, x.sizes[x.rank - 1] == y.sizes[y.rank - 1], p >= 0 else {
    throw TensorError.shape(
      operation: "cdist", shapes: [x.shape, y.shape],
      reason: "needs rows of one length, and a p that is not negative (\(p))")
  }
  return try (x.unsqueezed(-2) - y.unsqueezed(-3)).norm(p, -1)
}
