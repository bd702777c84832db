/// Sets elements to zero with probability p while training, and scales the others by `1 / (1 - p)`.
///
/// Srivastava et al., "Dropout: A Simple Way to Prevent Neural Networks from Overfitting", 2014.
///
///     let drop = Dropout(0.2)
public final class Dropout: DropoutLayer, @unchecked Sendable {
  /// A layer that sets elements to zero with probability `p`, from 0 to 1.
  public init(_ p: Double = 0.5) {
    super.init(p) { try dropout($0, p: p, training: $1) }
  }
}

/// Dropout for `SELU`: sets elements to selu's limit at minus infinity with probability p, then
/// restores mean and variance, while training.
///
/// Klambauer et al., "Self-Normalizing Neural Networks", 2017.
///
///     let net = Sequential(Linear(4, 8), SELU(), AlphaDropout(0.1))
public final class AlphaDropout: DropoutLayer, @unchecked Sendable {
  /// A layer that drops elements with probability `p`, from 0 to 1.
  public init(_ p: Double = 0.5) {
    super.init(p) { try alphaDropout($0, p: p, training: $1) }
  }
}

/// `AlphaDropout` of whole channels: `[N, C, ...]`.
///
///     let net = Sequential(Conv2d(3, 8, kernelSize: 3), SELU(), FeatureAlphaDropout(0.1))
public final class FeatureAlphaDropout: DropoutLayer, @unchecked Sendable {
  /// A layer that drops channels with probability `p`, from 0 to 1.
  public init(_ p: Double = 0.5) {
    super.init(p) { try featureAlphaDropout($0, p: p, training: $1) }
  }
}

/// `ChannelDropout` of `[N, C, L]` or `[C, L]`.
public typealias Dropout1d = ChannelDropout<Spatial1>
/// `ChannelDropout` of images `[N, C, H, W]` or `[C, H, W]`.
public typealias Dropout2d = ChannelDropout<Spatial2>
/// `ChannelDropout` of volumes `[N, C, D, H, W]` or `[C, D, H, W]`.
public typealias Dropout3d = ChannelDropout<Spatial3>

/// Sets whole channels to zero with probability p while training, and scales the others by `1 / (1
/// - p)`.
///
/// Tompson et al., "Efficient Object Localization Using Convolutional Networks", 2015.
///
///     let net = Sequential(Conv2d(3, 8, kernelSize: 3), Dropout2d(0.2))
public final class ChannelDropout<Rank: SpatialRank>: DropoutLayer, @unchecked Sendable {
  /// A layer that sets channels to zero with probability `p`, from 0 to 1.
  public init(_ p: Double = 0.5) {
    super.init(p, name: "Dropout\(Rank.rank)d") { x, training in
      let rank = Rank.rank
      if x.rank == rank + 1 {
        return try channelDropout(x.unsqueezed(0), p: p, training: training).squeeze(0)
      }
      guard x.rank == rank + 2 else {
        throw TensorError.rank(
          operation: "Dropout\(rank)d", rank: x.rank, expected: "\(rank + 1) or \(rank + 2)")
      }
      return try channelDropout(x, p: p, training: training)
    }
  }
}
