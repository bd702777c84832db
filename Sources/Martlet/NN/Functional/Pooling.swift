/// The greatest element of each window: x `[N, C, H, W]` or `[C, H, W]`.
///
///     let half = try maxPool2d(images, kernelSize: 2)
///
/// - Parameters:
///   - x: Images `[N, C, H, W]` or `[C, H, W]`.
///   - kernelSize: The size of a window.
///   - stride: How far windows are apart; by default their size.
///   - padding: Positions added on both sides, which never win; at most half the window.
///   - dilation: How far the elements of a window are apart.
///   - ceilMode: Whether a last window that is only partly inside counts.
public func maxPool2d(
  _ x: Tensor, kernelSize: any SpatialConvertible, stride: (any SpatialConvertible)? = nil,
  padding: any SpatialConvertible = 0, dilation: any SpatialConvertible = 1, ceilMode: Bool = false
) throws -> Tensor {
  try maxPool(2, x, kernelSize, stride, padding, dilation, ceilMode, withIndices: false).values
}

/// `maxPool2d` in one dimension: x `[N, C, L]` or `[C, L]`.
///
///     let half = try maxPool1d(signal, kernelSize: 2)
public func maxPool1d(
  _ x: Tensor, kernelSize: any SpatialConvertible, stride: (any SpatialConvertible)? = nil,
  padding: any SpatialConvertible = 0, dilation: any SpatialConvertible = 1, ceilMode: Bool = false
) throws -> Tensor {
  try maxPool(1, x, kernelSize, stride, padding, dilation, ceilMode, withIndices: false).values
}

/// `maxPool2d` in three dimensions: x `[N, C, D, H, W]` or `[C, D, H, W]`.
///
///     let half = try maxPool3d(volumes, kernelSize: 2)
public func maxPool3d(
  _ x: Tensor, kernelSize: any SpatialConvertible, stride: (any SpatialConvertible)? = nil,
  padding: any SpatialConvertible = 0, dilation: any SpatialConvertible = 1, ceilMode: Bool = false
) throws -> Tensor {
  try maxPool(3, x, kernelSize, stride, padding, dilation, ceilMode, withIndices: false).values
}

/// `maxPool` in 1 to 3 dimensions together with the place of each maximum in the flattened spatial
/// dimensions, int64.
///
///     let (values, places) = try maxPoolWithIndices(images, spatialRank: 2, kernelSize: 2)
public func maxPoolWithIndices(
  _ x: Tensor, spatialRank: Int, kernelSize: any SpatialConvertible,
  stride: (any SpatialConvertible)? = nil,
  padding: any SpatialConvertible = 0, dilation: any SpatialConvertible = 1, ceilMode: Bool = false
) throws -> (values: Tensor, indices: Tensor) {
  let (values, indices) = try maxPool(
    spatialRank, x, kernelSize, stride, padding, dilation, ceilMode, withIndices: true)
  return (values, indices ?? values)
}

/// The mean of each window: x `[N, C, H, W]` or `[C, H, W]`.
///
///     let half = try avgPool2d(images, kernelSize: 2)
///
/// - Parameters:
///   - x: Images `[N, C, H, W]` or `[C, H, W]`.
///   - kernelSize: The size of a window.
///   - stride: How far windows are apart; by default their size.
///   - padding: Zeros added on both sides; at most half the window.
///   - ceilMode: Whether a last window that is only partly inside counts.
///   - countIncludePad: Whether padding, which is zeros, counts as elements.
///   - divisorOverride: What sums are divided by, instead of the number of elements.
public func avgPool2d(
  _ x: Tensor, kernelSize: any SpatialConvertible, stride: (any SpatialConvertible)? = nil,
  padding: any SpatialConvertible = 0, ceilMode: Bool = false, countIncludePad: Bool = true,
  divisorOverride: Int? = nil
) throws -> Tensor {
  try avgPool(2, x, kernelSize, stride, padding, ceilMode, countIncludePad, divisorOverride)
}

/// `avgPool2d` in one dimension: x `[N, C, L]` or `[C, L]`.
///
///     let smooth = try avgPool1d(signal, kernelSize: 3, stride: 1, padding: 1)
public func avgPool1d(
  _ x: Tensor, kernelSize: any SpatialConvertible, stride: (any SpatialConvertible)? = nil,
  padding: any SpatialConvertible = 0, ceilMode: Bool = false, countIncludePad: Bool = true
) throws -> Tensor {
  try avgPool(1, x, kernelSize, stride, padding, ceilMode, countIncludePad, nil)
}

/// `avgPool2d` in three dimensions: x `[N, C, D, H, W]` or `[C, D, H, W]`.
///
///     let half = try avgPool3d(volumes, kernelSize: 2)
public func avgPool3d(
  _ x: Tensor, kernelSize: any SpatialConvertible, stride: (any SpatialConvertible)? = nil,
  padding: any SpatialConvertible = 0, ceilMode: Bool = false, countIncludePad: Bool = true,
  divisorOverride: Int? = nil
) throws -> Tensor {
  try avgPool(3, x, kernelSize, stride, padding, ceilMode, countIncludePad, divisorOverride)
}

func maxPool(
  _ rank: Int, _ x: Tensor, _ kernelSize: any SpatialConvertible,
  _ stride: (any SpatialConvertible)?, _ padding: any SpatialConvertible,
  _ dilation: any SpatialConvertible, _ ceilMode: Bool, withIndices: Bool
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

func avgPool(
  _ rank: Int, _ x: Tensor, _ kernelSize: any SpatialConvertible,
  _ stride: (any SpatialConvertible)?, _ padding: any SpatialConvertible, _ ceilMode: Bool,
  _ countIncludePad: Bool, _ divisor: Int?
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
  let window = try poolWindow(name, rank, x, kernelSize, stride, padding, 1, ceilMode)
  if x.dtype.isInteger {
    return try integerAveragePool(x, window, countPadding: countIncludePad, divisor: divisor)
  }
  try x.requireFloatingPoint(name)
  return try AveragePool(
    window: window, input: x.sizes, countPadding: countIncludePad, divisor: divisor)(x)
}

func poolWindow(
  _ name: String, _ rank: Int, _ x: Tensor, _ kernelSize: any SpatialConvertible,
  _ stride: (any SpatialConvertible)?, _ padding: any SpatialConvertible,
  _ dilation: any SpatialConvertible, _ ceilMode: Bool
) throws -> PoolWindow {
  try x.validate()
  let kernel = try kernelSize.dims(rank, name, "kernelSize", atLeast: 1)
  let step = try stride.map { try $0.dims(rank, name, "stride", atLeast: 1) } ?? kernel
  let pad = try padding.dims(rank, name, "padding", atLeast: 0)
  let spread = try dilation.dims(rank, name, "dilation", atLeast: 1)
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
