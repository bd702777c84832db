import Glibc

/// Rates that are smaller by a factor until some epoch.
///
///     let scheduler = try ConstantLR(optimizer, factor: 0.5, totalIters: 4)
public final class ConstantLR: EpochScheduler {
  private let factor: Double
  private let totalIters: Int

  /// - Parameters:
  ///   - optimizer: The optimizer whose rates are changed.
  ///   - factor: What rates are multiplied by at first.
  ///   - totalIters: The epoch from which on they are what they were.
  /// - Throws: `TensorError.argument` for a factor that is not above 0 and at most 1.
  public init(_ optimizer: any Optimizer, factor: Double = 1 / 3, totalIters: Int = 5) throws {
    self.factor = factor
    self.totalIters = totalIters
    super.init(optimizer)
    // A rate of 0 would never come back.
    try require(.upToOne, "a factor", factor)
    try start()
  }

  override func rate(_ group: Int, _ last: Double) throws -> Double {
    epoch == totalIters ? last * (1 / factor) : last
  }

  override func initialRate(_ group: Int, _ last: Double) throws -> Double { last * factor }
}

/// Rates that go in a straight line from one factor to another: a warm-up, for example.
///
///     let scheduler = try LinearLR(optimizer, startFactor: 0.1, totalIters: 10)
public final class LinearLR: EpochScheduler {
  private let startFactor: Double
  private let endFactor: Double
  private let totalIters: Int

  /// - Parameters:
  ///   - optimizer: The optimizer whose rates are changed.
  ///   - startFactor: What rates are multiplied by in epoch 0.
  ///   - endFactor: What they are multiplied by in the end.
  ///   - totalIters: The epoch in which the end is reached.
  /// - Throws: `TensorError.argument` for a first factor that is not above 0 and at most 1, or a
  ///   second one outside of [0, 1].
  public init(
    _ optimizer: any Optimizer, startFactor: Double = 1 / 3, endFactor: Double = 1,
    totalIters: Int = 5
  ) throws {
    self.startFactor = startFactor
    self.endFactor = endFactor
    self.totalIters = totalIters
    super.init(optimizer)
    try require(.upToOne, "a start factor", startFactor)
    try require(.unit, "an end factor", endFactor)
    try start()
  }

  override func rate(_ group: Int, _ last: Double) throws -> Double {
    if epoch > totalIters { return last }
    let slope = endFactor - startFactor
    return last * (1 + slope / (Double(totalIters) * startFactor + Double(epoch - 1) * slope))
  }

  override func initialRate(_ group: Int, _ last: Double) throws -> Double { last * startFactor }
}

/// Rates that go to 0 as a power of the epochs that are left.
///
///     let scheduler = try PolynomialLR(optimizer, totalIters: 100, power: 2)
public final class PolynomialLR: EpochScheduler {
  private let totalIters: Int
  private let power: Double

  /// - Parameters:
  ///   - optimizer: The optimizer whose rates are changed.
  ///   - totalIters: The epoch in which rates are 0.
  ///   - power: The power; 1 is a straight line.
  /// - Throws: `TensorError.argument` for fewer than 1 epochs.
  public init(_ optimizer: any Optimizer, totalIters: Int = 5, power: Double = 1) throws {
    self.totalIters = totalIters
    self.power = power
    super.init(optimizer)
    try require("a number of epochs", totalIters, atLeast: 1)
    try start()
  }

  override func rate(_ group: Int, _ last: Double) throws -> Double {
    if epoch > totalIters { return last }
    let total = Double(totalIters)
    return last * pow((1 - Double(epoch) / total) / (1 - Double(epoch - 1) / total), power)
  }
}
