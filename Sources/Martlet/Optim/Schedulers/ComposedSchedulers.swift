/// Several schedulers on one optimizer, all of them stepped together: rates are multiplied by what
/// each of them says.
///
///     let scheduler = try ChainedScheduler([
///       ConstantLR(optimizer, factor: 0.1, totalIters: 20), ExponentialLR(optimizer, gamma: 0.9),
///     ])
public final class ChainedScheduler: LRScheduler {
  /// The optimizer whose rates are changed.
  public let optimizer: any Optimizer
  private let schedulers: [any LRScheduler]

  /// - Throws: `TensorError.argument` for no schedulers, one that needs a metric, or schedulers of
  ///   several optimizers.
  public init(_ schedulers: [any LRScheduler]) throws {
    optimizer = try commonOptimizer(schedulers, "ChainedScheduler")
    self.schedulers = schedulers
  }

  /// Steps every scheduler.
  public func step() throws { for scheduler in schedulers { try scheduler.step() } }

  /// Starts from the optimizer's first rates.
  public func restart() throws {
    optimizer.learningRates = optimizer.initialLearningRates
    for scheduler in schedulers {
      if let scheduler = scheduler as? EpochScheduler {
        try scheduler.start()
      } else {
        try scheduler.restart()
      }
    }
  }

  /// Where all schedulers stand.
  public func stateDict() -> TensorDictionary { joinedState(schedulers) }

  /// Takes over where others of the same kinds stood.
  public func load(stateDict: TensorDictionary) throws {
    try loadJoined(stateDict, into: schedulers, and: StateReader([:]))
  }
}

/// Several schedulers on one optimizer, one after another.
///
///     let scheduler = try SequentialLR(
///       optimizer,
///       [
///         LinearLR(optimizer, startFactor: 0.1, totalIters: 5),
///         CosineAnnealingLR(optimizer, tMax: 95),
///       ], milestones: [5])
public final class SequentialLR: LRScheduler {
  /// The optimizer whose rates are changed.
  public let optimizer: any Optimizer
  /// The number of epochs that have passed.
  public private(set) var epoch = 0
  private let schedulers: [any LRScheduler]
  private let milestones: [Int]

  /// - Parameters:
  ///   - optimizer: The optimizer whose rates are changed.
  ///   - schedulers: The schedulers in their order.
  ///   - milestones: The epochs in which the second and every further one takes over, in ascending
  ///     order.
  /// - Throws: `TensorError.argument` for no schedulers, one that needs a metric, schedulers of
  ///   another optimizer, or milestones that are not one fewer or not in order.
  public init(_ optimizer: any Optimizer, _ schedulers: [any LRScheduler], milestones: [Int]) throws
  {
    self.optimizer = optimizer
    self.schedulers = schedulers
    self.milestones = milestones
    guard try commonOptimizer(schedulers, "SequentialLR") === optimizer else {
      throw TensorError.argument(
        operation: "SequentialLR", reason: "the schedulers are of another optimizer")
    }
    guard milestones.count == schedulers.count - 1,
      zip(milestones, milestones.dropFirst()).allSatisfy({ $0 < $1 })
    else {
      throw TensorError.argument(
        operation: "SequentialLR",
        reason: "milestones \(milestones) for \(schedulers.count) schedulers, expected"
          + " \(schedulers.count - 1) in ascending order")
    }
    try restart()
  }

  /// Steps the scheduler whose turn it is.
  public func step() throws {
    epoch += 1
    let scheduler = schedulers[turn]
    if milestones.contains(epoch) {
      try scheduler.restart()
    } else {
      try scheduler.step()
    }
  }

  /// Starts with the first scheduler, from the optimizer's first rates.
  public func restart() throws {
    epoch = 0
    optimizer.learningRates = optimizer.initialLearningRates
    if let scheduler = schedulers[turn] as? EpochScheduler {
      try scheduler.begin()
    } else {
      try schedulers[turn].restart()
    }
  }

  /// The position of the scheduler whose turn it is.
  private var turn: Int { milestones.count { $0 <= epoch } }

  /// Where all schedulers stand.
  public func stateDict() -> TensorDictionary {
    var dictionary = joinedState(schedulers)
    dictionary["last_epoch"] = .full([], epoch, dtype: .int64)
    return dictionary
  }

  /// Takes over where others of the same kinds stood.
  public func load(stateDict: TensorDictionary) throws {
    var own = TensorDictionary()
    own["last_epoch"] = stateDict["last_epoch"]
    let reader = StateReader(own)
    var newEpoch = epoch
    reader.read("last_epoch", into: &newEpoch)
    var rest = stateDict
    rest["last_epoch"] = nil
    try loadJoined(rest, into: schedulers, and: reader)
    epoch = newEpoch
  }
}

/// The optimizer of all schedulers.
private func commonOptimizer(_ schedulers: [any LRScheduler], _ name: String) throws
  -> any Optimizer
{
  guard let first = schedulers.first else {
    throw TensorError.argument(operation: name, reason: "no schedulers")
  }
  for scheduler in schedulers {
    if scheduler is ReduceLROnPlateau {
      throw TensorError.argument(
        operation: name, reason: "ReduceLROnPlateau needs a metric and has to be stepped by itself")
    }
    guard scheduler.optimizer === first.optimizer else {
      throw TensorError.argument(
        operation: name, reason: "the schedulers are of different optimizers")
    }
  }
  return first.optimizer
}

/// The states of several schedulers under their positions.
private func joinedState(_ schedulers: [any LRScheduler]) -> TensorDictionary {
  var dictionary = TensorDictionary()
  for (position, scheduler) in schedulers.enumerated() {
    for (name, tensor) in scheduler.stateDict() {
      dictionary["_schedulers.\(position).\(name)"] = tensor
    }
  }
  return dictionary
}

/// Loads what `joinedState` gives, with `own` for what is beside it; on an error all schedulers are
/// as they were.
private func loadJoined(
  _ dictionary: TensorDictionary, into schedulers: [any LRScheduler], and own: StateReader
) throws {
  let before = schedulers.map { $0.stateDict() }
  var parts = schedulers.map { _ in TensorDictionary() }
  var errors = TensorError.StateProblems()
  for (name, tensor) in dictionary {
    let path = name.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
    if path.count == 3, path[0] == "_schedulers", let position = Int(path[1]),
      parts.indices.contains(position)
    {
      parts[position][String(path[2])] = tensor
    } else {
      errors.unexpected.append(name)
    }
  }
  try errors.collect("") { try own.finish() }
  for (position, scheduler) in schedulers.enumerated() {
    try errors.collect("_schedulers.\(position).") {
      try scheduler.load(stateDict: parts[position])
    }
  }
  guard errors.isEmpty else {
    for (scheduler, state) in zip(schedulers, before) { try scheduler.load(stateDict: state) }
    throw errors.error
  }
}
