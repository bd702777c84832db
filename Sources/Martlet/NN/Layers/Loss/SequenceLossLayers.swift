/// The negative log-likelihood of label sequences that are not aligned with the inputs, of
/// log-probabilities `[T, N, C]`, labels, input lengths and label lengths, reduced.
///
/// Graves et al., "Connectionist Temporal Classification", 2006.
///
///     let loss = try CTCLoss()(logProbabilities, labels, inputLengths, labelLengths)
public final class CTCLoss: LossLayer<(Tensor, Tensor, Tensor, Tensor)>, @unchecked Sendable {
  /// The class that stands for no label.
  public let blank: Int
  /// Whether infinite losses, of labels that do not fit, count 0.
  public let zeroInfinity: Bool

  /// A layer that applies `ctcLoss`.
  public init(blank: Int = 0, reduction: LossReduction = .mean, zeroInfinity: Bool = false) {
    self.blank = blank
    self.zeroInfinity = zeroInfinity
    super.init(reduction) {
      try ctcLoss(
        $0, $1, inputLengths: $2, targetLengths: $3, blank: blank, reduction: reduction,
        zeroInfinity: zeroInfinity)
    }
  }
}
