import CKernels

/// The hyper-parameters of `Rprop`.
public struct RpropOptions: OptimizerOptions {
  /// The size of the first step.
  public var learningRate = 1e-2
  /// What a step is multiplied by after a change of the gradient's sign, and without one.
  public var etas = (0.5, 1.2)
  /// The least and the greatest step.
  public var stepSizes = (1e-6, 50.0)
  /// Whether steps go up along the gradient.
  public var maximize = false
}

/// Steps by the sign of the gradient alone, which grow while it stays and shrink when it changes.
/// For gradients of all the data, not of batches.
///
/// Riedmiller, Braun, "A Direct Adaptive Method for Faster Backpropagation Learning: The RPROP
/// Algorithm", 1993.
///
///     let optimizer = try Rprop(net.parameters())
public final class Rprop: FusedOptimizer<RpropOptions> {
  /// An optimizer of `parameters`; the other arguments are those of `RpropOptions`.
  ///
  /// - Throws: `TensorError.argument` for a negative rate, a first eta outside of (0, 1) or a
  ///   second one that is not above 1.
  public init(
    _ parameters: [Parameter], learningRate: Double = 1e-2, etas: (Double, Double) = (0.5, 1.2),
    stepSizes: (Double, Double) = (1e-6, 50), maximize: Bool = false
  ) throws {
    try super.init(
      parameters,
      RpropOptions(
        learningRate: learningRate, etas: etas, stepSizes: stepSizes, maximize: maximize))
  }

  override class var hyperParameters: [HyperParameter<RpropOptions>] {
    [
      .number("lr", "a learning rate", \.learningRate, .atLeast(0)),
      .number("etas.0", "a first eta", \.etas.0, .insideUnit),
      .number("etas.1", "a second eta", \.etas.1, .above(1)),
      .number("step_sizes.0", "a least step", \.stepSizes.0, .any),
      .number("step_sizes.1", "a greatest step", \.stepSizes.1, .any),
      .flag("maximize", \.maximize),
    ]
  }

  override class var stateNames: [String] { ["prev", "step_size"] }

  override class func initialState(_ options: RpropOptions) -> (Double?, Double?, Double?) {
    (0, options.learningRate, nil)
  }

  override class func rule(
    _ options: RpropOptions, step: Int, _ numbers: inout OptimizerNumbers
  ) -> mk_step {
    var rule = mk_step(.rprop, 1, maximize: options.maximize)
    (rule.beta1, rule.beta2) = options.etas
    (rule.least, rule.greatest) = options.stepSizes
    return rule
  }
}
