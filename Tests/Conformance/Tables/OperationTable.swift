/// Maps PyTorch's operations and their arguments to calls of Martlet.
struct OperationTable {
  typealias Entry = (Arguments) throws -> [Output]

  private var entries: [String: Entry] = [:]

  func entry(_ name: String) throws -> Entry {
    guard let entry = entries[name] else { throw Unsupported("operation \(name)") }
    return entry
  }

  mutating func add<Result: OutputConvertible>(
    _ names: String..., call: @escaping (Arguments) throws -> Result
  ) {
    for name in names { entries[name] = { try call($0).outputs } }
  }
}
