import CKernels

/// The hyper-parameters of `Adam` and `AdamW`.
public struct AdamOptions: OptimizerOptions {
  /// The size of the steps.
  public var learningRate = 1e-3
  /// How much of the running means of g and g^2 is kept at each step.
  public var betas = (0.9, 0.999)
  /// What is added to the root.
  public var eps = 1e-8
  /// How much of the parameter is added to its gradient, or, with `AdamW`, taken off it.
  public var weightDecay = 0.0
  /// Whether the greatest v so far is used.
  public var amsgrad = false
  /// Whether steps go up along the gradient.
  public var maximize = false

  fileprivate static let hyperParameters: [HyperParameter<AdamOptions>] = [
    .number("lr", "a learning rate", \.learningRate, .atLeast(0)),
    .number("betas.0", "a first beta", \.betas.0, .belowOne),
    .number("betas.1", "a second beta", \.betas.1, .belowOne),
    .number("eps", "an eps", \.eps, .atLeast(0)),
    .number("weight_decay", "a weight decay", \.weightDecay, .atLeast(0)),
    .flag("amsgrad", \.amsgrad), .flag("maximize", \.maximize),
  ]

  fileprivate static let stateNames = ["exp_avg", "exp_avg_sq", "max_exp_avg_sq"]

  fileprivate var initialState: (Double?, Double?, Double?) { (0, 0, amsgrad ? 0 : nil) }

  fileprivate func rule(step: Int, decoupled: Bool) -> mk_step {
    var rule = mk_step(
      .adam, learningRate / biasCorrection(betas.0, step), maximize: maximize)
    rule.decay(weightDecay, learningRate, decoupled: decoupled)
    rule.average(betas)
    rule.scale = 1 / biasCorrection(betas.1, step).squareRoot()
    rule.eps = eps
    return rule
  }
}

/// Steps along a running mean of the gradient, divided by the root of a running mean of its square.
///
///     m = beta1 m + (1 - beta1) g;  v = beta2 v + (1 - beta2) g^2
///     p -= learningRate m / (1 - beta1^t) / (sqrt(v / (1 - beta2^t)) + eps)
///
/// Kingma, Ba, "Adam: A Method for Stochastic Optimization", 2015. With `amsgrad` the greatest v so
/// far takes its place: Reddi et al., "On the Convergence of Adam and Beyond", 2018.
///
///     let optimizer = try Adam(net.parameters(), learningRate: 1e-3)
public final class Adam: AdamOptimizer {
  /// An optimizer of `parameters`; the other arguments are those of `AdamOptions`.
  ///
  /// - Throws: `TensorError.argument` for a negative rate, eps or decay, or a beta outside of [0,
  ///   1).
  public init(
    _ parameters: [Parameter], learningRate: Double = 1e-3, betas: (Double, Double) = (0.9, 0.999),
    eps: Double = 1e-8, weightDecay: Double = 0, amsgrad: Bool = false, maximize: Bool = false
  ) throws {
    try super.init(
      parameters,
      AdamOptions(
        learningRate: learningRate, betas: betas, eps: eps, weightDecay: weightDecay,
        amsgrad: amsgrad, maximize: maximize))
  }

}

/// Adam with the decay of weights as a step of its own, which the running means do not see.
///
///     p -= learningRate weightDecay p, then a step of Adam without decay
///
/// Loshchilov, Hutter, "Decoupled Weight Decay Regularization", 2019.
///
///     let optimizer = try AdamW(net.parameters(), learningRate: 3e-4, weightDecay: 0.1)
public final class AdamW: AdamOptimizer {
  /// An optimizer of `parameters`; the other arguments are those of `AdamOptions`.
  ///
  /// - Throws: `TensorError.argument` for a negative rate, eps or decay, or a beta outside of [0,
  ///   1).
  public init(
    _ parameters: [Parameter], learningRate: Double = 1e-3, betas: (Double, Double) = (0.9, 0.999),
    eps: Double = 1e-8, weightDecay: Double = 1e-2, amsgrad: Bool = false, maximize: Bool = false
  ) throws {
    try super.init(
      parameters,
      AdamOptions(
        learningRate: learningRate, betas: betas, eps: eps, weightDecay: weightDecay,
        amsgrad: amsgrad, maximize: maximize))
  }

  override class var decouplesDecay: Bool { true }
}

/// What `Adam` and `AdamW` share: all but where weights decay.
public class AdamOptimizer: FusedOptimizer<AdamOptions> {
  /// Whether weights decay in a step of their own.
  class var decouplesDecay: Bool { false }

  override class var hyperParameters: [HyperParameter<AdamOptions>] { AdamOptions.hyperParameters }
  override class var stateNames: [String] { AdamOptions.stateNames }
  override class var momentum: WritableKeyPath<AdamOptions, Double>? { \.betas.0 }
  override class func initialState(_ options: AdamOptions) -> (Double?, Double?, Double?) {
    options.initialState
  }
  override class func rule(
    _ options: AdamOptions, step: Int, _ numbers: inout OptimizerNumbers
  ) -> mk_step {
    options.rule(step: step, decoupled: decouplesDecay)
  }
}
