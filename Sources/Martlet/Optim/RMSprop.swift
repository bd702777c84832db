import CKernels

/// Steps along the gradient, divided by the root of a running mean of its square.
///
///     v = alpha v + (1 - alpha) g^2;  p -= learningRate g / (sqrt(v) + eps)
///
/// Hinton, "Neural Networks for Machine Learning", lecture 6, 2012. With `centered` the running
/// mean of g is taken off: Graves, "Generating Sequences With Recurrent Neural Networks", 2013.
///
///     let optimizer = try RMSprop(net.parameters(), learningRate: 1e-2)
public final class RMSprop: Optimizer {
  /// The size of the steps.
  public var learningRate: Double
  /// How much of the running mean of g^2 is kept at each step.
  public let alpha: Double
  /// What is added to the root.
  public let eps: Double
  /// How much of the parameter is added to its gradient.
  public let weightDecay: Double
  /// How much of the last step is added to each.
  public let momentum: Double
  /// Whether the running mean of g is taken off.
  public let centered: Bool
  /// Whether steps go up along the gradient.
  public let maximize: Bool

  private struct State {
    var square: Tensor?
    var momentum: Tensor?
    var average: Tensor?
  }
  private var slots: [Slot<State>]

  /// An optimizer of `parameters`; the other arguments are the properties of their names.
  ///
  /// - Throws: `TensorError.argument` for a negative rate, alpha, eps, decay or momentum.
  public init(
    _ parameters: [Parameter], learningRate: Double = 1e-2, alpha: Double = 0.99,
    eps: Double = 1e-8, weightDecay: Double = 0, momentum: Double = 0, centered: Bool = false,
    maximize: Bool = false
  ) throws {
    try requireHyperparameter("RMSprop", "a learning rate", learningRate, learningRate >= 0)
    try requireHyperparameter("RMSprop", "an alpha", alpha, alpha >= 0)
    try requireHyperparameter("RMSprop", "an eps", eps, eps >= 0)
    try requireHyperparameter("RMSprop", "a weight decay", weightDecay, weightDecay >= 0)
    try requireHyperparameter("RMSprop", "a momentum", momentum, momentum >= 0)
    self.learningRate = learningRate
    self.alpha = alpha
    self.eps = eps
    self.weightDecay = weightDecay
    self.momentum = momentum
    self.centered = centered
    self.maximize = maximize
    slots = parameters.map { Slot(parameter: $0, state: State()) }
  }

  /// The parameters that are updated.
  public var parameters: [Parameter] { slots.map(\.parameter) }

  /// Updates every parameter that has a gradient and is not frozen.
  public func step() throws {
    for i in slots.indices {
      let parameter = slots[i].parameter
      guard let gradient = try parameter.stepGradient() else { continue }
      let square = try slots[i].state.square ?? gradient.rowMajorZeros()
      let velocity = momentum == 0 ? nil : try slots[i].state.momentum ?? gradient.rowMajorZeros()
      let average = centered ? try slots[i].state.average ?? gradient.rowMajorZeros() : nil
      let options = mk_rmsprop(
        learning_rate: learningRate, alpha: alpha, eps: eps, weight_decay: weightDecay,
        momentum: momentum, centered: centered, maximize: maximize)
      try parameter.step {
        try $0.backend.rmspropStep(
          options, $0, gradient.buffer, square.buffer, velocity?.buffer, average?.buffer)
      }
      slots[i].state = State(square: square, momentum: velocity, average: average)
    }
  }
}
