/// Channels turned into resolution: `[..., C r^2, H, W]` becomes `[..., C, H r, W r]`.
///
/// Shi et al., "Real-Time Single Image and Video Super-Resolution Using an Efficient Sub-Pixel
/// Convolutional Neural Network", 2016.
///
///     let up = Sequential(Conv2d(64, 12, kernelSize: 3, padding: 1), PixelShuffle(2))
public final class PixelShuffle: StatelessLayer<Tensor>, @unchecked Sendable {
  /// r, by which height and width grow.
  public let factor: Int

  /// A layer that applies `pixelShuffle`.
  public init(_ factor: Int) {
    self.factor = factor
    super.init("upscale_factor=\(factor)") { try pixelShuffle($0, factor) }
  }
}

/// Resolution turned into channels, the reverse of `PixelShuffle`: `[..., C, H r, W r]` becomes
/// `[..., C r^2, H, W]`.
///
///     let down = Sequential(PixelUnshuffle(2), Conv2d(12, 64, kernelSize: 3, padding: 1))
public final class PixelUnshuffle: StatelessLayer<Tensor>, @unchecked Sendable {
  /// r, by which height and width shrink.
  public let factor: Int

  /// A layer that applies `pixelUnshuffle`.
  public init(_ factor: Int) {
    self.factor = factor
    super.init("downscale_factor=\(factor)") { try pixelUnshuffle($0, factor) }
  }
}

/// Channels (dimension 1) dealt out anew: groups of neighbours become groups of every n-th.
///
/// Zhang et al., "ShuffleNet", 2018.
///
///     let net = Sequential(Conv2d(8, 8, kernelSize: 1, groups: 4), ChannelShuffle(4))
public final class ChannelShuffle: StatelessLayer<Tensor>, @unchecked Sendable {
  /// Into how many groups channels are divided.
  public let groups: Int

  /// A layer that applies `channelShuffle`.
  public init(_ groups: Int) {
    self.groups = groups
    super.init("groups=\(groups)") { try channelShuffle($0, groups: groups) }
  }
}
