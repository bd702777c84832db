/// `max(0, -y (x1 - x2) + margin)` of two scores and targets y, reduced: for y = 1 the first score
/// should be greater, for y = -1 the second.
///
///     let loss = try MarginRankingLoss(margin: 0.1)(better, worse, Tensor.ones([n]))
public final class MarginRankingLoss: LossLayer<(Tensor, Tensor, Tensor)>, @unchecked Sendable {
  /// By how much scores should differ.
  public let margin: Double

  /// A layer that applies `marginRankingLoss`.
  public init(margin: Double = 0, reduction: LossReduction = .mean) {
    self.margin = margin
    super.init(reduction) {
      try marginRankingLoss($0, $1, $2, margin: margin, reduction: reduction)
    }
  }
}

/// x where the target is 1 and `max(0, margin - x)` where it is -1, reduced.
///
///     let loss = try HingeEmbeddingLoss()(distances, target)
public final class HingeEmbeddingLoss: LossLayer<(Tensor, Tensor)>, @unchecked Sendable {
  /// What distances of what is unlike should exceed.
  public let margin: Double

  /// A layer that applies `hingeEmbeddingLoss`.
  public init(margin: Double = 1, reduction: LossReduction = .mean) {
    self.margin = margin
    super.init(reduction) {
      try hingeEmbeddingLoss($0, $1, margin: margin, reduction: reduction)
    }
  }
}

/// `log(1 + exp(-y x))` with targets y of 1 and -1, reduced.
///
///     let loss = try SoftMarginLoss()(scores, target)
public final class SoftMarginLoss: LossLayer<(Tensor, Tensor)>, @unchecked Sendable {
  /// A layer that applies `softMarginLoss`.
  public init(reduction: LossReduction = .mean) {
    super.init(reduction) { try softMarginLoss($0, $1, reduction: reduction) }
  }
}

/// One minus the cosine of x1 and x2 where the target is 1, and what the cosine exceeds the margin
/// by where it is -1, reduced: x1 and x2 `[N, D]` or `[D]`.
///
///     let loss = try CosineEmbeddingLoss()(x, y, Tensor([1, -1]))
public final class CosineEmbeddingLoss: LossLayer<(Tensor, Tensor, Tensor)>, @unchecked Sendable {
  /// What cosines of what is unlike should not exceed.
  public let margin: Double

  /// A layer that applies `cosineEmbeddingLoss`.
  public init(margin: Double = 0, reduction: LossReduction = .mean) {
    self.margin = margin
    super.init(reduction) {
      try cosineEmbeddingLoss($0, $1, $2, margin: margin, reduction: reduction)
    }
  }
}

/// `max(0, d(anchor, positive) - d(anchor, negative) + margin)` with d the p-norm of the
/// difference, reduced: `[N, D]` or `[D]` each.
///
/// Balntas et al., "Learning shallow convolutional feature descriptors with triplet losses", 2016.
///
///     let loss = try TripletMarginLoss(margin: 0.5)(anchor, positive, negative)
public final class TripletMarginLoss: LossLayer<(Tensor, Tensor, Tensor)>, @unchecked Sendable {
  /// By how much the negative should be farther than the positive.
  public let margin: Double
  /// The norm that distances are measured in.
  public let p: Double
  /// Added to differences.
  public let eps: Double
  /// Whether the negative is compared with the nearer of anchor and positive.
  public let swap: Bool

  /// A layer that applies `tripletMarginLoss`, which throws unless the margin is positive.
  public init(
    margin: Double = 1, p: Double = 2, eps: Double = 1e-6, swap: Bool = false,
    reduction: LossReduction = .mean
  ) {
    self.margin = margin
    self.p = p
    self.eps = eps
    self.swap = swap
    super.init(reduction) {
      try tripletMarginLoss(
        $0, $1, $2, margin: margin, p: p, eps: eps, swap: swap, reduction: reduction)
    }
  }
}

/// `TripletMarginLoss` with any distance.
///
///     let loss = TripletMarginWithDistanceLoss { try 1 - cosineSimilarity($0, $1) }
public final class TripletMarginWithDistanceLoss: LossLayer<(Tensor, Tensor, Tensor)>,
  @unchecked Sendable
{
  /// By how much the negative should be farther than the positive.
  public let margin: Double
  /// Whether the negative is compared with the nearer of anchor and positive.
  public let swap: Bool

  /// A layer that applies `tripletMarginLoss` with a distance of two tensors in the shape of the
  /// inputs.
  public init(
    margin: Double = 1, swap: Bool = false, reduction: LossReduction = .mean,
    distance: @escaping @Sendable (Tensor, Tensor) throws -> Tensor
  ) {
    self.margin = margin
    self.swap = swap
    super.init(reduction) {
      try tripletMarginLoss(
        $0, $1, $2, margin: margin, swap: swap, reduction: reduction, distance: distance)
    }
  }
}
