import Glibc

/// How `OneCycleLR` goes from one rate to another.
public enum AnnealStrategy: Sendable {
  /// Along half a cosine.
  case cos
  /// Along a straight line.
  case linear

  func value(from start: Double, to end: Double, _ fraction: Double) -> Double {
    switch self {
    case .cos: end + (start - end) / 2 * (Glibc.cos(.pi * fraction) + 1)
    case .linear: (end - start) * fraction + start
    }
  }
}

/// Rates that go up once to the greatest one and then down to a very small one, and the momentum
/// the other way.
///
/// Smith, Topin, "Super-Convergence: Very Fast Training of Neural Networks Using Large Learning
/// Rates", 2019. To be stepped after every batch.
///
///     let scheduler = try OneCycleLR(
///       optimizer, maxLearningRate: 0.1, totalSteps: epochs * batchesPerEpoch)
public final class OneCycleLR: EpochScheduler {
  /// What rates and momentum are at the start and at the end of a phase.
  private enum Level { case initial, max, min }

  private struct Phase {
    let end: Double
    let rates: (Level, Level)
    let momentums: (Level, Level)
  }

  private let maxRates: [Double]
  private let minRates: [Double]
  private let totalSteps: Int
  private let phases: [Phase]
  private let strategy: AnnealStrategy
  private let momentums: MomentumCycle?

  /// - Parameters:
  ///   - optimizer: The optimizer whose rates are changed.
  ///   - maxLearningRate: The greatest rate.
  ///   - totalSteps: The number of steps of the whole cycle.
  ///   - pctStart: The part of them on the way up.
  ///   - annealStrategy: How rates go from one to another.
  ///   - cycleMomentum: Whether the momentum, or the first beta, goes from `maxMomentum` to
  ///     `baseMomentum` and back.
  ///   - baseMomentum: The lower bound of the momentum.
  ///   - maxMomentum: The upper bound of the momentum.
  ///   - divFactor: How many times smaller the first rate is than the greatest.
  ///   - finalDivFactor: How many times smaller the last rate is than the first.
  ///   - threePhase: Whether rates go down to the first one as fast as they came up, and from there
  ///     to the last one.
  /// - Throws: `TensorError.argument` for steps below 1, a part outside of [0, 1], a list that is
  ///   not as long as the list of parameter groups, or an optimizer without momentum if it is to
  ///   change.
  public init(
    _ optimizer: any Optimizer, maxLearningRate: some PerGroupConvertible, totalSteps: Int,
    pctStart: Double = 0.3, annealStrategy: AnnealStrategy = .cos, cycleMomentum: Bool = true,
    baseMomentum: some PerGroupConvertible = 0.85, maxMomentum: some PerGroupConvertible = 0.95,
    divFactor: Double = 25, finalDivFactor: Double = 1e4, threePhase: Bool = false
  ) throws {
    maxRates = try maxLearningRate.values(
      optimizer.learningRates.count, "OneCycleLR", "greatest rates")
    let initialRates = maxRates.map { $0 / divFactor }
    minRates = initialRates.map { $0 / finalDivFactor }
    self.totalSteps = totalSteps
    strategy = annealStrategy
    let peak = pctStart * Double(totalSteps) - 1
    let last = Double(totalSteps) - 1
    let up = Phase(end: peak, rates: (.initial, .max), momentums: (.max, .min))
    phases =
      threePhase
      ? [
        up,
        Phase(
          end: 2 * pctStart * Double(totalSteps) - 2, rates: (.max, .initial),
          momentums: (.min, .max)),
        Phase(end: last, rates: (.initial, .min), momentums: (.max, .max)),
      ] : [up, Phase(end: last, rates: (.max, .min), momentums: (.min, .max))]
    momentums =
      cycleMomentum
      ? try MomentumCycle(optimizer, baseMomentum, maxMomentum, "OneCycleLR") : nil
    super.init(optimizer, baseRates: initialRates)
    try require("a number of steps", totalSteps, atLeast: 1)
    try require(.unit, "a pctStart", pctStart)
    optimizer.initialLearningRates = initialRates
    try start()
  }

  override func epochChanged() throws {
    if epoch > totalSteps {
      throw TensorError.argument(
        operation: name, reason: "all of its \(totalSteps) steps have been taken")
    }
    guard let momentums else { return }
    let (phase, fraction) = phase
    optimizer.momentums = zip(momentums.base, momentums.max).map { base, max in
      func level(_ level: Level) -> Double { level == .max ? max : base }
      return strategy.value(
        from: level(phase.momentums.0), to: level(phase.momentums.1), fraction)
    }
  }

  override func rate(_ group: Int, _ last: Double) throws -> Double {
    func level(_ level: Level) -> Double {
      switch level {
      case .initial: baseRates[group]
      case .max: maxRates[group]
      case .min: minRates[group]
      }
    }
    let (phase, fraction) = phase
    return strategy.value(from: level(phase.rates.0), to: level(phase.rates.1), fraction)
  }

  override func initialRate(_ group: Int, _ last: Double) throws -> Double {
    try rate(group, last)
  }

  /// The present phase, and how much of it has passed.
  private var phase: (Phase, Double) {
    var start = 0.0
    var current = phases[0]
    for (number, phase) in phases.enumerated() {
      current = phase
      if Double(epoch) <= phase.end || number == phases.count - 1 { break }
      start = phase.end
    }
    let length = current.end - start
    return (current, length == 0 ? 1 : (Double(epoch) - start) / length)
  }
}
