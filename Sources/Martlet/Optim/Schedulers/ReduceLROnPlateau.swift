/// Whether a metric is better when it is smaller or greater.
public enum PlateauMode: Sendable {
  case min
  case max
}

/// What an improvement is compared with.
public enum PlateauThreshold: Sendable {
  /// It has to be this part of the best metric.
  case relative(Double)
  /// It has to be this much.
  case absolute(Double)
}

/// Rates that become smaller when a metric has stopped improving.
///
///     let scheduler = try ReduceLROnPlateau(optimizer, patience: 5)
///     try scheduler.step(metric: validationLoss)
public final class ReduceLROnPlateau: LRScheduler {
  /// The optimizer whose rates are changed.
  public let optimizer: any Optimizer
  /// The best metric so far.
  public private(set) var best: Double
  private let mode: PlateauMode
  private let factor: Double
  private let patience: Int
  private let threshold: PlateauThreshold
  private let cooldown: Int
  private let minRates: any PerGroupConvertible
  private let eps: Double
  private var epoch = 0
  private var badEpochs = 0
  private var cooldownLeft = 0

  /// - Parameters:
  ///   - optimizer: The optimizer whose rates are changed.
  ///   - mode: Whether a smaller or a greater metric is better.
  ///   - factor: What rates are multiplied by.
  ///   - patience: How many epochs may pass without an improvement.
  ///   - threshold: How much better a metric has to be to count.
  ///   - cooldown: For how many epochs after a change nothing counts as bad.
  ///   - minLearningRate: The least rates.
  ///   - eps: Changes that are not greater are left out.
  /// - Throws: `TensorError.argument` for a factor of 1 or more or a list that is not as long as
  ///   the list of parameter groups.
  public init(
    _ optimizer: any Optimizer, mode: PlateauMode = .min, factor: Double = 0.1, patience: Int = 10,
    threshold: PlateauThreshold = .relative(1e-4), cooldown: Int = 0,
    minLearningRate: some PerGroupConvertible = 0.0, eps: Double = 1e-8
  ) throws {
    self.optimizer = optimizer
    self.mode = mode
    self.factor = factor
    self.patience = patience
    self.threshold = threshold
    self.cooldown = cooldown
    self.eps = eps
    minRates = minLearningRate
    best = mode == .min ? .infinity : -.infinity
    if !(factor < 1) {
      throw TensorError.argument(
        operation: "ReduceLROnPlateau", reason: "a factor of \(factor), expected below 1")
    }
    _ = try leastRates()
  }

  /// Looks at the metric of an epoch, and makes rates smaller if none has been better for too long.
  /// One that is not a number is no improvement.
  ///
  ///     try scheduler.step(metric: loss.item())
  public func step(metric: Double) throws {
    let least = try leastRates()
    epoch += 1
    if isBetter(metric) {
      best = metric
      badEpochs = 0
    } else {
      badEpochs += 1
    }
    if cooldownLeft > 0 {
      cooldownLeft -= 1
      badEpochs = 0
    }
    if badEpochs > patience {
      optimizer.learningRates = zip(optimizer.learningRates, least).map { rate, least in
        let smaller = max(rate * factor, least)
        return rate - smaller > eps ? smaller : rate
      }
      cooldownLeft = cooldown
      badEpochs = 0
    }
  }

  /// Refused: the scheduler needs a metric.
  public func step() throws {
    throw TensorError.argument(
      operation: "ReduceLROnPlateau", reason: "needs a metric: step(metric:)")
  }

  /// Forgets all metrics.
  public func restart() throws {
    best = mode == .min ? .infinity : -.infinity
    (epoch, badEpochs, cooldownLeft) = (0, 0, 0)
  }

  private func leastRates() throws -> [Double] {
    try minRates.values(optimizer.learningRates.count, "ReduceLROnPlateau", "least rates")
  }

  private func isBetter(_ metric: Double) -> Bool {
    switch (mode, threshold) {
    case (.min, .relative(let part)): metric < best * (1 - part)
    case (.min, .absolute(let amount)): metric < best - amount
    case (.max, .relative(let part)): metric > best * (1 + part)
    case (.max, .absolute(let amount)): metric > best + amount
    }
  }

  /// The best metric and the counts of epochs, by name.
  public func stateDict() -> TensorDictionary {
    [
      "last_epoch": .full([], epoch, dtype: .int64), "best": .full([], best, dtype: .float64),
      "num_bad_epochs": .full([], badEpochs, dtype: .int64),
      "cooldown_counter": .full([], cooldownLeft, dtype: .int64),
    ]
  }

  /// Takes over where another one stood.
  public func load(stateDict: TensorDictionary) throws {
    let reader = StateReader(stateDict)
    var (newEpoch, newBest, newBad, newCooldown) = (epoch, best, badEpochs, cooldownLeft)
    reader.read("last_epoch", into: &newEpoch)
    reader.read("best", into: &newBest)
    reader.read("num_bad_epochs", into: &newBad)
    reader.read("cooldown_counter", into: &newCooldown)
    try reader.finish()
    (epoch, best, badEpochs, cooldownLeft) = (newEpoch, newBest, newBad, newCooldown)
  }
}
