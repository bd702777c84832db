/// A scheduler that counts epochs and computes the rates of each: what most schedulers are.
public class EpochScheduler: LRScheduler {
  /// The optimizer whose rates are changed.
  public let optimizer: any Optimizer
  /// The number of epochs that have passed.
  public private(set) var epoch = 0
  /// The rates that the schedule starts from, for every group.
  public private(set) var baseRates: [Double]

  /// - Parameters:
  ///   - optimizer: The optimizer whose rates are changed.
  ///   - baseRates: The rates to start from, where they are not those of the optimizer.
  init(_ optimizer: any Optimizer, baseRates: [Double]? = nil) {
    self.optimizer = optimizer
    // From now on they are what later schedulers on this optimizer start from, too.
    let rates = optimizer.initialLearningRates
    optimizer.initialLearningRates = rates
    self.baseRates = baseRates ?? rates
  }

  // MARK: What a kind of scheduler says of itself

  /// The rate of a group in epoch `epoch`, from that of the last one.
  func rate(_ group: Int, _ last: Double) throws -> Double { last }
  /// The rate of a group in epoch 0, from that of the optimizer.
  func initialRate(_ group: Int, _ last: Double) throws -> Double { last }
  /// The rate of a group in epoch 0 when the scheduler takes over from another one.
  func restartRate(_ group: Int, _ last: Double) throws -> Double {
    try initialRate(group, baseRates[group])
  }
  /// Called when the epoch has changed to the next one, or to 0.
  func epochChanged() throws {}
  /// Adds what else has to be remembered.
  func saveExtraState(to dictionary: inout TensorDictionary) {}
  /// Reads what `saveExtraState` adds, and gives what takes it over.
  func loadExtraState(from reader: StateReader) -> () -> Void { {} }

  // MARK: Steps

  /// Sets the rates of epoch 0: the last thing that an initializer does.
  final func start() throws {
    epoch = 0
    try epochChanged()
    try apply(initialRate)
  }

  /// Starts from the optimizer's first rates, whatever other schedulers have made of them.
  final func begin() throws {
    optimizer.learningRates = baseRates
    try start()
  }

  /// Goes on to the next epoch.
  public func step() throws {
    epoch += 1
    do {
      try epochChanged()
      try apply(rate)
    } catch {
      epoch -= 1
      throw error
    }
  }

  /// Begins at epoch 0.
  public func restart() throws {
    epoch = 0
    try epochChanged()
    try apply(restartRate)
  }

  private func apply(_ rate: (Int, Double) throws -> Double) throws {
    let last = optimizer.learningRates
    guard last.count == baseRates.count else {
      throw TensorError.argument(
        operation: name,
        reason: "the optimizer has \(last.count) parameter groups, and had \(baseRates.count)"
          + " when the scheduler was made")
    }
    optimizer.learningRates = try last.enumerated().map { try rate($0, $1) }
  }

  // MARK: Arguments

  /// Its name in errors.
  final var name: String { "\(type(of: self))" }

  /// Throws unless the number is in its range.
  final func require(_ range: NumberRange, _ phrase: String, _ value: Double) throws {
    try range.require(name, phrase, value)
  }

  /// Throws if the number is below `least`.
  final func require(_ phrase: String, _ value: Int, atLeast least: Int) throws {
    if value < least {
      throw TensorError.argument(
        operation: name, reason: "\(phrase) of \(value), expected at least \(least)")
    }
  }

  // MARK: State

  /// Where the scheduler stands, by name.
  public func stateDict() -> TensorDictionary {
    var dictionary = TensorDictionary()
    dictionary["last_epoch"] = .full([], epoch, dtype: .int64)
    dictionary["base_lrs"] = .creating(requiresGrad: false) {
      try Tensor(baseRates, dtype: .float64)
    }
    saveExtraState(to: &dictionary)
    return dictionary
  }

  /// Takes over where a scheduler of the same kind stood.
  public func load(stateDict: TensorDictionary) throws {
    let reader = StateReader(stateDict)
    var (epoch, rates) = (epoch, baseRates)
    reader.read("last_epoch", into: &epoch)
    reader.read("base_lrs", shape: [rates.count]) { rates = try $0.array(of: Double.self) }
    let apply = loadExtraState(from: reader)
    try reader.finish()
    self.epoch = epoch
    baseRates = rates
    apply()
  }
}
