/// What a case of a learning-rate scheduler needs of it and of the optimizer below.
protocol SchedulerUnderTest: AnyObject {
  /// The learning rate of every parameter group.
  var learningRates: [Double] { get throws }
  /// SGD's momentum, or Adam's first beta, of every parameter group.
  var momentums: [Double] { get throws }
  /// Takes a step of the optimizer, then one of the scheduler.
  func step(metric: Double?) throws
}

/// Maps PyTorch's schedulers and their configurations to Martlet's.
struct SchedulerTable {
  /// Makes a scheduler on an optimizer.
  ///
  /// - Parameters:
  ///   - configuration: the arguments of the scheduler's constructor, as plain JSON.
  ///   - optimizer: `name`, `kwargs` and `groups` of the optimizer, as plain JSON.
  typealias Entry = (
    _ configuration: JSONObject, _ optimizer: JSONObject
  ) throws -> any SchedulerUnderTest

  private var entries: [String: Entry] = [:]

  func entry(_ name: String) throws -> Entry {
    guard let entry = entries[name] else { throw Unsupported("scheduler \(name)") }
    return entry
  }

  mutating func add(_ name: String, make: @escaping Entry) { entries[name] = make }
}
