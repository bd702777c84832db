/// `BatchNorm` of `[N, C]` or `[N, C, L]`.
public typealias BatchNorm1d = BatchNorm<Spatial1>
/// `BatchNorm` of images `[N, C, H, W]`.
public typealias BatchNorm2d = BatchNorm<Spatial2>
/// `BatchNorm` of volumes `[N, C, D, H, W]`.
public typealias BatchNorm3d = BatchNorm<Spatial3>

/// Brings every channel to mean 0 and variance 1, by the batch's statistics while training and by
/// running ones after, then scales and shifts it.
///
/// Ioffe, Szegedy, "Batch Normalization: Accelerating Deep Network Training by Reducing Internal
/// Covariate Shift", 2015.
///
///     let norm = BatchNorm2d(64)
public final class BatchNorm<Rank: SpatialRank>: ChannelNorm, Module, @unchecked Sendable {
  /// A layer for `numFeatures` channels.
  ///
  /// - Parameters:
  ///   - numFeatures: The number of channels.
  ///   - eps: Added to variances; must be positive in training.
  ///   - momentum: How far running statistics move towards the batch's; nil for their plain
  ///     average over all batches.
  ///   - affine: Whether the result is scaled and shifted by parameters.
  ///   - bias: Whether it is shifted too.
  ///   - trackRunningStats: Whether running statistics are kept; otherwise the batch's own are
  ///     always used.
  public init(
    _ numFeatures: Int, eps: Double = 1e-5, momentum: Double? = 0.1, affine: Bool = true,
    bias: Bool = true, trackRunningStats: Bool = true
  ) {
    super.init(
      "BatchNorm\(Rank.rank)d", numFeatures, eps: eps, momentum: momentum, affine: affine,
      bias: bias, trackRunningStats: trackRunningStats)
  }

  /// The normalized features, in the shape of `x`.
  public func forward(_ x: Tensor) throws -> Tensor {
    guard x.rank == Rank.rank + 2 || Rank.rank == 1 && x.rank == 2 else {
      throw TensorError.rank(
        operation: layerName, rank: x.rank,
        expected: Rank.rank == 1 ? "2 or 3" : "\(Rank.rank + 2)")
    }
    var factor = momentum ?? 0
    if isTraining, let counter = numBatchesTracked {
      counter.value = try counter.value + 1
      if momentum == nil || averagesAllBatches.isSet { factor = 1 / (try counter.value.item()) }
    }
    return try withStatistics { mean, variance in
      try batchNorm(
        x, runningMean: &mean, runningVar: &variance, weight: weight?.value, bias: bias?.value,
        training: isTraining || mean == nil, momentum: factor, eps: eps)
    }
  }

  /// `BatchNorm1d` to `BatchNorm3d`.
  public var layerName: String { "BatchNorm\(Rank.rank)d" }
}
