import CKernels
import Glibc

/// The hyper-parameters of `ASGD`.
public struct ASGDOptions: OptimizerOptions {
  /// The size of the first step.
  public var learningRate = 1e-2
  /// How much of the parameter each step takes off.
  public var lambd = 1e-4
  /// The power by which steps become smaller.
  public var alpha = 0.75
  /// The step from which on parameters are averaged.
  public var t0 = 1e6
  /// How much of the parameter is added to its gradient.
  public var weightDecay = 0.0
  /// Whether steps go up along the gradient.
  public var maximize = false
}

/// Gradient descent by steps that become smaller, which keeps the average of the parameters on its
/// way.
///
///     p -= eta (lambd p + g);  average += (p - average) / max(1, t - t0)
///     eta = learningRate / (1 + lambd learningRate t)^alpha
///
/// Polyak, Juditsky, "Acceleration of Stochastic Approximation by Averaging", 1992. The averages
/// are in the state dictionary, under the name `ax`.
///
///     let optimizer = try ASGD(net.parameters())
public final class ASGD: FusedOptimizer<ASGDOptions> {
  /// An optimizer of `parameters`; the other arguments are those of `ASGDOptions`.
  ///
  /// - Throws: `TensorError.argument` for a negative rate, lambd, alpha or decay.
  public init(
    _ parameters: [Parameter], learningRate: Double = 1e-2, lambd: Double = 1e-4,
    alpha: Double = 0.75, t0: Double = 1e6, weightDecay: Double = 0, maximize: Bool = false
  ) throws {
    try super.init(
      parameters,
      ASGDOptions(
        learningRate: learningRate, lambd: lambd, alpha: alpha, t0: t0, weightDecay: weightDecay,
        maximize: maximize))
  }

  override class var hyperParameters: [HyperParameter<ASGDOptions>] {
    [
      .number("lr", "a learning rate", \.learningRate, .atLeast(0)),
      .number("lambd", "a lambd", \.lambd, .atLeast(0)),
      .number("alpha", "an alpha", \.alpha, .atLeast(0)), .number("t0", "a t0", \.t0, .any),
      .number("weight_decay", "a weight decay", \.weightDecay, .atLeast(0)),
      .flag("maximize", \.maximize),
    ]
  }

  override class var stateNames: [String] { ["ax"] }
  override class var numberNames: [String] { ["eta", "mu"] }

  override class func initialState(_ options: ASGDOptions) -> (Double?, Double?, Double?) {
    (0, nil, nil)
  }

  override class func rule(
    _ options: ASGDOptions, step: Int, _ numbers: inout OptimizerNumbers
  ) -> mk_step {
    let (eta, mu) =
      step == 1 ? (rounded(options.learningRate), 1) : (numbers.first, numbers.second)
    var rule = mk_step(.asgd, eta, maximize: options.maximize)
    rule.decay = options.weightDecay
    rule.shrink = 1 - options.lambd * eta
    rule.weight1 = mu
    let base = 1 + options.lambd * options.learningRate * Double(step)
    numbers.first = rounded(options.learningRate / pow(base, options.alpha))
    numbers.second = rounded(1 / max(1, Double(step) - options.t0))
    return rule
  }

  /// PyTorch remembers both numbers in single precision.
  private class func rounded(_ number: Double) -> Double { Double(Float(number)) }
}
