/// The p-norm of each window, `(sum of x^p)^(1 / p)`: x `[N, C, H, W]` or `[C, H, W]`.
///
///     let lengths = try lpPool2d(images, p: 2, kernelSize: 3)
///
/// - Parameters:
///   - x: Images `[N, C, H, W]` or `[C, H, W]`.
///   - p: The power, not 0; infinity for the greatest size of an element. Powers of negative
///     elements are theirs, not those of their sizes.
///   - kernelSize: The size of a window.
///   - stride: How far windows are apart; by default their size.
///   - ceilMode: Whether a last window that is only partly inside counts; its mean power then
///     stands for the missing elements.
/// - Throws: `TensorError.argument` for a p of 0.
public func lpPool2d(
  _ x: Tensor, p: Double, kernelSize: any SpatialConvertible,
  stride: (any SpatialConvertible)? = nil, ceilMode: Bool = false
) throws -> Tensor {
  try lpPool(2, x, p, kernelSize, stride, ceilMode)
}

/// `lpPool2d` in one dimension: x `[N, C, L]` or `[C, L]`.
///
///     let lengths = try lpPool1d(signal, p: 2, kernelSize: 3)
public func lpPool1d(
  _ x: Tensor, p: Double, kernelSize: any SpatialConvertible,
  stride: (any SpatialConvertible)? = nil, ceilMode: Bool = false
) throws -> Tensor {
  try lpPool(1, x, p, kernelSize, stride, ceilMode)
}

/// `lpPool2d` in three dimensions: x `[N, C, D, H, W]` or `[C, D, H, W]`.
///
///     let lengths = try lpPool3d(volumes, p: 2, kernelSize: 3)
public func lpPool3d(
  _ x: Tensor, p: Double, kernelSize: any SpatialConvertible,
  stride: (any SpatialConvertible)? = nil, ceilMode: Bool = false
) throws -> Tensor {
  try lpPool(3, x, p, kernelSize, stride, ceilMode)
}

func lpPool(
  _ rank: Int, _ x: Tensor, _ p: Double, _ kernelSize: any SpatialConvertible,
  _ stride: (any SpatialConvertible)?, _ ceilMode: Bool
) throws -> Tensor {
  let name = "lpPool\(rank)d"
  guard p != 0, !p.isNaN else {
    throw TensorError.argument(operation: name, reason: "the power must not be \(p)")
  }
  if p.isInfinite {
    let sizes = try p > 0 ? x.abs() : -x.abs()
    let extremes = try maxPool(
      rank, sizes, kernelSize, stride, 0, 1, ceilMode, withIndices: false
    ).values
    return try p > 0 ? extremes : -extremes
  }
  try x.requireFloatingPoint(name)
  let kernel = try kernelSize.dims(rank, name, "kernelSize", atLeast: 1)
  return try x.widened { x in
    let means = try avgPool(rank, x.pow(p), kernelSize, stride, 0, ceilMode, true, nil)
    return try (means * Double(kernel.product)).pow(1 / p)
  }
}
