import Martlet

/// What a case of an optimizer needs of it.
protocol OptimizerUnderTest: AnyObject {
  /// The current values, in the order in which they were given.
  var parameters: [Tensor] { get throws }
  /// Sets the gradients, of which some may be missing, and takes a step.
  func step(gradients: [Tensor?]) throws
  /// Takes a step that evaluates the loss, and its gradient, as often as it likes.
  ///
  /// - Parameter loss: the loss at the values of the parameters.
  /// - Returns: the loss at the start of the step.
  func step(loss: @escaping ([Tensor]) throws -> Tensor) throws -> Double
}

/// Maps PyTorch's optimizers and their hyper-parameters to Martlet's.
struct OptimizerTable {
  /// A parameter group: what it holds, as positions in the list of values, and what it overrides.
  struct Group {
    let parameters: [Int]
    let options: Arguments
  }

  /// Makes an optimizer of start values.
  typealias Entry = (
    _ values: [Tensor], _ groups: [Group], _ options: Arguments
  ) throws -> any OptimizerUnderTest

  private var entries: [String: Entry] = [:]

  func entry(_ name: String) throws -> Entry {
    guard let entry = entries[name] else { throw Unsupported("optimizer \(name)") }
    return entry
  }

  mutating func add(_ name: String, make: @escaping Entry) { entries[name] = make }
}
