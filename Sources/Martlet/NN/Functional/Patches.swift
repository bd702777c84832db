/// The windows of an image as columns: x `[N, C, H, W]` or `[C, H, W]`, result `[N, C KH KW,
/// windows]`, with zeros where windows reach into the padding.
///
///     let patches = try unfold(images, kernelSize: 3, padding: 1)
///
/// - Throws: `TensorError.shape` if no window fits.
public func unfold(
  _ x: Tensor, kernelSize: any SpatialConvertible, dilation: any SpatialConvertible = 1,
  padding: any SpatialConvertible = 0, stride: any SpatialConvertible = 1
) throws -> Tensor {
  if x.rank == 3 {
    return try unfold(
      x.unsqueezed(0), kernelSize: kernelSize, dilation: dilation, padding: padding, stride: stride
    ).squeeze(0)
  }
  guard x.rank == 4 else {
    throw TensorError.rank(operation: "unfold", rank: x.rank, expected: "3 or 4")
  }
  let kernel = try kernelSize.dims(2, "unfold", "kernelSize", atLeast: 1)
  let spread = try dilation.dims(2, "unfold", "dilation", atLeast: 1)
  let edge = try padding.dims(2, "unfold", "padding", atLeast: 0)
  let step = try stride.dims(2, "unfold", "stride", atLeast: 1)
  let padded = try pad(x, [edge[1], edge[1], edge[0], edge[0]])
  var counts: [Int] = []
  for i in 0..<2 {
    let reach = spread[i] * (kernel[i] - 1) + 1
    guard x.sizes[1] > 0, reach <= padded.sizes[i + 2] else {
      throw TensorError.shape(
        operation: "unfold", shapes: [x.shape],
        reason: "a window of \(reach) does not fit into \(padded.sizes[i + 2]) elements")
    }
    counts.append((padded.sizes[i + 2] - reach) / step[i] + 1)
  }
  let places = try windowPlaces(kernel, counts, step, spread, width: padded.sizes[3])
  return try padded.flatten(from: 2).indexSelect(2, places)
    .reshape([x.sizes[0], x.sizes[1] * kernel.product, counts[0] * counts[1]])
}

/// Where each element of each window lies in a flattened image: `[KH KW windows]`.
private func windowPlaces(
  _ kernel: Dims, _ counts: [Int], _ step: Dims, _ spread: Dims, width: Int
) throws -> Tensor {
  let lines = (0..<2).map { i in
    (0..<kernel[i]).flatMap { k in (0..<counts[i]).map { $0 * step[i] + k * spread[i] } }
  }
  let rows = try Tensor(lines[0], shape: [kernel[0], 1, counts[0], 1])
  let columns = try Tensor(lines[1], shape: [1, kernel[1], 1, counts[1]])
  return try (rows * width + columns).flatten()
}

/// The reverse of `unfold`: columns `[N, C KH KW, windows]` or `[C KH KW, windows]` put back into
/// images of `outputSize`, where overlapping elements are added: `[N, C, H, W]` or `[C, H, W]`.
///
///     let sums = try fold(unfold(images, kernelSize: 3), outputSize: [28, 28], kernelSize: 3)
///
/// - Throws: `TensorError.shape` if the columns are not those of such windows.
public func fold(
  _ x: Tensor, outputSize: any SpatialConvertible, kernelSize: any SpatialConvertible,
  dilation: any SpatialConvertible = 1, padding: any SpatialConvertible = 0,
  stride: any SpatialConvertible = 1
) throws -> Tensor {
  if x.rank == 2 {
    return try fold(
      x.unsqueezed(0), outputSize: outputSize, kernelSize: kernelSize, dilation: dilation,
      padding: padding, stride: stride
    ).squeeze(0)
  }
  guard x.rank == 3 else {
    throw TensorError.rank(operation: "fold", rank: x.rank, expected: "2 or 3")
  }
  let output = try outputSize.dims(2, "fold", "outputSize", atLeast: 1)
  let kernel = try kernelSize.dims(2, "fold", "kernelSize", atLeast: 1)
  let spread = try dilation.dims(2, "fold", "dilation", atLeast: 1)
  let edge = try padding.dims(2, "fold", "padding", atLeast: 0)
  let step = try stride.dims(2, "fold", "stride", atLeast: 1)
  var counts: [Int] = []
  for i in 0..<2 {
    let free = output[i] + 2 * edge[i] - spread[i] * (kernel[i] - 1) - 1
    counts.append(free < 0 ? 0 : free / step[i] + 1)
  }
  let (windows, overflow) = counts[0].multipliedReportingOverflow(by: counts[1])
  guard !overflow, windows > 0, x.sizes[2] == windows, x.sizes[1] > 0,
    x.sizes[1] % kernel.product == 0
  else {
    throw TensorError.shape(
      operation: "fold", shapes: [x.shape],
      reason: "columns of \(counts[0]) x \(counts[1]) windows of \(kernel) are needed")
  }
  let (height, width) = (output[0] + 2 * edge[0], output[1] + 2 * edge[1])
  let places = try windowPlaces(kernel, counts, step, spread, width: width)
  let (batch, channels) = (x.sizes[0], x.sizes[1] / kernel.product)
  _ = try checkedSizes([batch, channels, height, width], "fold")
  let sums = Tensor.zeros([batch, channels, height * width], dtype: x.dtype, device: x.device)
  return try sums.indexAdd(
    2, places, x.reshape([batch, channels, kernel.product * windows])
  ).reshape([batch, channels, height, width])
    .narrow(2, start: edge[0], length: output[0]).narrow(3, start: edge[1], length: output[1])
}

/// Sets whole channels to zero with probability `p` and scales the others by `1 / (1 - p)`, while
/// training: x `[N, C, ...]`.
///
/// Tompson et al., "Efficient Object Localization Using Convolutional Networks", 2015.
///
///     let h = try channelDropout(images, p: 0.2, training: isTraining)
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
