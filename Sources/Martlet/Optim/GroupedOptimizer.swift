/// What all of Martlet's optimizers share: parameter groups with hyper-parameters of their own,
/// state that is saved and loaded, and passing over parameters that are frozen or have no gradient.
///
///     let optimizer = try AdamW(net.parameters(), learningRate: 1e-3)
///     try optimizer.addGroup(net.parameters(matching: "*.bias")) { $0.weightDecay = 0 }
public class GroupedOptimizer<Options: OptimizerOptions>: Optimizer {
  /// The groups, in the order in which they were made. One that has lost its parameters to others
  /// is no more.
  public private(set) var groups: [ParameterGroup<Options>] = []

  /// The hyper-parameters that the optimizer was made with, which new groups start from.
  public let defaults: Options

  init(_ parameters: [Parameter], _ defaults: Options) throws {
    self.defaults = defaults
    try check(defaults)
    if !parameters.isEmpty { try addGroup(parameters) }
  }

  // MARK: What a kind of optimizer says of itself

  /// Its name in errors.
  class var name: String { "\(self)" }
  /// Its hyper-parameters.
  class var hyperParameters: [HyperParameter<Options>] { [] }
  /// The names of the tensors that it remembers of each parameter: PyTorch's.
  class var stateNames: [String] { [] }
  /// The names of the numbers that it remembers of each parameter: PyTorch's.
  class var numberNames: [String] { [] }
  /// The hyper-parameter that schedulers of momentum change.
  class var momentum: WritableKeyPath<Options, Double>? { nil }

  /// What is wrong with options each of which is in its range.
  class func conflict(_ options: Options) -> String? { nil }
  /// Throws for a parameter that it cannot optimize.
  func check(_ parameter: Parameter) throws {}
  /// The shape of one of the tensors that it remembers.
  func stateShape(_ position: Int, of parameter: Parameter) -> [Int] { parameter.value.shape }
  /// Whether a state dictionary must have one of the tensors for a parameter that has taken steps.
  func isRemembered(_ position: Int, _ parameter: Parameter, _ options: Options) -> Bool { true }
  /// What a state dictionary gets of one of the tensors.
  func remembered(_ position: Int, _ slot: OptimizerSlot, _ options: Options) -> Tensor? {
    slot.tensors[position]
  }

  /// Moves one parameter; `slot.step` counts this step already. Runs without recording.
  func update(_ slot: inout OptimizerSlot, _ gradient: Tensor, _ options: Options) throws {}

  final func check(_ options: Options) throws {
    for hyperParameter in Self.hyperParameters {
      if let problem = hyperParameter.problem(options) {
        throw TensorError.argument(operation: Self.name, reason: problem)
      }
    }
    if let problem = Self.conflict(options) {
      throw TensorError.argument(operation: Self.name, reason: problem)
    }
  }

  // MARK: Groups

  /// Gives parameters hyper-parameters of their own. Those that are in another group move, with
  /// their state, to the new one.
  ///
  ///     try optimizer.addGroup(net.backbone.parameters()) { $0.learningRate = 1e-5 }
  ///
  /// - Parameters:
  ///   - parameters: The parameters of the group; one that occurs several times counts once.
  ///   - change: Changes the hyper-parameters from `defaults`.
  /// - Returns: The new group.
  /// - Throws: `TensorError.argument` for a hyper-parameter out of its range or for no parameters
  ///   at all, as when a pattern matched none.
  @discardableResult
  public func addGroup(
    _ parameters: [Parameter], _ change: (inout Options) throws -> Void = { _ in }
  ) throws -> ParameterGroup<Options> {
    var options = defaults
    try change(&options)
    try check(options)
    if parameters.isEmpty {
      throw TensorError.argument(operation: Self.name, reason: "a group without parameters")
    }
    for parameter in parameters { try check(parameter) }
    var known: [ObjectIdentifier: OptimizerSlot] = [:]
    for group in groups {
      for slot in group.slots { known[ObjectIdentifier(slot.parameter)] = slot }
    }
    var taken: Set<ObjectIdentifier> = []
    var slots: [OptimizerSlot] = []
    for parameter in parameters where taken.insert(ObjectIdentifier(parameter)).inserted {
      slots.append(known[ObjectIdentifier(parameter)] ?? OptimizerSlot(parameter))
    }
    for group in groups {
      group.slots.removeAll { taken.contains(ObjectIdentifier($0.parameter)) }
    }
    groups.removeAll { $0.slots.isEmpty }
    let group = ParameterGroup(slots, options)
    groups.append(group)
    return group
  }

  /// The parameters that are updated, group by group.
  public var parameters: [Parameter] { groups.flatMap { $0.parameters } }

  /// Sets the gradients of all parameters back to none.
  public func zeroGrad() {
    for group in groups {
      for i in group.slots.indices { group.slots[i].parameter.grad = nil }
    }
  }

  /// The size of the steps, for every group.
  public var learningRates: [Double] {
    get { groups.map { $0.options.learningRate } }
    set { for (group, rate) in zip(groups, newValue) { group.options.learningRate = rate } }
  }

  /// The learning rates that schedules start from, for every group.
  public var initialLearningRates: [Double] {
    get { groups.map { $0.initialLearningRate ?? $0.options.learningRate } }
    set { for (group, rate) in zip(groups, newValue) { group.initialLearningRate = rate } }
  }

  /// The momentum, or for kin of Adam the first beta, of every group; nil for a method without.
  public var momentums: [Double]? {
    get { Self.momentum.map { path in groups.map { $0.options[keyPath: path] } } }
    set {
      guard let path = Self.momentum, let newValue else { return }
      for (group, momentum) in zip(groups, newValue) { group.options[keyPath: path] = momentum }
    }
  }

  // MARK: Steps

  /// Updates every parameter that has a gradient and is not frozen.
  public func step() throws {
    for group in groups {
      for i in group.slots.indices {
        guard let gradient = try group.slots[i].parameter.stepGradient() else { continue }
        group.slots[i].step += 1
        do {
          try Mode.with(Mode.current.union(.noGrad).subtracting(.autocast)) {
            try update(&group.slots[i], gradient, group.options)
          }
        } catch {
          group.slots[i].step -= 1
          throw error
        }
      }
    }
  }

  /// Computes the loss and its gradients once, then updates the parameters.
  @discardableResult
  public func step(_ loss: () throws -> Tensor) throws -> Tensor {
    let value = try enableGrad(loss)
    try step()
    return value
  }

  // MARK: State

  /// Hyper-parameters and state by name, from which `load(stateDict:)` continues with the same
  /// bits: `param_groups.0.lr`, `state.3.exp_avg`. Parameters are named by their positions in
  /// `parameters`.
  public func stateDict() -> TensorDictionary {
    var dictionary = TensorDictionary()
    var position = 0
    for (number, group) in groups.enumerated() {
      for hyperParameter in Self.hyperParameters {
        dictionary["param_groups.\(number).\(hyperParameter.name)"] =
          hyperParameter.save(group.options)
      }
      dictionary["param_groups.\(number).initial_lr"] = group.initialLearningRate.map {
        .full([], $0, dtype: .float64)
      }
      let members = Array(position..<position + group.slots.count)
      dictionary["param_groups.\(number).params"] = .creating(requiresGrad: false) {
        try Tensor(members)
      }
      for (slot, position) in zip(group.slots, members) where slot.step > 0 {
        save(slot, "state.\(position).", group.options, to: &dictionary)
      }
      position += members.count
    }
    saveExtraState(to: &dictionary)
    return dictionary
  }

  private func save(
    _ slot: OptimizerSlot, _ prefix: String, _ options: Options,
    to dictionary: inout TensorDictionary
  ) {
    dictionary[prefix + "step"] = .full([], slot.step, dtype: .int64)
    for (number, name) in Self.numberNames.enumerated() {
      dictionary[prefix + name] = .full([], slot.numbers[number], dtype: .float64)
    }
    for (number, name) in Self.stateNames.enumerated() {
      dictionary[prefix + name] = remembered(number, slot, options)
    }
  }

  /// Takes over hyper-parameters and state of an optimizer with the same parameters in the same
  /// order and groups. Either all of them or, when an error is thrown, none.
  ///
  /// - Throws: `TensorError.stateDict` listing everything that is missing, unexpected or does not
  ///   fit.
  public func load(stateDict: TensorDictionary) throws {
    let reader = StateReader(stateDict)
    var position = 0
    var changes: [(options: Options, initialRate: Double?, slots: [OptimizerSlot])] = []
    for (number, group) in groups.enumerated() {
      let prefix = "param_groups.\(number)."
      var options = group.options
      for hyperParameter in Self.hyperParameters {
        reader.read(
          prefix + hyperParameter.name, shape: [], isOptional: hyperParameter.isOptional
        ) {
          try hyperParameter.load(&options, $0)
          if let problem = hyperParameter.problem(options) {
            throw TensorError.argument(operation: Self.name, reason: problem)
          }
        }
      }
      var initialRate = group.initialLearningRate
      reader.read(prefix + "initial_lr", shape: [], isOptional: true) {
        initialRate = try $0.item(Double.self)
      }
      let members = Array(position..<position + group.slots.count)
      reader.read(prefix + "params", shape: [members.count]) {
        guard try $0.array(of: Int.self) == members else {
          throw TensorError.argument(
            operation: Self.name, reason: "the group's parameters are others")
        }
      }
      var slots: [OptimizerSlot] = []
      for slot in group.slots {
        slots.append(read(slot, "state.\(position).", options, reader))
        position += 1
      }
      changes.append((options, initialRate, slots))
    }
    let applyExtraState = try loadExtraState(from: reader)
    try reader.finish()
    for (group, change) in zip(groups, changes) {
      group.options = change.options
      group.initialLearningRate = change.initialRate
      group.slots = change.slots
    }
    applyExtraState()
  }

  private func read(
    _ old: OptimizerSlot, _ prefix: String, _ options: Options, _ reader: StateReader
  ) -> OptimizerSlot {
    var slot = OptimizerSlot(old.parameter)
    reader.read(prefix + "step", isOptional: true, into: &slot.step)
    if slot.step == 0 { return slot }
    for (number, name) in Self.numberNames.enumerated() {
      reader.read(prefix + name, shape: []) { slot.numbers[number] = try $0.item(Double.self) }
    }
    let dtype = slot.parameter.value.dtype
    for (number, name) in Self.stateNames.enumerated() {
      let isOptional = !isRemembered(number, slot.parameter, options)
      let shape = stateShape(number, of: slot.parameter)
      reader.read(prefix + name, shape: shape, isOptional: isOptional) { tensor in
        slot.tensors[number] = try noGrad { try tensor.detached().to(dtype).contiguous() }
      }
    }
    return slot
  }

  /// Adds what is remembered beside the groups.
  func saveExtraState(to dictionary: inout TensorDictionary) {}
  /// Reads what `saveExtraState` adds, and gives what takes it over.
  func loadExtraState(from reader: StateReader) throws -> () -> Void { {} }
}
