/// The reverse of a max pooling: elements at the places that it found them at, zeros elsewhere. x
/// and indices `[N, C, H, W]` or `[C, H, W]`.
///
///     let (values, indices) = try maxPoolWithIndices(images, spatialRank: 2, kernelSize: 2)
///     let sparse = try maxUnpool2d(values, indices, kernelSize: 2)
///
/// - Parameters:
///   - x: The elements.
///   - indices: Places in the flattened spatial dimensions of the result, int64. Of several
///     elements for one place the last one stays.
///   - kernelSize: The size of the windows that they came from.
///   - stride: How far windows were apart; by default their size.
///   - padding: How many positions the pooling added on both sides.
///   - outputSize: The result's spatial sizes (or its whole shape), where several lead to x's; by
///     default `(size - 1) stride - 2 padding + kernel`.
/// - Throws: `TensorError.index` for a place that there is not.
public func maxUnpool2d(
  _ x: Tensor, _ indices: Tensor, kernelSize: any SpatialConvertible,
  stride: (any SpatialConvertible)? = nil, padding: any SpatialConvertible = 0,
  outputSize: [Int]? = nil
) throws -> Tensor {
  try maxUnpool(2, x, indices, kernelSize, stride, padding, outputSize)
}

/// `maxUnpool2d` in one dimension: x and indices `[N, C, L]` or `[C, L]`.
///
///     let (values, indices) = try maxPoolWithIndices(signal, spatialRank: 1, kernelSize: 2)
///     let sparse = try maxUnpool1d(values, indices, kernelSize: 2)
public func maxUnpool1d(
  _ x: Tensor, _ indices: Tensor, kernelSize: any SpatialConvertible,
  stride: (any SpatialConvertible)? = nil, padding: any SpatialConvertible = 0,
  outputSize: [Int]? = nil
) throws -> Tensor {
  try maxUnpool(1, x, indices, kernelSize, stride, padding, outputSize)
}

/// `maxUnpool2d` in three dimensions: x and indices `[N, C, D, H, W]` or `[C, D, H, W]`.
///
///     let (values, indices) = try maxPoolWithIndices(volumes, spatialRank: 3, kernelSize: 2)
///     let sparse = try maxUnpool3d(values, indices, kernelSize: 2)
public func maxUnpool3d(
  _ x: Tensor, _ indices: Tensor, kernelSize: any SpatialConvertible,
  stride: (any SpatialConvertible)? = nil, padding: any SpatialConvertible = 0,
  outputSize: [Int]? = nil
) throws -> Tensor {
  try maxUnpool(3, x, indices, kernelSize, stride, padding, outputSize)
}

func maxUnpool(
  _ rank: Int, _ x: Tensor, _ indices: Tensor, _ kernelSize: any SpatialConvertible,
  _ stride: (any SpatialConvertible)?, _ padding: any SpatialConvertible, _ outputSize: [Int]?
) throws -> Tensor {
  let name = "maxUnpool\(rank)d"
  guard x.rank == rank + 1 || x.rank == rank + 2 else {
    throw TensorError.rank(operation: name, rank: x.rank, expected: "\(rank + 1) or \(rank + 2)")
  }
  guard x.shape == indices.shape else {
    throw TensorError.shape(
      operation: name, shapes: [x.shape, indices.shape], reason: "the shapes must be equal")
  }
  let list = try x.checkedIndex(indices, name)
  let kernel = try kernelSize.dims(rank, name, "kernelSize", atLeast: 1)
  let step = try stride.map { try $0.dims(rank, name, "stride", atLeast: 1) } ?? kernel
  let edge = try padding.dims(rank, name, "padding", atLeast: 0)
  let lead = x.rank - rank
  for i in lead..<x.rank where x.sizes[i] > Int(Int32.max) {
    throw TensorError.shape(
      operation: name, shapes: [x.shape], reason: "dimension \(i) is too large")
  }
  let usual = (0..<rank).map {
    (x.sizes[$0 + lead] - 1) * step[$0] - 2 * edge[$0] + kernel[$0]
  }
  var sizes = usual
  if let outputSize {
    sizes = outputSize.count == x.rank ? Array(outputSize.dropFirst(lead)) : outputSize
    let fits =
      sizes.count == rank
      && (0..<rank).allSatisfy {
        sizes[$0] > usual[$0] - step[$0] && sizes[$0] < usual[$0] + step[$0]
      }
    guard fits else {
      throw TensorError.argument(
        operation: name,
        reason: "an output of \(outputSize) is not near \(usual), which follows from the windows")
    }
  }
  let shape = Array(x.shape.prefix(lead)) + sizes
  let volume = try checkedSizes(sizes, name).product
  _ = try checkedSizes(shape, name)
  let flat = Tensor.zeros(
    Array(x.shape.prefix(lead)) + [volume], dtype: x.dtype, device: x.device)
  return try flat.scatter(-1, list.flatten(from: lead), x.flatten(from: lead)).reshape(shape)
}
