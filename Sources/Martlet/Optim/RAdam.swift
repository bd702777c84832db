import CKernels
import Glibc

/// The hyper-parameters of `RAdam`.
public struct RAdamOptions: OptimizerOptions {
  /// The size of the steps.
  public var learningRate = 1e-3
  /// How much of the running means of g and g^2 is kept at each step.
  public var betas = (0.9, 0.999)
  /// What is added to the root.
  public var eps = 1e-8
  /// How much of the parameter is added to its gradient, or taken off it.
  public var weightDecay = 0.0
  /// Whether the decay of weights is a step of its own, as with `AdamW`.
  public var decoupledWeightDecay = false
  /// Whether steps go up along the gradient.
  public var maximize = false
}

/// Adam without its warm-up: steps are adapted only as far as the running mean of g^2 has seen
/// enough gradients to be trusted.
///
///     rho_inf = 2 / (1 - beta2) - 1;  rho = rho_inf - 2 t beta2^t / (1 - beta2^t)
///     r = sqrt((rho - 4) (rho - 2) rho_inf / ((rho_inf - 4) (rho_inf - 2) rho))
///     p -= learningRate m / (1 - beta1^t) (rho > 5 ? r sqrt(1 - beta2^t) / (sqrt(v) + eps) : 1)
///
/// with Adam's m and v. Liu et al., "On the Variance of the Adaptive Learning Rate and Beyond",
/// 2020.
///
///     let optimizer = try RAdam(net.parameters())
public final class RAdam: FusedOptimizer<RAdamOptions> {
  /// An optimizer of `parameters`; the other arguments are those of `RAdamOptions`.
  ///
  /// - Throws: `TensorError.argument` for a negative rate, eps or decay, or a beta outside of [0,
  ///   1).
  public init(
    _ parameters: [Parameter], learningRate: Double = 1e-3, betas: (Double, Double) = (0.9, 0.999),
    eps: Double = 1e-8, weightDecay: Double = 0, decoupledWeightDecay: Bool = false,
    maximize: Bool = false
  ) throws {
    try super.init(
      parameters,
      RAdamOptions(
        learningRate: learningRate, betas: betas, eps: eps, weightDecay: weightDecay,
        decoupledWeightDecay: decoupledWeightDecay, maximize: maximize))
  }

  override class var hyperParameters: [HyperParameter<RAdamOptions>] {
    [
      .number("lr", "a learning rate", \.learningRate, .atLeast(0)),
      .number("betas.0", "a first beta", \.betas.0, .belowOne),
      .number("betas.1", "a second beta", \.betas.1, .belowOne),
      .number("eps", "an eps", \.eps, .atLeast(0)),
      .number("weight_decay", "a weight decay", \.weightDecay, .atLeast(0)),
      .flag("decoupled_weight_decay", \.decoupledWeightDecay), .flag("maximize", \.maximize),
    ]
  }

  override class var stateNames: [String] { ["exp_avg", "exp_avg_sq"] }
  override class var momentum: WritableKeyPath<RAdamOptions, Double>? { \.betas.0 }

  override class func initialState(_ options: RAdamOptions) -> (Double?, Double?, Double?) {
    (0, 0, nil)
  }

  override class func rule(
    _ options: RAdamOptions, step: Int, _ numbers: inout OptimizerNumbers
  ) -> mk_step {
    let (beta1, beta2) = options.betas
    let rate = options.learningRate / biasCorrection(beta1, step)
    var rule = mk_step(.radam, rate, maximize: options.maximize)
    rule.decay(
      options.weightDecay, options.learningRate, decoupled: options.decoupledWeightDecay)
    rule.average(options.betas)
    rule.eps = options.eps
    let correction = biasCorrection(beta2, step)
    let limit = 2 / (1 - beta2) - 1
    let length = limit - 2 * Double(step) * pow(beta2, Double(step)) / correction
    if length > 5 {
      let rectification = (length - 4) * (length - 2) * limit / ((limit - 4) * (limit - 2) * length)
      rule.scale = (rectification * correction).squareRoot()
    }
    return rule
  }
}
