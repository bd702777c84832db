/// What changes the learning rates of an optimizer while it trains.
///
///     let scheduler = try CosineAnnealingLR(optimizer, tMax: epochs)
///     for _ in 0..<epochs {
///       for (x, y) in batches { ... }
///       try scheduler.step()
///     }
///
/// Most schedulers multiply the present rates, so that several on one optimizer, or changes by
/// hand, work together. What a schedule calls an epoch is one call of `step()`, as often as that
/// is.
public protocol LRScheduler: AnyObject {
  /// The optimizer whose rates are changed.
  var optimizer: any Optimizer { get }

  /// Goes on to the next epoch, after the optimizer has taken its steps.
  ///
  /// - Throws: `TensorError.argument` from a scheduler that has reached its end or that needs a
  ///   metric.
  func step() throws

  /// Begins at epoch 0, with the rates that it has there: what `SequentialLR` calls when it is this
  /// scheduler's turn.
  func restart() throws

  /// Where the scheduler stands, by name, from which `load(stateDict:)` continues. Functions are
  /// not part of it, nor are the present rates, which the optimizer's own state has.
  func stateDict() -> TensorDictionary

  /// Takes over where a scheduler of the same kind stood. Either all or, when an error is thrown,
  /// nothing.
  ///
  /// - Throws: `TensorError.stateDict` listing everything that is missing, unexpected or does not
  ///   fit.
  func load(stateDict: TensorDictionary) throws
}

/// A number for every parameter group: one for all, or a list.
public protocol PerGroupConvertible {
  /// One number, or as many as there are groups.
  var perGroup: [Double] { get }
}

extension Double: PerGroupConvertible {
  /// The number itself.
  public var perGroup: [Double] { [self] }
}

extension Array: PerGroupConvertible where Element == Double {
  /// The list itself.
  public var perGroup: [Double] { self }
}

extension PerGroupConvertible {
  /// The numbers for each of `count` groups.
  func values(_ count: Int, _ scheduler: String, _ phrase: String) throws -> [Double] {
    let values = perGroup
    if values.count == 1 { return Array(repeating: values[0], count: count) }
    guard values.count == count else {
      throw TensorError.argument(
        operation: scheduler, reason: "\(values.count) \(phrase) for \(count) parameter groups")
    }
    return values
  }
}
