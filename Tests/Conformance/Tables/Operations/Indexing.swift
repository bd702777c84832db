import Martlet

extension OperationTable {
  /// `x[...]`, read and written.
  mutating func addIndexing() {
    add("__getitem__") { try $0.tensor(0)[$0.required(1, "index").indexParts()] }
    add("index_put") { arguments in
      // A copy, since the input may be a variable, which must not change while it is recorded.
      var result = try arguments.tensor(0).clone()
      try result.put(
        arguments.tensor(2, "values"), at: arguments.required(1, "indices").indexParts(),
        accumulate: arguments.bool(3, "accumulate"))
      return result
    }
  }
}

extension CallArgument {
  /// A whole index: a tuple has a part for each dimension, anything else is one part.
  fileprivate func indexParts() throws -> [TensorIndex] {
    if case .tuple = value, let elements { return try elements.map { try $0.indexPart() } }
    return [try indexPart()]
  }

  private func indexPart() throws -> TensorIndex {
    switch value {
    case .int(let position): return position.tensorIndex
    case .none: return .newAxis
    case .ellipsis: return .ellipsis
    case .slice(let start, let stop, let step):
      return .slice(from: start, to: stop, by: step ?? 1)
    case .list: return try ints().tensorIndex
    case .tensor: return try tensor().tensorIndex
    default: throw Inexpressible("\(path): \(value.kind) in an index")
    }
  }
}
