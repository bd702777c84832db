/// `1 / (1 + exp(-x))`.
///
///     let gate = Sequential(Linear(2, 1), Sigmoid())
public final class Sigmoid: StatelessLayer<Tensor>, @unchecked Sendable {
  /// A layer that applies `Tensor.sigmoid`.
  public init() { super.init { try $0.sigmoid() } }
}

/// The hyperbolic tangent.
///
///     let net = Sequential(Linear(2, 4), Tanh())
public final class Tanh: StatelessLayer<Tensor>, @unchecked Sendable {
  /// A layer that applies `Tensor.tanh`.
  public init() { super.init { try $0.tanh() } }
}

/// x times the probability that a standard normal variable is less than x: Hendrycks, Gimpel,
/// "Gaussian Error Linear Units", 2016.
///
///     let net = Sequential(Linear(2, 4), GELU(approximate: .tanh))
public final class GELU: StatelessLayer<Tensor>, @unchecked Sendable {
  /// How the probability is computed.
  public let approximate: Tensor.GELUApproximation

  /// A layer that applies `Tensor.gelu`.
  public init(approximate: Tensor.GELUApproximation = .none) {
    self.approximate = approximate
    super.init("approximate=\("\(approximate)".literal)") {
      try $0.gelu(approximate: approximate)
    }
  }
}

/// `x sigmoid(x)`, also called swish: Elfwing et al., "Sigmoid-Weighted Linear Units", 2017.
///
///     let net = Sequential(Linear(2, 4), SiLU())
public final class SiLU: StatelessLayer<Tensor>, @unchecked Sendable {
  /// A layer that applies `Tensor.silu`.
  public init() { super.init { try $0.silu() } }
}

/// `x tanh(softplus(x))`: Misra, "Mish: A Self Regularized Non-Monotonic Activation Function",
/// 2019.
///
///     let net = Sequential(Linear(2, 4), Mish())
public final class Mish: StatelessLayer<Tensor>, @unchecked Sendable {
  /// A layer that applies `mish`.
  public init() { super.init { try mish($0) } }
}

/// x where it is positive, `alpha (exp(x) - 1)` elsewhere: Clevert et al., "Fast and Accurate Deep
/// Network Learning by Exponential Linear Units", 2015.
///
///     let net = Sequential(Linear(2, 4), ELU(alpha: 0.5))
public final class ELU: StatelessLayer<Tensor>, @unchecked Sendable {
  /// What elements tend to at minus infinity, with the other sign.
  public let alpha: Double

  /// A layer that applies `elu`.
  public init(alpha: Double = 1) {
    self.alpha = alpha
    super.init("alpha=\(alpha.literal)") { try elu($0, alpha: alpha) }
  }
}

/// `max(x, 0) + min(alpha (exp(x / alpha) - 1), 0)`: Barron, "Continuously Differentiable
/// Exponential Linear Units", 2017.
///
///     let net = Sequential(Linear(2, 4), CELU(alpha: 0.5))
public final class CELU: StatelessLayer<Tensor>, @unchecked Sendable {
  /// What elements tend to at minus infinity, with the other sign.
  public let alpha: Double

  /// A layer that applies `celu`, which throws for an alpha of 0.
  public init(alpha: Double = 1) {
    self.alpha = alpha
    super.init("alpha=\(alpha.literal)") { try celu($0, alpha: alpha) }
  }
}

/// `ELU` scaled so that activations keep mean 0 and variance 1: Klambauer et al., "Self-Normalizing
/// Neural Networks", 2017.
///
///     let net = Sequential(Linear(2, 4), SELU())
public final class SELU: StatelessLayer<Tensor>, @unchecked Sendable {
  /// A layer that applies `selu`.
  public init() { super.init { try selu($0) } }
}

/// `log(1 + exp(beta x)) / beta`, and x itself where `beta x` exceeds `threshold`.
///
///     let scale = Sequential(Linear(2, 1), Softplus())
public final class Softplus: StatelessLayer<Tensor>, @unchecked Sendable {
  /// How sharp the bend is.
  public let beta: Double
  /// Where the result is x itself.
  public let threshold: Double

  /// A layer that applies `softplus`.
  public init(beta: Double = 1, threshold: Double = 20) {
    self.beta = beta
    self.threshold = threshold
    super.init("beta=\(beta.literal), threshold=\(threshold.literal)") {
      try softplus($0, beta: beta, threshold: threshold)
    }
  }
}

/// `x / (1 + |x|)`.
///
///     let net = Sequential(Linear(2, 4), Softsign())
public final class Softsign: StatelessLayer<Tensor>, @unchecked Sendable {
  /// A layer that applies `softsign`.
  public init() { super.init { try softsign($0) } }
}

/// `x - tanh(x)`.
///
///     let net = Sequential(Linear(2, 4), Tanhshrink())
public final class Tanhshrink: StatelessLayer<Tensor>, @unchecked Sendable {
  /// A layer that applies `tanhshrink`.
  public init() { super.init { try tanhshrink($0) } }
}

/// `log(sigmoid(x))` without overflow.
///
///     let net = Sequential(Linear(2, 4), LogSigmoid())
public final class LogSigmoid: StatelessLayer<Tensor>, @unchecked Sendable {
  /// A layer that applies `logSigmoid`.
  public init() { super.init { try logSigmoid($0) } }
}
