/// Rates that are a function of the epoch, times the first ones.
///
///     let scheduler = try LambdaLR(optimizer) { epoch in 1 / Double(1 + epoch) }
public final class LambdaLR: FactorScheduler {
  override func rate(_ group: Int, _ last: Double) throws -> Double {
    try baseRates[group] * factors[group](epoch)
  }

  override func initialRate(_ group: Int, _ last: Double) throws -> Double {
    try rate(group, last)
  }
}

/// Rates that are multiplied in each epoch by a function of it, which is not asked about epoch 0.
///
///     let scheduler = try MultiplicativeLR(optimizer) { epoch in epoch < 10 ? 1 : 0.95 }
public final class MultiplicativeLR: FactorScheduler {
  override func rate(_ group: Int, _ last: Double) throws -> Double {
    try last * factors[group](epoch)
  }

  override func restartRate(_ group: Int, _ last: Double) throws -> Double {
    try rate(group, last)
  }
}

/// Schedulers whose rates follow functions of the epoch: `LambdaLR` and `MultiplicativeLR`.
public class FactorScheduler: EpochScheduler {
  final let factors: [(Int) throws -> Double]

  /// A scheduler with one function for all parameter groups.
  public convenience init(_ optimizer: any Optimizer, _ factor: @escaping (Int) throws -> Double)
    throws
  {
    try self.init(
      optimizer, Array(repeating: factor, count: optimizer.learningRates.count))
  }

  /// A scheduler with a function for each parameter group.
  ///
  /// - Throws: `TensorError.argument` for another number of functions than of groups.
  public init(_ optimizer: any Optimizer, _ factors: [(Int) throws -> Double]) throws {
    self.factors = factors
    super.init(optimizer)
    guard factors.count == baseRates.count else {
      throw TensorError.argument(
        operation: name,
        reason: "\(factors.count) functions for \(baseRates.count) parameter groups")
    }
    try start()
  }
}
