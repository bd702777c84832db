import CKernels

/// The hyper-parameters of `RMSprop`.
public struct RMSpropOptions: OptimizerOptions {
  /// The size of the steps.
  public var learningRate = 1e-2
  /// How much of the running mean of g^2 is kept at each step.
  public var alpha = 0.99
  /// What is added to the root.
  public var eps = 1e-8
  /// How much of the parameter is added to its gradient.
  public var weightDecay = 0.0
  /// How much of the last step is added to each.
  public var momentum = 0.0
  /// Whether the running mean of g is taken off.
  public var centered = false
  /// Whether steps go up along the gradient.
  public var maximize = false
}

/// Steps along the gradient, divided by the root of a running mean of its square.
///
///     v = alpha v + (1 - alpha) g^2;  p -= learningRate g / (sqrt(v) + eps)
///
/// Hinton, "Neural Networks for Machine Learning", lecture 6, 2012. With `centered` the running
/// mean of g is taken off: Graves, "Generating Sequences With Recurrent Neural Networks", 2013.
///
///     let optimizer = try RMSprop(net.parameters(), learningRate: 1e-2)
public final class RMSprop: FusedOptimizer<RMSpropOptions> {
  /// An optimizer of `parameters`; the other arguments are those of `RMSpropOptions`.
  ///
  /// - Throws: `TensorError.argument` for a negative rate, alpha, eps, decay or momentum.
  public init(
    _ parameters: [Parameter], learningRate: Double = 1e-2, alpha: Double = 0.99,
    eps: Double = 1e-8, weightDecay: Double = 0, momentum: Double = 0, centered: Bool = false,
    maximize: Bool = false
  ) throws {
    try super.init(
      parameters,
      RMSpropOptions(
        learningRate: learningRate, alpha: alpha, eps: eps, weightDecay: weightDecay,
        momentum: momentum, centered: centered, maximize: maximize))
  }

  override class var hyperParameters: [HyperParameter<RMSpropOptions>] {
    [
      .number("lr", "a learning rate", \.learningRate, .atLeast(0)),
      .number("alpha", "an alpha", \.alpha, .atLeast(0)),
      .number("eps", "an eps", \.eps, .atLeast(0)),
      .number("weight_decay", "a weight decay", \.weightDecay, .atLeast(0)),
      .number("momentum", "a momentum", \.momentum, .atLeast(0)),
      .flag("centered", \.centered), .flag("maximize", \.maximize),
    ]
  }

  override class var stateNames: [String] { ["square_avg", "momentum_buffer", "grad_avg"] }
  override class var momentum: WritableKeyPath<RMSpropOptions, Double>? { \.momentum }

  override class func initialState(_ options: RMSpropOptions) -> (Double?, Double?, Double?) {
    (0, options.momentum == 0 ? nil : 0, options.centered ? 0 : nil)
  }

  override class func rule(
    _ options: RMSpropOptions, step: Int, _ numbers: inout OptimizerNumbers
  ) -> mk_step {
    var rule = mk_step(.rmsprop, options.learningRate, maximize: options.maximize)
    rule.decay = options.weightDecay
    rule.average((options.momentum, options.alpha))
    rule.eps = options.eps
    return rule
  }
}
