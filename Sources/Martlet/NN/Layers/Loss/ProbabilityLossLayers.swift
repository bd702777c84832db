/// The cross entropy between probabilities and targets, `-(y log x + (1 - y) log(1 - x))`, reduced.
///
///     let loss = try BCELoss()(net(x).sigmoid(), target)
public final class BCELoss: LossLayer<(Tensor, Tensor)>, @unchecked Sendable {
  /// A factor of each loss, which broadcasts; a buffer `weight`.
  public let weight: ModuleBuffer?

  /// A layer that applies `binaryCrossEntropy`, which throws for what is no probability.
  public init(weight: Tensor? = nil, reduction: LossReduction = .mean) {
    let weight = Self.buffer(weight, "weight")
    self.weight = weight
    super.init(reduction) {
      try binaryCrossEntropy($0, $1, weight: weight?.value, reduction: reduction)
    }
  }
}

/// `BCELoss` of `sigmoid(x)`, computed without overflow.
///
///     let loss = try BCEWithLogitsLoss()(net(x), target)
public final class BCEWithLogitsLoss: LossLayer<(Tensor, Tensor)>, @unchecked Sendable {
  /// A factor of each loss, which broadcasts; a buffer `weight`.
  public let weight: ModuleBuffer?
  /// A factor of the losses of positive targets, which broadcasts; a buffer `pos_weight`.
  public let positiveWeight: ModuleBuffer?

  /// A layer that applies `binaryCrossEntropyWithLogits`.
  public init(
    weight: Tensor? = nil, positiveWeight: Tensor? = nil, reduction: LossReduction = .mean
  ) {
    let weight = Self.buffer(weight, "weight")
    let positiveWeight = Self.buffer(positiveWeight, "pos_weight")
    self.weight = weight
    self.positiveWeight = positiveWeight
    super.init(reduction) {
      try binaryCrossEntropyWithLogits(
        $0, $1, weight: weight?.value, positiveWeight: positiveWeight?.value,
        reduction: reduction)
    }
  }
}

/// The Kullback-Leibler divergence of log-probabilities x from a target: `y (log y - x)`, reduced.
///
///     let loss = try KLDivLoss(batchMean: true)(logits.logSoftmax(dim: 1), probabilities)
public final class KLDivLoss: LossLayer<(Tensor, Tensor)>, @unchecked Sendable {
  /// Whether targets are logarithms too.
  public let logTarget: Bool
  /// Whether the sum is divided by the size of dimension 0; then `reduction` does not matter.
  public let batchMean: Bool

  /// A layer that applies `klDivergence`.
  public init(
    logTarget: Bool = false, batchMean: Bool = false, reduction: LossReduction = .mean
  ) {
    self.logTarget = logTarget
    self.batchMean = batchMean
    super.init(reduction) {
      try klDivergence(
        $0, $1, logTarget: logTarget, batchMean: batchMean, reduction: reduction)
    }
  }
}
