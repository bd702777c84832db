import CKernels

/// The hyper-parameters of `Adamax`.
public struct AdamaxOptions: OptimizerOptions {
  /// The size of the steps.
  public var learningRate = 2e-3
  /// How much of the running mean of g and of the greatest size is kept at each step.
  public var betas = (0.9, 0.999)
  /// What is added to the size of g.
  public var eps = 1e-8
  /// How much of the parameter is added to its gradient.
  public var weightDecay = 0.0
  /// Whether steps go up along the gradient.
  public var maximize = false
}

/// Adam with a decaying greatest size of the gradient in place of the root of its mean square.
///
///     m = beta1 m + (1 - beta1) g;  u = max(beta2 u, |g| + eps)
///     p -= learningRate m / (1 - beta1^t) / u
///
/// Kingma, Ba, "Adam: A Method for Stochastic Optimization", 2015, section 7.
///
///     let optimizer = try Adamax(net.parameters())
public final class Adamax: FusedOptimizer<AdamaxOptions> {
  /// An optimizer of `parameters`; the other arguments are those of `AdamaxOptions`.
  ///
  /// - Throws: `TensorError.argument` for a negative rate, eps or decay, or a beta outside of [0,
  ///   1).
  public init(
    _ parameters: [Parameter], learningRate: Double = 2e-3, betas: (Double, Double) = (0.9, 0.999),
    eps: Double = 1e-8, weightDecay: Double = 0, maximize: Bool = false
  ) throws {
    try super.init(
      parameters,
      AdamaxOptions(
        learningRate: learningRate, betas: betas, eps: eps, weightDecay: weightDecay,
        maximize: maximize))
  }

  override class var hyperParameters: [HyperParameter<AdamaxOptions>] {
    [
      .number("lr", "a learning rate", \.learningRate, .atLeast(0)),
      .number("betas.0", "a first beta", \.betas.0, .belowOne),
      .number("betas.1", "a second beta", \.betas.1, .belowOne),
      .number("eps", "an eps", \.eps, .atLeast(0)),
      .number("weight_decay", "a weight decay", \.weightDecay, .atLeast(0)),
      .flag("maximize", \.maximize),
    ]
  }

  override class var stateNames: [String] { ["exp_avg", "exp_inf"] }
  override class var momentum: WritableKeyPath<AdamaxOptions, Double>? { \.betas.0 }

  override class func initialState(_ options: AdamaxOptions) -> (Double?, Double?, Double?) {
    (0, 0, nil)
  }

  override class func rule(
    _ options: AdamaxOptions, step: Int, _ numbers: inout OptimizerNumbers
  ) -> mk_step {
    let rate = options.learningRate / biasCorrection(options.betas.0, step)
    var rule = mk_step(.adamax, rate, maximize: options.maximize)
    rule.decay = options.weightDecay
    rule.average(options.betas)
    rule.eps = options.eps
    return rule
  }
}
