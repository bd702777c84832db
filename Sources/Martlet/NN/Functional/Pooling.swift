/// The greatest element of each window: x `[N, C, H, W]` or `[C, H, W]`.
///
/// - Parameters:
///   - stride: How far windows are apart; by default their size.
///   - padding: Positions added on both sides, which never win; at most half the window.
///   - ceilMode: Whether a last window that is only partly inside counts.
public func maxPool2d(
  _ x: Tensor, kernelSize: [Int], stride: [Int]? = nil, padding: [Int] = [0],
  dilation: [Int] = [1], ceilMode: Bool = false
) throws -> Tensor {
  try maxPool(2, x, kernelSize, stride, padding, dilation, ceilMode, withIndices: false).values
}

/// The same in one dimension: x `[N, C, L]` or `[C, L]`.
public func maxPool1d(
  _ x: Tensor, kernelSize: [Int], stride: [Int]? = nil, padding: [Int] = [0],
  dilation: [Int] = [1], ceilMode: Bool = false
) throws -> Tensor {
  try maxPool(1, x, kernelSize, stride, padding, dilation, ceilMode, withIndices: false).values
}

/// The same in three dimensions: x `[N, C, D, H, W]` or `[C, D, H, W]`.
public func maxPool3d(
  _ x: Tensor, kernelSize: [Int], stride: [Int]? = nil, padding: [Int] = [0],
  dilation: [Int] = [1], ceilMode: Bool = false
) throws -> Tensor {
  try maxPool(3, x, kernelSize, stride, padding, dilation, ceilMode, withIndices: false).values
}

/// `maxPool` in 1 to 3 dimensions together with the place of each maximum in the flattened spatial
/// dimensions, int64.
public func maxPoolWithIndices(
  _ x: Tensor, spatialRank: Int, kernelSize: [Int], stride: [Int]? = nil, padding: [Int] = [0],
  dilation: [Int] = [1], ceilMode: Bool = false
) throws -> (values: Tensor, indices: Tensor) {
  let (values, indices) = try maxPool(
    spatialRank, x, kernelSize, stride, padding, dilation, ceilMode, withIndices: true)
  return (values, indices ?? values)
}

/// The mean of each window: x `[N, C, H, W]` or `[C, H, W]`.
///
/// - Parameters:
///   - countIncludePad: Whether padding, which is zeros, counts as elements.
///   - divisorOverride: What sums are divided by, instead of the number of elements.
public func avgPool2d(
  _ x: Tensor, kernelSize: [Int], stride: [Int]? = nil, padding: [Int] = [0],
  ceilMode: Bool = false, countIncludePad: Bool = true, divisorOverride: Int? = nil
) throws -> Tensor {
  try avgPool(2, x, kernelSize, stride, padding, ceilMode, countIncludePad, divisorOverride)
}

/// The same in one dimension: x `[N, C, L]` or `[C, L]`.
public func avgPool1d(
  _ x: Tensor, kernelSize: [Int], stride: [Int]? = nil, padding: [Int] = [0],
  ceilMode: Bool = false, countIncludePad: Bool = true
) throws -> Tensor {
  try avgPool(1, x, kernelSize, stride, padding, ceilMode, countIncludePad, nil)
}

/// The same in three dimensions: x `[N, C, D, H, W]` or `[C, D, H, W]`.
public func avgPool3d(
  _ x: Tensor, kernelSize: [Int], stride: [Int]? = nil, padding: [Int] = [0],
  ceilMode: Bool = false, countIncludePad: Bool = true, divisorOverride: Int? = nil
) throws -> Tensor {
  try avgPool(3, x, kernelSize, stride, padding, ceilMode, countIncludePad, divisorOverride)
}

/// The mean of windows chosen so that the result has the given spatial sizes: x `[N, C, H, W]` or
/// `[C, H, W]`; nil keeps a size. Window i of a dimension covers elements `floor(i in / out)` to
/// `ceil((i + 1) in / out)`.
public func adaptiveAvgPool2d(_ x: Tensor, outputSize: [Int?]) throws -> Tensor {
  try adaptiveAvgPool(2, x, outputSize)
}
/// The same in one dimension: x `[N, C, L]` or `[C, L]`.
public func adaptiveAvgPool1d(_ x: Tensor, outputSize: [Int?]) throws -> Tensor {
  try adaptiveAvgPool(1, x, outputSize)
}
/// The same in three dimensions: x `[N, C, D, H, W]` or `[C, D, H, W]`.
public func adaptiveAvgPool3d(_ x: Tensor, outputSize: [Int?]) throws -> Tensor {
  try adaptiveAvgPool(3, x, outputSize)
}

private func maxPool(
  _ rank: Int, _ x: Tensor, _ kernelSize: [Int], _ stride: [Int]?, _ padding: [Int],
  _ dilation: [Int], _ ceilMode: Bool, withIndices: Bool
) throws -> (values: Tensor, indices: Tensor?) {
  let name = "maxPool\(rank)d"
  if x.rank == rank + 1 {
    let (values, indices) = try maxPool(
      rank, x.unsqueezed(0), kernelSize, stride, padding, dilation, ceilMode,
      withIndices: withIndices)
    return (try values.squeeze(0), try indices?.squeeze(0))
  }
  let window = try poolWindow(name, rank, x, kernelSize, stride, padding, dilation, ceilMode)
  return try MaxPool.callAsFunction(x, window, withIndices: withIndices)
}

private func avgPool(
  _ rank: Int, _ x: Tensor, _ kernelSize: [Int], _ stride: [Int]?, _ padding: [Int],
  _ ceilMode: Bool, _ countIncludePad: Bool, _ divisor: Int?
) throws -> Tensor {
  let name = "avgPool\(rank)d"
  if x.rank == rank + 1 {
    return try avgPool(
      rank, x.unsqueezed(0), kernelSize, stride, padding, ceilMode, countIncludePad, divisor
    ).squeeze(0)
  }
  guard divisor != 0 else {
    throw TensorError.argument(operation: name, reason: "the divisor must not be 0")
  }
  let window = try poolWindow(name, rank, x, kernelSize, stride, padding, [1], ceilMode)
  if x.dtype.isInteger {
    return try integerAveragePool(x, window, countPadding: countIncludePad, divisor: divisor)
  }
  try x.requireFloatingPoint(name)
  return try AveragePool(
    window: window, input: x.sizes, countPadding: countIncludePad, divisor: divisor)(x)
}

private func poolWindow(
  _ name: String, _ rank: Int, _ x: Tensor, _ kernelSize: [Int], _ stride: [Int]?,
  _ padding: [Int], _ dilation: [Int], _ ceilMode: Bool
) throws -> PoolWindow {
  try x.validate()
  let kernel = try spatial(kernelSize, rank, name, "kernelSize", atLeast: 1)
  let step =
    stride == nil || stride == []
    ? kernel : try spatial(stride ?? [], rank, name, "stride", atLeast: 1)
  let pad = try spatial(padding, rank, name, "padding", atLeast: 0)
  let spread = try spatial(dilation, rank, name, "dilation", atLeast: 1)
  guard x.rank == rank + 2 else {
    throw TensorError.rank(operation: name, rank: x.rank, expected: "\(rank + 1) or \(rank + 2)")
  }
  for i in 1..<x.rank where x.sizes[i] == 0 {
    throw TensorError.shape(
      operation: name, shapes: [x.shape], reason: "only the batch may be empty")
  }
  var output = Dims()
  for i in 0..<rank {
    guard pad[i] * 2 <= kernel[i] else {
      throw TensorError.argument(
        operation: name,
        reason: "a padding of \(pad[i]) is more than half of the window of \(kernel[i])")
    }
    let size = x.sizes[i + 2]
    let free = size + 2 * pad[i] - spread[i] * (kernel[i] - 1) - 1
    guard free >= 0 else {
      throw TensorError.shape(
        operation: name, shapes: [x.shape],
        reason: "a window of \(kernel[i]) does not fit into \(size) elements with padding \(pad[i])"
      )
    }
    var count = (ceilMode ? (free + step[i] - 1) / step[i] : free / step[i]) + 1
    // A window must start inside of the input or its left padding.
    if ceilMode, (count - 1) * step[i] >= size + pad[i] { count -= 1 }
    output.append(count)
  }
  return PoolWindow(kernel: kernel, stride: step, padding: pad, dilation: spread, output: output)
}

private func adaptiveAvgPool(_ rank: Int, _ x: Tensor, _ outputSize: [Int?]) throws -> Tensor {
  let name = "adaptiveAvgPool\(rank)d"
  if x.rank == rank + 1 {
    return try adaptiveAvgPool(rank, x.unsqueezed(0), outputSize).squeeze(0)
  }
  try x.requireFloatingPoint(name)
  guard x.rank == rank + 2 else {
    throw TensorError.rank(operation: name, rank: x.rank, expected: "\(rank + 1) or \(rank + 2)")
  }
  guard outputSize.count == rank || outputSize.count == 1 else {
    throw TensorError.argument(
      operation: name, reason: "\(outputSize.count) output sizes for \(rank) dimensions")
  }
  let wanted = (0..<rank).map {
    (outputSize.count == 1 ? outputSize[0] : outputSize[$0]) ?? x.sizes[$0 + 2]
  }
  let target = try spatial(wanted, rank, name, "outputSize", atLeast: 0)
  for i in 1..<x.rank where x.sizes[i] == 0 {
    throw TensorError.shape(
      operation: name, shapes: [x.shape], reason: "only the batch may be empty")
  }
  var even = true
  for i in 0..<rank {
    even = even && target[i] > 0 && x.sizes[i + 2] % target[i] == 0
  }
  if even {
    // Windows of one size that do not overlap.
    let kernel = (0..<rank).map { x.sizes[$0 + 2] / target[$0] }
    return try avgPool(rank, x, kernel, nil, [0], false, true, nil)
  }
  // One dimension after the other: the mean of means over a product of ranges is the mean.
  var result = x
  for i in 0..<rank {
    let size = result.sizes[i + 2]
    let parts = try (0..<target[i]).map { k in
      let start = k * size / target[i]
      let end = ((k + 1) * size + target[i] - 1) / target[i]
      return try result.narrow(i + 2, start: start, length: end - start).mean(i + 2, keepDim: true)
    }
    result = try parts.isEmpty ? result.narrow(i + 2, start: 0, length: 0) : cat(parts, dim: i + 2)
  }
  return result
}
