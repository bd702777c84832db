import CKernels

/// The hyper-parameters of `SGD`.
public struct SGDOptions: OptimizerOptions {
  /// The size of the steps.
  public var learningRate = 1e-3
  /// How much of v is kept at each step.
  public var momentum = 0.0
  /// How much of g is held back from v.
  public var dampening = 0.0
  /// How much of the parameter is added to its gradient.
  public var weightDecay = 0.0
  /// Whether steps go along `g + momentum v`.
  public var nesterov = false
  /// Whether steps go up along the gradient.
  public var maximize = false
}

/// Stochastic gradient descent with momentum, in Nesterov's form if asked for.
///
///     g = grad + weightDecay p;  v = momentum v + (1 - dampening) g;  p -= learningRate v
///
/// The first v is g. Sutskever et al., "On the importance of initialization and momentum in deep
/// learning", 2013.
///
///     let optimizer = try SGD(net.parameters(), learningRate: 0.1, momentum: 0.9)
public final class SGD: FusedOptimizer<SGDOptions> {
  /// An optimizer of `parameters`; the other arguments are those of `SGDOptions`.
  ///
  /// - Throws: `TensorError.argument` for a negative rate, momentum or decay, or Nesterov's form
  ///   without momentum or with dampening.
  public init(
    _ parameters: [Parameter], learningRate: Double = 1e-3, momentum: Double = 0,
    dampening: Double = 0, weightDecay: Double = 0, nesterov: Bool = false, maximize: Bool = false
  ) throws {
    try super.init(
      parameters,
      SGDOptions(
        learningRate: learningRate, momentum: momentum, dampening: dampening,
        weightDecay: weightDecay, nesterov: nesterov, maximize: maximize))
  }

  override class var hyperParameters: [HyperParameter<SGDOptions>] {
    [
      .number("lr", "a learning rate", \.learningRate, .atLeast(0)),
      .number("momentum", "a momentum", \.momentum, .atLeast(0)),
      .number("dampening", "a dampening", \.dampening, .any),
      .number("weight_decay", "a weight decay", \.weightDecay, .atLeast(0)),
      .flag("nesterov", \.nesterov), .flag("maximize", \.maximize),
    ]
  }

  override class func conflict(_ options: SGDOptions) -> String? {
    options.nesterov && (options.momentum <= 0 || options.dampening != 0)
      ? "Nesterov's form needs a momentum and no dampening" : nil
  }

  override class var stateNames: [String] { ["momentum_buffer"] }
  override class var momentum: WritableKeyPath<SGDOptions, Double>? { \.momentum }

  override class func initialState(_ options: SGDOptions) -> (Double?, Double?, Double?) {
    (options.momentum == 0 ? nil : 0, nil, nil)
  }

  // A velocity starts as the gradient, which is no constant: one that does not exist yet is not
  // saved.
  override func isRemembered(_ position: Int, _ parameter: Parameter, _ options: SGDOptions) -> Bool
  { false }

  override func remembered(
    _ position: Int, _ slot: OptimizerSlot, _ options: SGDOptions
  ) -> Tensor? { slot.tensors[position] }

  override class func rule(
    _ options: SGDOptions, step: Int, _ numbers: inout OptimizerNumbers
  ) -> mk_step {
    var rule = mk_step(.sgd, options.learningRate, maximize: options.maximize)
    rule.decay = options.weightDecay
    rule.beta1 = options.momentum
    rule.weight1 = 1 - options.dampening
    rule.nesterov = options.nesterov
    return rule
  }
}
