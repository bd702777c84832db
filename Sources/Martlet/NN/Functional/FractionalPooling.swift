/// The greatest element of windows whose places are chosen at random, so that sizes shrink by any
/// factor: x `[N, C, H, W]` or `[C, H, W]`. Graham, "Fractional Max-Pooling", 2014.
///
///     let smaller = try fractionalMaxPool2d(images, kernelSize: 2, outputRatio: [0.7, 0.7]).values
///
/// - Parameters:
///   - x: Images `[N, C, H, W]` or `[C, H, W]`.
///   - kernelSize: The size of a window.
///   - outputSize: The spatial sizes of the result, one a dimension or one for all.
///   - outputRatio: Or what each size is multiplied by, between 0 and 1.
///   - samples: The random numbers, `[N, C, 2]` in [0, 1), last dimension first, for this many
///     elements or more; by default new ones.
/// - Returns: The elements, and their places in the flattened spatial dimensions, int64.
/// - Throws: `TensorError.argument` unless exactly one of size and ratio is given.
public func fractionalMaxPool2d(
  _ x: Tensor, kernelSize: any SpatialConvertible, outputSize: (any SpatialConvertible)? = nil,
  outputRatio: [Double]? = nil, samples: Tensor? = nil
) throws -> (values: Tensor, indices: Tensor) {
  try fractionalMaxPool(2, x, kernelSize, outputSize, outputRatio, samples)
}

/// `fractionalMaxPool2d` in three dimensions: x `[N, C, D, H, W]` or `[C, D, H, W]`, samples `[N,
/// C, 3]`, first dimension first.
///
///     let smaller = try fractionalMaxPool3d(volumes, kernelSize: 2, outputSize: 3).values
public func fractionalMaxPool3d(
  _ x: Tensor, kernelSize: any SpatialConvertible, outputSize: (any SpatialConvertible)? = nil,
  outputRatio: [Double]? = nil, samples: Tensor? = nil
) throws -> (values: Tensor, indices: Tensor) {
  try fractionalMaxPool(3, x, kernelSize, outputSize, outputRatio, samples)
}

func fractionalMaxPool(
  _ rank: Int, _ x: Tensor, _ kernelSize: any SpatialConvertible,
  _ outputSize: (any SpatialConvertible)?, _ outputRatio: [Double]?, _ samples: Tensor?
) throws -> (values: Tensor, indices: Tensor) {
  let name = "fractionalMaxPool\(rank)d"
  if x.rank == rank + 1 {
    let (values, indices) = try fractionalMaxPool(
      rank, x.unsqueezed(0), kernelSize, outputSize, outputRatio, samples)
    return (try values.squeeze(0), try indices.squeeze(0))
  }
  try x.requireFloatingPoint(name)
  guard x.rank == rank + 2 else {
    throw TensorError.rank(operation: name, rank: x.rank, expected: "\(rank + 1) or \(rank + 2)")
  }
  let (batch, channels) = (x.sizes[0], x.sizes[1])
  let kernel = try kernelSize.dims(rank, name, "kernelSize", atLeast: 1)
  let output = try fractionalSizes(name, rank, x, outputSize, outputRatio)
  for i in 0..<rank {
    guard kernel[i] <= x.sizes[i + 2], output[i] <= x.sizes[i + 2] - kernel[i] + 1 else {
      throw TensorError.shape(
        operation: name, shapes: [x.shape],
        reason: "\(output[i]) windows of \(kernel[i]) do not fit into \(x.sizes[i + 2]) elements")
    }
  }
  var random = samples ?? Tensor.rand([batch, channels, rank], dtype: x.dtype, device: x.device)
  guard random.rank == 3, random.sizes[0] >= batch, random.sizes[1] == channels,
    random.sizes[2] == rank, random.dtype == x.dtype
  else {
    throw TensorError.shape(
      operation: name, shapes: [x.shape, random.shape],
      reason: "the samples must be [\(batch) (or more), \(channels), \(rank)] in the input's dtype")
  }
  if random.sizes[0] > batch { random = try random.narrow(0, start: 0, length: batch) }
  // Every element of every window: [N, C, out..., kernel...], as places in the volume.
  var places: Tensor?
  for i in 0..<rank {
    let sample = try random.select(2, rank == 2 ? 1 - i : i).unsqueezed(2)
    let starts = try windowStarts(sample, x.sizes[i + 2], output[i], kernel[i])
    let inside = Tensor.arange(kernel[i], device: x.device)
    var shape = [batch, channels] + Array(repeating: 1, count: 2 * rank)
    shape[i + 2] = output[i]
    shape[i + 2 + rank] = kernel[i]
    let line = try (starts.unsqueezed(3) + inside).reshape(shape)
    places = try places.map { try $0 * x.sizes[i + 2] + line } ?? line
  }
  guard let places else { return (x, x) }
  let width = kernel.product
  let list = try places.reshape([batch, channels, output.product * width])
  let windows = try x.flatten(from: 2).gather(2, list)
    .reshape([batch, channels] + output.array + [width])
  let (values, winners) = try windows.max(dim: -1)
  let indices = try list.reshape(windows.shape).gather(-1, winners.unsqueezed(-1)).squeeze(-1)
  return (values, indices)
}

/// Where windows begin along a dimension: the last one at the end, the others at the rounded
/// multiples of a step, shifted by the sample.
private func windowStarts(_ sample: Tensor, _ size: Int, _ count: Int, _ kernel: Int) throws
  -> Tensor
{
  let last = Tensor.full(
    [sample.sizes[0], sample.sizes[1], 1], size - kernel, dtype: .int64, device: sample.device)
  if count == 1 { return last }
  let step =
    try Tensor(.float(Double(size - kernel)), dtype: sample.dtype, device: sample.target)
    / Double(count - 1)
  let numbers = try Tensor.arange(count - 1, device: sample.device).to(sample.dtype)
  let starts = try ((numbers + sample) * step).to(.int64) - (sample * step).to(.int64)
  return try cat([starts.clamp(min: 0, max: size - kernel), last], dim: 2)
}

private func fractionalSizes(
  _ name: String, _ rank: Int, _ x: Tensor, _ size: (any SpatialConvertible)?, _ ratio: [Double]?
) throws -> Dims {
  switch (size, ratio) {
  case (let size?, nil): return try size.dims(rank, name, "outputSize", atLeast: 1)
  case (nil, let ratio?):
    guard ratio.count == rank || ratio.count == 1, ratio.allSatisfy({ $0 > 0 && $0 < 1 }) else {
      throw TensorError.argument(
        operation: name, reason: "ratios \(ratio) for \(rank) dimensions must be between 0 and 1")
    }
    return try (0..<rank).map {
      Int(Double(x.sizes[$0 + 2]) * (ratio.count == 1 ? ratio[0] : ratio[$0]))
    }.dims(rank, name, "outputSize", atLeast: 1)
  default:
    throw TensorError.argument(
      operation: name, reason: "needs either an output size or an output ratio")
  }
}
