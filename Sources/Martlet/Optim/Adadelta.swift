import CKernels

/// The hyper-parameters of `Adadelta`.
public struct AdadeltaOptions: OptimizerOptions {
  /// The size of the steps.
  public var learningRate = 1.0
  /// How much of the running means is kept at each step.
  public var rho = 0.9
  /// What is added under the roots.
  public var eps = 1e-6
  /// How much of the parameter is added to its gradient.
  public var weightDecay = 0.0
  /// Whether steps go up along the gradient.
  public var maximize = false
}

/// Steps along the gradient in the units of the parameter: multiplied by the size of recent steps
/// and divided by that of recent gradients.
///
///     v = rho v + (1 - rho) g^2;  d = sqrt(u + eps) / sqrt(v + eps) g
///     u = rho u + (1 - rho) d^2;  p -= learningRate d
///
/// Zeiler, "ADADELTA: An Adaptive Learning Rate Method", 2012.
///
///     let optimizer = try Adadelta(net.parameters())
public final class Adadelta: FusedOptimizer<AdadeltaOptions> {
  /// An optimizer of `parameters`; the other arguments are those of `AdadeltaOptions`.
  ///
  /// - Throws: `TensorError.argument` for a negative rate, eps or decay, or a rho outside of [0,
  ///   1].
  public init(
    _ parameters: [Parameter], learningRate: Double = 1, rho: Double = 0.9, eps: Double = 1e-6,
    weightDecay: Double = 0, maximize: Bool = false
  ) throws {
    try super.init(
      parameters,
      AdadeltaOptions(
        learningRate: learningRate, rho: rho, eps: eps, weightDecay: weightDecay,
        maximize: maximize))
  }

  override class var hyperParameters: [HyperParameter<AdadeltaOptions>] {
    [
      .number("lr", "a learning rate", \.learningRate, .atLeast(0)),
      .number("rho", "a rho", \.rho, .unit), .number("eps", "an eps", \.eps, .atLeast(0)),
      .number("weight_decay", "a weight decay", \.weightDecay, .atLeast(0)),
      .flag("maximize", \.maximize),
    ]
  }

  override class var stateNames: [String] { ["square_avg", "acc_delta"] }

  override class func initialState(_ options: AdadeltaOptions) -> (Double?, Double?, Double?) {
    (0, 0, nil)
  }

  override class func rule(
    _ options: AdadeltaOptions, step: Int, _ numbers: inout OptimizerNumbers
  ) -> mk_step {
    var rule = mk_step(.adadelta, options.learningRate, maximize: options.maximize)
    rule.decay = options.weightDecay
    rule.average((0, options.rho))
    rule.eps = options.eps
    return rule
  }
}
