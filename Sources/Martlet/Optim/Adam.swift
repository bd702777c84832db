import CKernels

/// Steps along a running mean of the gradient, divided by the root of a running mean of its square.
///
///     m = beta1 m + (1 - beta1) g;  v = beta2 v + (1 - beta2) g^2
///     p -= learningRate m / (1 - beta1^t) / (sqrt(v / (1 - beta2^t)) + eps)
///
/// Kingma, Ba, "Adam: A Method for Stochastic Optimization", 2015. With `amsgrad` the greatest v so
/// far takes its place: Reddi et al., "On the Convergence of Adam and Beyond", 2018.
///
///     let optimizer = try Adam(net.parameters(), learningRate: 1e-3)
public class Adam: Optimizer {
  /// The size of the steps.
  public var learningRate: Double
  /// How much of the running means of g and g^2 is kept at each step.
  public let betas: (Double, Double)
  /// What is added to the root.
  public let eps: Double
  /// How much of the parameter is added to its gradient.
  public let weightDecay: Double
  /// Whether the greatest v so far is used.
  public let amsgrad: Bool
  /// Whether steps go up along the gradient.
  public let maximize: Bool

  /// Whether the decay is a step of its own.
  private let decoupled: Bool
  private struct State {
    var step = 0
    var average: Tensor?
    var square: Tensor?
    var maxSquare: Tensor?
  }
  private var slots: [Slot<State>]

  /// An optimizer of `parameters`; the other arguments are the properties of their names.
  ///
  /// - Throws: `TensorError.argument` for a negative rate, eps or decay, or a beta outside of [0,
  ///   1).
  public convenience init(
    _ parameters: [Parameter], learningRate: Double = 1e-3, betas: (Double, Double) = (0.9, 0.999),
    eps: Double = 1e-8, weightDecay: Double = 0, amsgrad: Bool = false, maximize: Bool = false
  ) throws {
    try self.init(
      "Adam", parameters, learningRate, betas, eps, weightDecay, amsgrad, maximize,
      decoupled: false)
  }

  init(
    _ name: String, _ parameters: [Parameter], _ learningRate: Double, _ betas: (Double, Double),
    _ eps: Double, _ weightDecay: Double, _ amsgrad: Bool, _ maximize: Bool, decoupled: Bool
  ) throws {
    try requireHyperparameter(name, "a learning rate", learningRate, learningRate >= 0)
    try requireHyperparameter(name, "an eps", eps, eps >= 0)
    try requireHyperparameter(name, "a weight decay", weightDecay, weightDecay >= 0)
    try requireHyperparameter(name, "a first beta", betas.0, betas.0 >= 0 && betas.0 < 1)
    try requireHyperparameter(name, "a second beta", betas.1, betas.1 >= 0 && betas.1 < 1)
    self.learningRate = learningRate
    self.betas = betas
    self.eps = eps
    self.weightDecay = weightDecay
    self.amsgrad = amsgrad
    self.maximize = maximize
    self.decoupled = decoupled
    slots = parameters.map { Slot(parameter: $0, state: State()) }
  }

  /// The parameters that are updated.
  public var parameters: [Parameter] { slots.map(\.parameter) }

  /// Updates every parameter that has a gradient and is not frozen.
  public func step() throws {
    for i in slots.indices {
      let parameter = slots[i].parameter
      guard let gradient = try parameter.stepGradient() else { continue }
      let average = try slots[i].state.average ?? gradient.rowMajorZeros()
      let square = try slots[i].state.square ?? gradient.rowMajorZeros()
      let maxSquare = amsgrad ? try slots[i].state.maxSquare ?? gradient.rowMajorZeros() : nil
      let count = slots[i].state.step + 1
      let options = mk_adam(
        learning_rate: learningRate, beta1: betas.0, beta2: betas.1, eps: eps,
        weight_decay: weightDecay, decoupled: decoupled, amsgrad: amsgrad, maximize: maximize,
        step: Int64(count))
      try parameter.step {
        try $0.backend.adamStep(
          options, $0, gradient.buffer, average.buffer, square.buffer, maxSquare?.buffer)
      }
      slots[i].state = State(
        step: count, average: average, square: square, maxSquare: maxSquare)
    }
  }
}

extension Tensor {
  /// Contiguous zeros of this shape and dtype: the start of an optimizer's state.
  func rowMajorZeros() throws -> Tensor {
    try Tensor.zeros(sizes, dtype, target)
  }
}
