import Glibc

/// Rates that are multiplied by `gamma` every `stepSize` epochs.
///
///     let scheduler = try StepLR(optimizer, stepSize: 30, gamma: 0.1)
public final class StepLR: EpochScheduler {
  private let stepSize: Int
  private let gamma: Double

  /// - Throws: `TensorError.argument` for a step size below 1.
  public init(_ optimizer: any Optimizer, stepSize: Int, gamma: Double = 0.1) throws {
    self.stepSize = stepSize
    self.gamma = gamma
    super.init(optimizer)
    try require("a step size", stepSize, atLeast: 1)
    try start()
  }

  override func rate(_ group: Int, _ last: Double) throws -> Double {
    epoch % stepSize == 0 ? last * gamma : last
  }
}

/// Rates that are multiplied by `gamma` at some epochs.
///
///     let scheduler = try MultiStepLR(optimizer, milestones: [30, 80])
public final class MultiStepLR: EpochScheduler {
  private let milestones: [Int: Int]
  private let gamma: Double

  /// - Parameters:
  ///   - optimizer: The optimizer whose rates are changed.
  ///   - milestones: The epochs, in any order; one that occurs several times counts as often.
  ///   - gamma: What rates are multiplied by.
  public init(_ optimizer: any Optimizer, milestones: [Int], gamma: Double = 0.1) throws {
    self.milestones = Dictionary(milestones.map { ($0, 1) }, uniquingKeysWith: +)
    self.gamma = gamma
    super.init(optimizer)
    try start()
  }

  override func rate(_ group: Int, _ last: Double) throws -> Double {
    guard let times = milestones[epoch] else { return last }
    return last * pow(gamma, Double(times))
  }

  override func initialRate(_ group: Int, _ last: Double) throws -> Double {
    try rate(group, last)
  }
}

/// Rates that are multiplied by `gamma` in every epoch.
///
///     let scheduler = try ExponentialLR(optimizer, gamma: 0.9)
public final class ExponentialLR: EpochScheduler {
  private let gamma: Double

  /// A scheduler that multiplies by `gamma`.
  public init(_ optimizer: any Optimizer, gamma: Double) throws {
    self.gamma = gamma
    super.init(optimizer)
    try start()
  }

  override func rate(_ group: Int, _ last: Double) throws -> Double { last * gamma }
}
