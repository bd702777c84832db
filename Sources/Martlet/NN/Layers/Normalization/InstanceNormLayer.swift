/// `InstanceNormalization` of `[N, C, L]` or `[C, L]`.
public typealias InstanceNorm1d = InstanceNormalization<Spatial1>
/// `InstanceNormalization` of images `[N, C, H, W]` or `[C, H, W]`.
public typealias InstanceNorm2d = InstanceNormalization<Spatial2>
/// `InstanceNormalization` of volumes `[N, C, D, H, W]` or `[C, D, H, W]`.
public typealias InstanceNorm3d = InstanceNormalization<Spatial3>

/// Brings every channel of every element of the batch to mean 0 and variance 1, then scales and
/// shifts it.
///
/// Ulyanov et al., "Instance Normalization: The Missing Ingredient for Fast Stylization", 2016.
///
///     let norm = InstanceNorm2d(64, affine: true)
public final class InstanceNormalization<Rank: SpatialRank>: ChannelNorm, Module,
  @unchecked Sendable
{
  /// A layer for `numFeatures` channels.
  ///
  /// - Parameters:
  ///   - numFeatures: The number of channels.
  ///   - eps: Added to variances; must be positive in training.
  ///   - momentum: How far running statistics move towards the input's; nil for not at all.
  ///   - affine: Whether the result is scaled and shifted by parameters.
  ///   - bias: Whether it is shifted too.
  ///   - trackRunningStats: Whether running statistics are kept, and used in evaluation.
  public init(
    _ numFeatures: Int, eps: Double = 1e-5, momentum: Double? = 0.1, affine: Bool = false,
    bias: Bool = true, trackRunningStats: Bool = false
  ) {
    super.init(
      "InstanceNorm\(Rank.rank)d", numFeatures, eps: eps, momentum: momentum, affine: affine,
      bias: bias, trackRunningStats: trackRunningStats)
  }

  /// The normalized features, in the shape of `x`.
  public func forward(_ x: Tensor) throws -> Tensor {
    let rank = Rank.rank
    guard x.rank == rank + 1 || x.rank == rank + 2 else {
      throw TensorError.rank(
        operation: layerName, rank: x.rank, expected: "\(rank + 1) or \(rank + 2)")
    }
    let batch = x.rank == rank + 1 ? try x.unsqueezed(0) : x
    let result = try withStatistics { mean, variance in
      try instanceNorm(
        batch, runningMean: &mean, runningVar: &variance, weight: weight?.value,
        bias: bias?.value, useInputStatistics: isTraining || mean == nil,
        momentum: momentum ?? 0, eps: eps)
    }
    return x.rank == rank + 1 ? try result.squeeze(0) : result
  }

  /// `InstanceNorm1d` to `InstanceNorm3d`.
  public var layerName: String { "InstanceNorm\(Rank.rank)d" }
}
