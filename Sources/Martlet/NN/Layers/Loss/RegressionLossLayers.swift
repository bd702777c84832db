/// The distance `|x - y|`, reduced.
///
///     let loss = try L1Loss()(net(x), target)
public final class L1Loss: LossLayer<(Tensor, Tensor)>, @unchecked Sendable {
  /// A layer that applies `l1Loss`.
  public init(reduction: LossReduction = .mean) {
    super.init(reduction) { try l1Loss($0, $1, reduction: reduction) }
  }
}

/// The squared difference `(x - y)^2`, reduced.
///
///     let loss = try MSELoss()(net(x), target)
public final class MSELoss: LossLayer<(Tensor, Tensor)>, @unchecked Sendable {
  /// A layer that applies `mseLoss`.
  public init(reduction: LossReduction = .mean) {
    super.init(reduction) { try mseLoss($0, $1, reduction: reduction) }
  }
}

/// The squared difference over `2 beta` where the distance is less than `beta`, and the distance
/// less `beta / 2` elsewhere, reduced.
///
///     let loss = try SmoothL1Loss(beta: 0.5)(net(x), target)
public final class SmoothL1Loss: LossLayer<(Tensor, Tensor)>, @unchecked Sendable {
  /// Where the square ends.
  public let beta: Double

  /// A layer that applies `smoothL1Loss`, which throws if beta is negative.
  public init(beta: Double = 1, reduction: LossReduction = .mean) {
    self.beta = beta
    super.init(reduction) { try smoothL1Loss($0, $1, beta: beta, reduction: reduction) }
  }
}

/// Half the squared difference where the distance is at most `delta`, and `delta` times the
/// distance less `delta / 2` elsewhere, reduced: Huber, "Robust Estimation of a Location
/// Parameter", 1964.
///
///     let loss = try HuberLoss(delta: 0.5)(net(x), target)
public final class HuberLoss: LossLayer<(Tensor, Tensor)>, @unchecked Sendable {
  /// Where the square ends.
  public let delta: Double

  /// A layer that applies `huberLoss`, which throws unless delta is positive.
  public init(delta: Double = 1, reduction: LossReduction = .mean) {
    self.delta = delta
    super.init(reduction) { try huberLoss($0, $1, delta: delta, reduction: reduction) }
  }
}

/// The negative log-likelihood of counts under Poisson distributions, `exp(x) - y x`, reduced.
///
///     let loss = try PoissonNLLLoss()(net(x), counts)
public final class PoissonNLLLoss: LossLayer<(Tensor, Tensor)>, @unchecked Sendable {
  /// Whether results are logarithms of rates.
  public let logInput: Bool
  /// Whether Stirling's approximation of `log y!` is added.
  public let full: Bool
  /// Keeps logarithms of 0 finite, without `logInput`.
  public let eps: Double

  /// A layer that applies `poissonNLLLoss`.
  public init(
    logInput: Bool = true, full: Bool = false, eps: Double = 1e-8,
    reduction: LossReduction = .mean
  ) {
    self.logInput = logInput
    self.full = full
    self.eps = eps
    super.init(reduction) {
      try poissonNLLLoss($0, $1, logInput: logInput, full: full, eps: eps, reduction: reduction)
    }
  }
}

/// The negative log-likelihood under normal distributions, `(log v + (x - y)^2 / v) / 2`, of
/// results, targets and variances v, reduced.
///
///     let loss = try GaussianNLLLoss()(mean, target, variance)
public final class GaussianNLLLoss: LossLayer<(Tensor, Tensor, Tensor)>, @unchecked Sendable {
  /// Whether `log(2 pi) / 2` is added.
  public let full: Bool
  /// The least variance that counts.
  public let eps: Double

  /// A layer that applies `gaussianNLLLoss`.
  public init(full: Bool = false, eps: Double = 1e-6, reduction: LossReduction = .mean) {
    self.full = full
    self.eps = eps
    super.init(reduction) {
      try gaussianNLLLoss($0, $1, $2, full: full, eps: eps, reduction: reduction)
    }
  }
}
