/// The cross entropy between logits, `[N, C]`, `[N, C, ...]` or `[C]`, and class labels or
/// probabilities, reduced.
///
///     let loss = try CrossEntropyLoss(labelSmoothing: 0.1)(net(x), labels)
public final class CrossEntropyLoss: LossLayer<(Tensor, Tensor)>, @unchecked Sendable {
  /// A weight for each class, `[C]`; a buffer `weight`.
  public let weight: ModuleBuffer?
  /// Elements with this label have loss 0 and do not count in the mean.
  public let ignoreIndex: Int
  /// How much of the target is spread evenly over all classes, from 0 to 1.
  public let labelSmoothing: Double

  /// A layer that applies `crossEntropy`.
  public init(
    weight: Tensor? = nil, ignoreIndex: Int = -100, reduction: LossReduction = .mean,
    labelSmoothing: Double = 0
  ) {
    let weight = Self.buffer(weight, "weight")
    self.weight = weight
    self.ignoreIndex = ignoreIndex
    self.labelSmoothing = labelSmoothing
    super.init(reduction) {
      try crossEntropy(
        $0, $1, weight: weight?.value, ignoreIndex: ignoreIndex, reduction: reduction,
        labelSmoothing: labelSmoothing)
    }
  }
}

/// The negative log-likelihood of class labels under log-probabilities, `[N, C]`, `[N, C, ...]` or
/// `[C]`, reduced.
///
///     let loss = try NLLLoss()(net(x).logSoftmax(dim: 1), labels)
public final class NLLLoss: LossLayer<(Tensor, Tensor)>, @unchecked Sendable {
  /// A weight for each class, `[C]`; a buffer `weight`.
  public let weight: ModuleBuffer?
  /// Elements with this label have loss 0 and do not count in the mean.
  public let ignoreIndex: Int

  /// A layer that applies `nllLoss`.
  public init(
    weight: Tensor? = nil, ignoreIndex: Int = -100, reduction: LossReduction = .mean
  ) {
    let weight = Self.buffer(weight, "weight")
    self.weight = weight
    self.ignoreIndex = ignoreIndex
    super.init(reduction) {
      try nllLoss(
        $0, $1, weight: weight?.value, ignoreIndex: ignoreIndex, reduction: reduction)
    }
  }
}

/// For every element of the batch the mean over the classes i other than the label y of `max(0,
/// margin - x[y] + x[i])^p`, reduced.
///
///     let loss = try MultiMarginLoss()(scores, labels)
public final class MultiMarginLoss: LossLayer<(Tensor, Tensor)>, @unchecked Sendable {
  /// 1 or 2.
  public let p: Int
  /// By how much the right score should exceed others.
  public let margin: Double
  /// A factor of each label's losses, `[C]`; a buffer `weight`.
  public let weight: ModuleBuffer?

  /// A layer that applies `multiMarginLoss`, which throws if p is neither 1 nor 2.
  public init(
    p: Int = 1, margin: Double = 1, weight: Tensor? = nil, reduction: LossReduction = .mean
  ) {
    let weight = Self.buffer(weight, "weight")
    self.p = p
    self.margin = margin
    self.weight = weight
    super.init(reduction) {
      try multiMarginLoss(
        $0, $1, p: p, margin: margin, weight: weight?.value, reduction: reduction)
    }
  }
}

/// For every element of the batch the sum over its labels y and over the other classes i of `max(0,
/// 1 - x[y] + x[i]) / C`, reduced.
///
///     let loss = try MultiLabelMarginLoss()(scores, labels)
public final class MultiLabelMarginLoss: LossLayer<(Tensor, Tensor)>, @unchecked Sendable {
  /// A layer that applies `multilabelMarginLoss`.
  public init(reduction: LossReduction = .mean) {
    super.init(reduction) { try multilabelMarginLoss($0, $1, reduction: reduction) }
  }
}

/// The mean over the classes of the binary cross entropy between `sigmoid(x)` and targets of 0 and
/// 1, reduced.
///
///     let loss = try MultiLabelSoftMarginLoss()(scores, tags)
public final class MultiLabelSoftMarginLoss: LossLayer<(Tensor, Tensor)>, @unchecked Sendable {
  /// A factor of each class's losses, which broadcasts; a buffer `weight`.
  public let weight: ModuleBuffer?

  /// A layer that applies `multilabelSoftMarginLoss`.
  public init(weight: Tensor? = nil, reduction: LossReduction = .mean) {
    let weight = Self.buffer(weight, "weight")
    self.weight = weight
    super.init(reduction) {
      try multilabelSoftMarginLoss($0, $1, weight: weight?.value, reduction: reduction)
    }
  }
}
