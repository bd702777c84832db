import CKernels

/// Stochastic gradient descent with momentum, in Nesterov's form if asked for.
///
///     g = grad + weightDecay p;  v = momentum v + (1 - dampening) g;  p -= learningRate v
///
/// The first v is g. Sutskever et al., "On the importance of initialization and momentum in deep
/// learning", 2013.
///
///     let optimizer = try SGD(net.parameters(), learningRate: 0.1, momentum: 0.9)
public final class SGD: Optimizer {
  /// The size of the steps.
  public var learningRate: Double
  /// How much of v is kept at each step.
  public let momentum: Double
  /// How much of g is held back from v.
  public let dampening: Double
  /// How much of the parameter is added to its gradient.
  public let weightDecay: Double
  /// Whether steps go along `g + momentum v`.
  public let nesterov: Bool
  /// Whether steps go up along the gradient.
  public let maximize: Bool
  private var slots: [Slot<Tensor?>]

  /// An optimizer of `parameters`; the other arguments are the properties of their names.
  ///
  /// - Throws: `TensorError.argument` for a negative rate, momentum or decay, or Nesterov's form
  ///   without momentum or with dampening.
  public init(
    _ parameters: [Parameter], learningRate: Double = 1e-3, momentum: Double = 0,
    dampening: Double = 0, weightDecay: Double = 0, nesterov: Bool = false, maximize: Bool = false
  ) throws {
    try requireHyperparameter("SGD", "a learning rate", learningRate, learningRate >= 0)
    try requireHyperparameter("SGD", "a momentum", momentum, momentum >= 0)
    try requireHyperparameter("SGD", "a weight decay", weightDecay, weightDecay >= 0)
    if nesterov, momentum <= 0 || dampening != 0 {
      throw TensorError.argument(
        operation: "SGD", reason: "Nesterov's form needs a momentum and no dampening")
    }
    self.learningRate = learningRate
    self.momentum = momentum
    self.dampening = dampening
    self.weightDecay = weightDecay
    self.nesterov = nesterov
    self.maximize = maximize
    slots = parameters.map { Slot(parameter: $0, state: nil) }
  }

  /// The parameters that are updated.
  public var parameters: [Parameter] { slots.map(\.parameter) }

  /// Updates every parameter that has a gradient and is not frozen.
  public func step() throws {
    for i in slots.indices {
      let parameter = slots[i].parameter
      guard let gradient = try parameter.stepGradient() else { continue }
      let isFirst = momentum != 0 && (slots[i].state?.buffer) == nil
      if isFirst {
        slots[i].state = Tensor(try Buffer(gradient.sizes, gradient.dtype, gradient.target))
      }
      let options = mk_sgd(
        learning_rate: learningRate, momentum: momentum, dampening: dampening,
        weight_decay: weightDecay, nesterov: nesterov, maximize: maximize, first: isFirst)
      let buffer = slots[i].state?.buffer
      try parameter.step {
        try $0.backend.sgdStep(options, $0, gradient.buffer, buffer)
      }
    }
  }
}
