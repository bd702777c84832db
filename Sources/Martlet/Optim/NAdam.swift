import CKernels
import Glibc

/// The hyper-parameters of `NAdam`.
public struct NAdamOptions: OptimizerOptions {
  /// The size of the steps.
  public var learningRate = 2e-3
  /// How much of the running means of g and g^2 is kept at each step.
  public var betas = (0.9, 0.999)
  /// What is added to the root.
  public var eps = 1e-8
  /// How much of the parameter is added to its gradient, or taken off it.
  public var weightDecay = 0.0
  /// How fast the momentum approaches beta1.
  public var momentumDecay = 4e-3
  /// Whether the decay of weights is a step of its own, as with `AdamW`.
  public var decoupledWeightDecay = false
  /// Whether steps go up along the gradient.
  public var maximize = false
}

/// Adam with Nesterov's momentum: steps go along the running mean as it will be.
///
///     mu_t = beta1 (1 - 0.96^(t momentumDecay) / 2)
///     p -= learningRate (mu_{t+1} m / (1 - prod mu_1..t+1) + (1 - mu_t) g / (1 - prod mu_1..t))
///          / (sqrt(v / (1 - beta2^t)) + eps)
///
/// with Adam's m and v. Dozat, "Incorporating Nesterov Momentum into Adam", 2016.
///
///     let optimizer = try NAdam(net.parameters())
public final class NAdam: FusedOptimizer<NAdamOptions> {
  /// An optimizer of `parameters`; the other arguments are those of `NAdamOptions`.
  ///
  /// - Throws: `TensorError.argument` for a negative rate, eps or decay, or a beta outside of [0,
  ///   1).
  public init(
    _ parameters: [Parameter], learningRate: Double = 2e-3, betas: (Double, Double) = (0.9, 0.999),
    eps: Double = 1e-8, weightDecay: Double = 0, momentumDecay: Double = 4e-3,
    decoupledWeightDecay: Bool = false, maximize: Bool = false
  ) throws {
    try super.init(
      parameters,
      NAdamOptions(
        learningRate: learningRate, betas: betas, eps: eps, weightDecay: weightDecay,
        momentumDecay: momentumDecay, decoupledWeightDecay: decoupledWeightDecay,
        maximize: maximize))
  }

  override class var hyperParameters: [HyperParameter<NAdamOptions>] {
    [
      .number("lr", "a learning rate", \.learningRate, .atLeast(0)),
      .number("betas.0", "a first beta", \.betas.0, .belowOne),
      .number("betas.1", "a second beta", \.betas.1, .belowOne),
      .number("eps", "an eps", \.eps, .atLeast(0)),
      .number("weight_decay", "a weight decay", \.weightDecay, .atLeast(0)),
      .number("momentum_decay", "a decay of the momentum", \.momentumDecay, .atLeast(0)),
      .flag("decoupled_weight_decay", \.decoupledWeightDecay), .flag("maximize", \.maximize),
    ]
  }

  override class var stateNames: [String] { ["exp_avg", "exp_avg_sq"] }
  override class var numberNames: [String] { ["mu_product"] }
  override class var momentum: WritableKeyPath<NAdamOptions, Double>? { \.betas.0 }

  override class func initialState(_ options: NAdamOptions) -> (Double?, Double?, Double?) {
    (0, 0, nil)
  }

  override class func rule(
    _ options: NAdamOptions, step: Int, _ numbers: inout OptimizerNumbers
  ) -> mk_step {
    func momentum(_ step: Int) -> Double {
      options.betas.0 * (1 - 0.5 * pow(0.96, Double(step) * options.momentumDecay))
    }
    let (now, next) = (momentum(step), momentum(step + 1))
    let product = (step == 1 ? 1 : numbers.first) * now
    numbers.first = product
    var rule = mk_step(
      .nadam, options.learningRate * (1 - now) / (1 - product), maximize: options.maximize)
    rule.rate2 = -options.learningRate * next / (1 - product * next)
    rule.decay(
      options.weightDecay, options.learningRate, decoupled: options.decoupledWeightDecay)
    rule.average(options.betas)
    rule.scale = 1 / biasCorrection(options.betas.1, step).squareRoot()
    rule.eps = options.eps
    return rule
  }
}
