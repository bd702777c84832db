import Martlet

/// What a case of a module needs of it, whatever its inputs are.
protocol ModuleUnderTest: AnyObject {
  /// In declaration order, by PyTorch's names.
  var parameters: [(name: String, value: Tensor)] { get throws }
  var buffers: [(name: String, value: Tensor)] { get throws }
  func convert(to dtype: DType) throws
  func setTraining(_ isTraining: Bool) throws
  func load(_ state: [String: Tensor]) throws
  /// The results, flattened.
  func forward(_ arguments: Arguments) throws -> [Output]
}

/// Maps PyTorch's modules and their constructor arguments to Martlet's.
struct ModuleTable {
  typealias Entry = (Arguments) throws -> any ModuleUnderTest

  private var entries: [String: Entry] = [:]

  func entry(_ name: String) throws -> Entry {
    guard let entry = entries[name] else { throw Unsupported("module \(name)") }
    return entry
  }

  mutating func add(_ name: String, make: @escaping Entry) { entries[name] = make }
}
