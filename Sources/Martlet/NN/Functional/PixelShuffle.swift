/// Channels turned into resolution: `[..., C r^2, H, W]` becomes `[..., C, H r, W r]`.
///
/// Shi et al., "Real-Time Single Image and Video Super-Resolution Using an Efficient Sub-Pixel
/// Convolutional Neural Network", 2016.
///
///     try pixelShuffle(Tensor.zeros([1, 12, 4, 4]), 2).shape  // [1, 3, 8, 8]
///
/// - Throws: `TensorError.shape` if r^2 does not divide the channels.
public func pixelShuffle(_ x: Tensor, _ factor: Int) throws -> Tensor {
  guard factor > 0, factor < 1 << 16, x.rank >= 3, x.sizes[x.rank - 3] % (factor * factor) == 0
  else {
    throw TensorError.shape(
      operation: "pixelShuffle", shapes: [x.shape],
      reason: "needs channels that \(factor) squared divides, height and width")
  }
  let (lead, channels, height, width) = planes(x)
  let parts = try x.reshape([lead, channels / (factor * factor), factor, factor, height, width])
  return try parts.permute(0, 1, 4, 2, 5, 3)
    .reshape(
      x.shape.dropLast(3) + [channels / (factor * factor), height * factor, width * factor])
}

/// Resolution turned into channels, the reverse of `pixelShuffle`: `[..., C, H r, W r]` becomes
/// `[..., C r^2, H, W]`.
///
///     try pixelUnshuffle(Tensor.zeros([1, 3, 8, 8]), 2).shape  // [1, 12, 4, 4]
public func pixelUnshuffle(_ x: Tensor, _ factor: Int) throws -> Tensor {
  guard factor > 0, factor < 1 << 16, x.rank >= 3, x.sizes[x.rank - 2] % factor == 0,
    x.sizes[x.rank - 1] % factor == 0
  else {
    throw TensorError.shape(
      operation: "pixelUnshuffle", shapes: [x.shape],
      reason: "needs channels, and a height and width that \(factor) divides")
  }
  let (lead, channels, height, width) = planes(x)
  let (rows, columns) = (height / factor, width / factor)
  let parts = try x.reshape([lead, channels, rows, factor, columns, factor])
  return try parts.permute(0, 1, 3, 5, 2, 4)
    .reshape(x.shape.dropLast(3) + [channels * factor * factor, rows, columns])
}

private func planes(_ x: Tensor) -> (lead: Int, channels: Int, height: Int, width: Int) {
  (
    x.shape.dropLast(3).reduce(1, *), x.sizes[x.rank - 3], x.sizes[x.rank - 2],
    x.sizes[x.rank - 1]
  )
}

/// Channels (dimension 1) dealt out anew: groups of neighbours become groups of every n-th.
///
/// Zhang et al., "ShuffleNet", 2018.
///
///     let mixed = try channelShuffle(Tensor.randn([2, 8, 5, 5]), groups: 4)
public func channelShuffle(_ x: Tensor, groups: Int) throws -> Tensor {
  guard x.rank >= 3, groups > 0, x.sizes[1] % groups == 0 else {
    throw TensorError.shape(
      operation: "channelShuffle", shapes: [x.shape], reason: "channels in \(groups) groups")
  }
  return try x.unflatten(1, [groups, x.sizes[1] / groups]).transpose(1, 2).reshape(x.shape)
}
