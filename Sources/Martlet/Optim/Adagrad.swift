import CKernels

/// The hyper-parameters of `Adagrad`.
public struct AdagradOptions: OptimizerOptions {
  /// The size of the steps.
  public var learningRate = 1e-2
  /// How fast steps become smaller: the t-th is divided by `1 + (t - 1) learningRateDecay`.
  public var learningRateDecay = 0.0
  /// How much of the parameter is added to its gradient.
  public var weightDecay = 0.0
  /// What the sum of g^2 starts as.
  public var initialAccumulator = 0.0
  /// What is added to the root.
  public var eps = 1e-10
  /// Whether steps go up along the gradient.
  public var maximize = false
}

/// Steps along the gradient, divided by the root of the sum of all its squares.
///
///     s += g^2;  p -= learningRate / (1 + (t - 1) learningRateDecay) g / (sqrt(s) + eps)
///
/// Duchi, Hazan, Singer, "Adaptive Subgradient Methods for Online Learning and Stochastic
/// Optimization", 2011.
///
///     let optimizer = try Adagrad(net.parameters(), learningRate: 0.05)
public final class Adagrad: FusedOptimizer<AdagradOptions> {
  /// An optimizer of `parameters`; the other arguments are those of `AdagradOptions`.
  ///
  /// - Throws: `TensorError.argument` for a negative number.
  public init(
    _ parameters: [Parameter], learningRate: Double = 1e-2, learningRateDecay: Double = 0,
    weightDecay: Double = 0, initialAccumulator: Double = 0, eps: Double = 1e-10,
    maximize: Bool = false
  ) throws {
    try super.init(
      parameters,
      AdagradOptions(
        learningRate: learningRate, learningRateDecay: learningRateDecay, weightDecay: weightDecay,
        initialAccumulator: initialAccumulator, eps: eps, maximize: maximize))
  }

  override class var hyperParameters: [HyperParameter<AdagradOptions>] {
    [
      .number("lr", "a learning rate", \.learningRate, .atLeast(0)),
      .number("lr_decay", "a decay of the learning rate", \.learningRateDecay, .atLeast(0)),
      .number("weight_decay", "a weight decay", \.weightDecay, .atLeast(0)),
      .number(
        "initial_accumulator_value", "an initial accumulator", \.initialAccumulator, .atLeast(0)),
      .number("eps", "an eps", \.eps, .atLeast(0)), .flag("maximize", \.maximize),
    ]
  }

  override class var stateNames: [String] { ["sum"] }

  override class func initialState(_ options: AdagradOptions) -> (Double?, Double?, Double?) {
    (options.initialAccumulator, nil, nil)
  }

  override class func rule(
    _ options: AdagradOptions, step: Int, _ numbers: inout OptimizerNumbers
  ) -> mk_step {
    let rate = options.learningRate / (1 + Double(step - 1) * options.learningRateDecay)
    var rule = mk_step(.adagrad, rate, maximize: options.maximize)
    rule.decay = options.weightDecay
    rule.eps = options.eps
    return rule
  }
}
