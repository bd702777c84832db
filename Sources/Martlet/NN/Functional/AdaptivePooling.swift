/// The mean of windows chosen so that the result has the given spatial sizes: x `[N, C, H, W]` or
/// `[C, H, W]`; nil keeps a size. Window i of a dimension covers elements `floor(i in / out)` to
/// `ceil((i + 1) in / out)`.
///
///     let features = try adaptiveAvgPool2d(images, outputSize: 1)
public func adaptiveAvgPool2d(_ x: Tensor, outputSize: any AdaptiveSizeConvertible) throws -> Tensor
{
  try adaptiveAvgPool(2, x, outputSize)
}

/// `adaptiveAvgPool2d` in one dimension: x `[N, C, L]` or `[C, L]`.
///
///     let features = try adaptiveAvgPool1d(signal, outputSize: 4)
public func adaptiveAvgPool1d(_ x: Tensor, outputSize: any AdaptiveSizeConvertible) throws -> Tensor
{
  try adaptiveAvgPool(1, x, outputSize)
}

/// `adaptiveAvgPool2d` in three dimensions: x `[N, C, D, H, W]` or `[C, D, H, W]`.
///
///     let features = try adaptiveAvgPool3d(volumes, outputSize: 1)
public func adaptiveAvgPool3d(_ x: Tensor, outputSize: any AdaptiveSizeConvertible) throws -> Tensor
{
  try adaptiveAvgPool(3, x, outputSize)
}

/// The greatest element of windows chosen as by `adaptiveAvgPool2d`.
///
///     let peaks = try adaptiveMaxPool2d(images, outputSize: [5, nil])
public func adaptiveMaxPool2d(_ x: Tensor, outputSize: any AdaptiveSizeConvertible) throws -> Tensor
{
  try adaptiveMaxPool(2, x, outputSize, withIndices: false).values
}

/// `adaptiveMaxPool2d` in one dimension: x `[N, C, L]` or `[C, L]`.
///
///     let peaks = try adaptiveMaxPool1d(signal, outputSize: 4)
public func adaptiveMaxPool1d(_ x: Tensor, outputSize: any AdaptiveSizeConvertible) throws -> Tensor
{
  try adaptiveMaxPool(1, x, outputSize, withIndices: false).values
}

/// `adaptiveMaxPool2d` in three dimensions: x `[N, C, D, H, W]` or `[C, D, H, W]`.
///
///     let peaks = try adaptiveMaxPool3d(volumes, outputSize: 1)
public func adaptiveMaxPool3d(_ x: Tensor, outputSize: any AdaptiveSizeConvertible) throws -> Tensor
{
  try adaptiveMaxPool(3, x, outputSize, withIndices: false).values
}

/// Adaptive max pooling in 1 to 3 dimensions together with the place of each maximum in the
/// flattened spatial dimensions, int64.
///
///     let (values, places) = try adaptiveMaxPoolWithIndices(images, spatialRank: 2, outputSize: 2)
public func adaptiveMaxPoolWithIndices(
  _ x: Tensor, spatialRank: Int, outputSize: any AdaptiveSizeConvertible
) throws -> (values: Tensor, indices: Tensor) {
  guard (1...3).contains(spatialRank) else {
    throw TensorError.argument(
      operation: "adaptiveMaxPool", reason: "\(spatialRank) spatial dimensions, expected 1 to 3")
  }
  let (values, indices) = try adaptiveMaxPool(spatialRank, x, outputSize, withIndices: true)
  return (values, indices ?? values)
}

func adaptiveAvgPool(_ rank: Int, _ x: Tensor, _ outputSize: any AdaptiveSizeConvertible) throws
  -> Tensor
{
  let name = "adaptiveAvgPool\(rank)d"
  if x.rank == rank + 1 {
    return try adaptiveAvgPool(rank, x.unsqueezed(0), outputSize).squeeze(0)
  }
  try x.requireFloatingPoint(name)
  let target = try adaptiveSizes(name, rank, x, outputSize)
  if target.product == 1, x.count > 0 {
    return try x.mean(Array(2..<x.rank), keepDim: true)
  }
  if let kernel = evenWindows(x, target) {
    return try avgPool(rank, x, kernel, nil, 0, false, true, nil)
  }
  // One dimension after the other: the mean of means over a product of ranges is the mean.
  return try x.widened { wide in
    var result = wide
    for i in 0..<rank {
      var means = SparseRows(columns: x.sizes[i + 2])
      for window in adaptiveWindows(x.sizes[i + 2], target[i]) {
        for position in window { means.add(position, 1 / Double(window.count)) }
        means.endRow()
      }
      result = try Resample(dim: i + 2, matrix: means)(result)
    }
    return result
  }
}

func adaptiveMaxPool(
  _ rank: Int, _ x: Tensor, _ outputSize: any AdaptiveSizeConvertible, withIndices: Bool
) throws -> (values: Tensor, indices: Tensor?) {
  let name = "adaptiveMaxPool\(rank)d"
  if x.rank == rank + 1 {
    let (values, indices) = try adaptiveMaxPool(
      rank, x.unsqueezed(0), outputSize, withIndices: withIndices)
    return (try values.squeeze(0), try indices?.squeeze(0))
  }
  let target = try adaptiveSizes(name, rank, x, outputSize)
  if target.product == 0 {
    let shape = [x.sizes[0], x.sizes[1]] + target.array
    let none = Tensor.zeros(shape, dtype: x.dtype, device: x.device)
    return (none, withIndices ? try none.to(.int64) : nil)
  }
  if let kernel = evenWindows(x, target) {
    return try maxPool(rank, x, kernel, nil, 0, 1, false, withIndices: withIndices)
  }
  // Windows of one size that do not overlap, made by repeating elements: shorter ones are filled up
  // with their last element, which changes neither the maximum nor its first place.
  var spread = x
  var kernel: [Int] = []
  var places: [[Int]] = []
  for i in 0..<rank {
    let windows = adaptiveWindows(x.sizes[i + 2], target[i])
    let width = windows.map(\.count).max() ?? 1
    let list = windows.flatMap { window in
      (0..<width).map { min(window.lowerBound + $0, window.upperBound - 1) }
    }
    spread = try spread.indexSelect(
      i + 2, Tensor(list, shape: [list.count]))
    kernel.append(width)
    places.append(list)
  }
  let (values, indices) = try maxPool(
    rank, spread, kernel, nil, 0, 1, false, withIndices: withIndices)
  guard let indices else { return (values, nil) }
  // From places among the repeated elements to those in x.
  var rest = indices
  var original: Tensor?
  var step = 1
  for i in (0..<rank).reversed() {
    let list = try Tensor(places[i], shape: [places[i].count])
    let place = try list.take(rest % places[i].count) * step
    original = try original.map { try $0 + place } ?? place
    rest = try rest.div(places[i].count, rounding: .floor)
    step *= x.sizes[i + 2]
  }
  return (values, original)
}

private func adaptiveSizes(
  _ name: String, _ rank: Int, _ x: Tensor, _ outputSize: any AdaptiveSizeConvertible
) throws -> Dims {
  guard x.rank == rank + 2 else {
    throw TensorError.rank(operation: name, rank: x.rank, expected: "\(rank + 1) or \(rank + 2)")
  }
  let sizes = outputSize.adaptiveSize
  guard sizes.count == rank || sizes.count == 1 else {
    throw TensorError.argument(
      operation: name, reason: "\(sizes.count) output sizes for \(rank) dimensions")
  }
  for i in 1..<x.rank where x.sizes[i] == 0 {
    throw TensorError.shape(
      operation: name, shapes: [x.shape], reason: "only the batch may be empty")
  }
  return try (0..<rank).map { (sizes.count == 1 ? sizes[0] : sizes[$0]) ?? x.sizes[$0 + 2] }
    .dims(rank, name, "outputSize", atLeast: 0)
}

/// The elements of each window of a dimension.
private func adaptiveWindows(_ size: Int, _ count: Int) -> [Range<Int>] {
  (0..<count).map { $0 * size / count..<(($0 + 1) * size + count - 1) / count }
}

/// The size of windows that do not overlap, where all have the same.
private func evenWindows(_ x: Tensor, _ target: Dims) -> [Int]? {
  for i in 0..<target.rank where target[i] == 0 || x.sizes[i + 2] % target[i] != 0 { return nil }
  return (0..<target.rank).map { x.sizes[$0 + 2] / target[$0] }
}
