/// How `LBFGS` finds the length of a step.
public enum LBFGSLineSearch: Sendable {
  /// Steps have the length of the learning rate.
  case none
  /// Lengths meet the strong conditions of Wolfe.
  case strongWolfe
}

/// The hyper-parameters of `LBFGS`.
public struct LBFGSOptions: OptimizerOptions {
  /// The length of the steps, or of the first one that a line search tries.
  public var learningRate = 1.0
  /// The greatest number of iterations in one step.
  public var maxIterations = 20
  /// The greatest number of evaluations of the loss in one step.
  public var maxEvaluations = 25
  /// A step ends when no element of the gradient is greater.
  public var gradientTolerance = 1e-7
  /// A step ends when neither the parameters nor the loss change by more.
  public var changeTolerance = 1e-9
  /// How many past iterations are remembered.
  public var historySize = 100
  /// How the length of a step is found.
  public var lineSearch = LBFGSLineSearch.none
  /// Whether the loss is made greater.
  public var maximize = false
}

/// Newton's method with the curvature estimated from past gradients. For losses of all the data,
/// which it evaluates several times a step.
///
/// Liu, Nocedal, "On the limited memory BFGS method for large scale optimization", 1989.
///
///     let optimizer = try LBFGS(net.parameters(), lineSearch: .strongWolfe)
///     try optimizer.step {
///       optimizer.zeroGrad()
///       let loss = try mseLoss(net(x), y)
///       try loss.backward()
///       return loss
///     }
public final class LBFGS: GroupedOptimizer<LBFGSOptions> {
  private var memory = LBFGSMemory()

  /// An optimizer of `parameters`, which share one group; the other arguments are those of
  /// `LBFGSOptions`. By default a step evaluates the loss five times for every four iterations.
  ///
  /// - Throws: `TensorError.argument` for a negative rate, tolerance or number of iterations.
  public init(
    _ parameters: [Parameter], learningRate: Double = 1, maxIterations: Int = 20,
    maxEvaluations: Int? = nil, gradientTolerance: Double = 1e-7, changeTolerance: Double = 1e-9,
    historySize: Int = 100, lineSearch: LBFGSLineSearch = .none, maximize: Bool = false
  ) throws {
    try super.init(
      parameters,
      LBFGSOptions(
        learningRate: learningRate, maxIterations: maxIterations,
        maxEvaluations: maxEvaluations ?? Int(clamping: Double(maxIterations) * 1.25),
        gradientTolerance: gradientTolerance, changeTolerance: changeTolerance,
        historySize: historySize, lineSearch: lineSearch, maximize: maximize))
  }

  override class var hyperParameters: [HyperParameter<LBFGSOptions>] {
    [
      .number("lr", "a learning rate", \.learningRate, .atLeast(0)),
      .integer("max_iter", "a greatest number of iterations", \.maxIterations, 0...Int.max),
      .integer("max_eval", "a greatest number of evaluations", \.maxEvaluations, 0...Int.max),
      .number("tolerance_grad", "a tolerance", \.gradientTolerance, .atLeast(0)),
      .number("tolerance_change", "a tolerance", \.changeTolerance, .atLeast(0)),
      .integer("history_size", "a history size", \.historySize, 1...Int.max),
      .choice("line_search_fn", \.lineSearch, [.none, .strongWolfe]),
      .flag("maximize", \.maximize),
    ]
  }

  /// Gives the parameters to optimize where the optimizer was made without.
  ///
  /// - Throws: `TensorError.argument` for a second group: the method knows one length of steps.
  @discardableResult
  public override func addGroup(
    _ parameters: [Parameter], _ change: (inout LBFGSOptions) throws -> Void = { _ in }
  ) throws -> ParameterGroup<LBFGSOptions> {
    if !groups.isEmpty {
      throw TensorError.argument(operation: Self.name, reason: "takes one group of parameters")
    }
    return try super.addGroup(parameters, change)
  }

  /// Refused: the method needs to evaluate the loss. Use `step { ... }`.
  public override func step() throws {
    throw TensorError.argument(
      operation: Self.name, reason: "needs a closure that computes the loss: step { ... }")
  }

  /// Iterates until a limit or a tolerance is reached, evaluating the loss each time.
  @discardableResult
  public override func step(_ loss: () throws -> Tensor) throws -> Tensor {
    guard let group = groups.first else { return try enableGrad(loss) }
    let outer = Mode.current.subtracting(.noGrad)
    return try Mode.with(Mode.current.union(.noGrad).subtracting(.autocast)) {
      try step(group) { try Mode.with(outer, loss) }
    }
  }

  private func step(_ group: ParameterGroup<LBFGSOptions>, _ loss: () throws -> Tensor) throws
    -> Tensor
  {
    let options = group.options
    let sign = options.maximize ? -1.0 : 1.0
    func evaluate() throws -> (tensor: Tensor, loss: Double, gradient: Tensor) {
      let value = try loss()
      let gradient = try flatGradient(group.slots)
      return (
        value, sign * (try value.item(Double.self)),
        options.maximize ? try gradient.neg() : gradient
      )
    }
    let start = try evaluate()
    var (current, gradient) = (start.loss, start.gradient)
    var evaluations = 1
    memory.evaluations += 1
    if gradient.count == 0 { return start.tensor }
    var isFlat = try gradient.greatest() <= options.gradientTolerance
    if isFlat { return start.tensor }

    var iterations = 0
    while iterations < options.maxIterations {
      iterations += 1
      memory.iterations += 1
      let direction = try memory.direction(gradient, historySize: options.historySize)
      let before = current
      memory.gradient = gradient
      var length = options.learningRate
      if memory.iterations == 1 {
        length *= min(1, 1 / (try gradient.abs().sum().item(Double.self)))
      }
      memory.length = length
      let slope = try gradient.dot(direction).item(Double.self)
      if slope > -options.changeTolerance { break }

      var newEvaluations = 0
      switch options.lineSearch {
      case .strongWolfe:
        let origin = group.slots.map { $0.parameter.value.detached() }
        let search = StrongWolfe(
          changeTolerance: options.changeTolerance,
          maxEvaluations: options.maxEvaluations - evaluations,
          directionSize: try direction.greatest())
        let found = try search.find(
          from: .init(length: 0, loss: current, gradient: gradient, slope: slope), length
        ) { length in
          defer { restore(group.slots, origin) }
          try move(group.slots, along: direction, by: length)
          let (_, loss, gradient) = try evaluate()
          return .init(
            length: length, loss: loss, gradient: gradient,
            slope: try gradient.dot(direction).item(Double.self))
        }
        newEvaluations = found.evaluations
        (length, current, gradient) = (found.point.length, found.point.loss, found.point.gradient)
        memory.length = length
        try move(group.slots, along: direction, by: length)
        isFlat = try gradient.greatest() <= options.gradientTolerance
      case .none:
        try move(group.slots, along: direction, by: length)
        // What the loss is after the last iteration, the next step finds out.
        if iterations != options.maxIterations {
          let next = try evaluate()
          (current, gradient) = (next.loss, next.gradient)
          isFlat = try gradient.greatest() <= options.gradientTolerance
          newEvaluations = 1
        }
      }
      evaluations += newEvaluations
      memory.evaluations += newEvaluations
      if iterations == options.maxIterations || evaluations >= options.maxEvaluations || isFlat {
        break
      }
      let change = try abs(length) * direction.greatest()
      if change <= options.changeTolerance || abs(current - before) < options.changeTolerance {
        break
      }
    }
    return start.tensor
  }

  /// The gradients of all parameters in a row; zeros where there is none.
  private func flatGradient(_ slots: [OptimizerSlot]) throws -> Tensor {
    try cat(
      slots.map { slot in
        try (slot.parameter.stepGradient() ?? slot.parameter.value.detached().zerosLike())
          .reshape(-1)
      })
  }

  private func move(_ slots: [OptimizerSlot], along direction: Tensor, by length: Double) throws {
    var offset = 0
    for slot in slots {
      try slot.parameter.update {
        let part = try direction.narrow(0, start: offset, length: $0.count).reshape($0.shape)
        try $0 += (part * length).to($0.dtype)
        offset += $0.count
      }
    }
  }

  private func restore(_ slots: [OptimizerSlot], _ values: [Tensor]) {
    for (slot, value) in zip(slots, values) { slot.parameter.value = value }
  }

  override func saveExtraState(to dictionary: inout TensorDictionary) {
    memory.save(to: &dictionary)
  }

  override func loadExtraState(from reader: StateReader) throws -> () -> Void {
    let loaded = LBFGSMemory(reader, count: parameters.reduce(0) { $0 + $1.value.count })
    return { self.memory = loaded }
  }
}

extension Tensor {
  /// The greatest magnitude of an element.
  fileprivate func greatest() throws -> Double { try abs().amax().item(Double.self) }
}
