import Martlet

/// One of the results of a call.
enum Output {
  case tensor(Tensor)
  case int(Int)
  case float(Double)
  case bool(Bool)
  case string(String)
  case ints([Int])
  case list([Output])
  /// Nothing, where something might have been.
  case none
}

/// What an entry of a table may return. Results that are several come in PyTorch's order.
protocol OutputConvertible {
  var outputs: [Output] { get }
}

extension Tensor: OutputConvertible { var outputs: [Output] { [.tensor(self)] } }
extension Int: OutputConvertible { var outputs: [Output] { [.int(self)] } }
extension Double: OutputConvertible { var outputs: [Output] { [.float(self)] } }
extension Bool: OutputConvertible { var outputs: [Output] { [.bool(self)] } }
extension Output: OutputConvertible { var outputs: [Output] { [self] } }
extension Array: OutputConvertible where Element: OutputConvertible {
  var outputs: [Output] { flatMap(\.outputs) }
}

extension Output {
  var tensor: Tensor? {
    if case .tensor(let tensor) = self { tensor } else { nil }
  }

  /// Throws unless it is the expected value.
  func expect(_ expected: Value, in storage: SafetensorsStorage, _ tolerance: Tolerance) throws {
    switch (self, expected) {
    case (.tensor(let tensor), .tensor(let spec)):
      try tensor.flattened().expect(closeTo: FlatTensor(spec, in: storage), tolerance)
    case (.tensor(let tensor), .undefined(let shape, let dtype)):
      try tensor.flattened().expect(shape: shape, type: ElementType(name: dtype))
    case (.none, .none): break
    case (.int(let actual), .int(let wanted)) where actual == wanted: break
    case (.bool(let actual), .bool(let wanted)) where actual == wanted: break
    case (.string(let actual), .string(let wanted)) where actual == wanted: break
    case (.float(let actual), .float(let wanted)) where tolerance.accepts(actual, wanted): break
    case (.ints(let actual), .list), (.ints(let actual), .tuple):
      try Output.list(actual.map(Output.int)).expect(expected, in: storage, tolerance)
    case (.list(let actual), .list(let wanted)), (.list(let actual), .tuple(let wanted)):
      guard actual.count == wanted.count else {
        throw Mismatch("expected \(wanted.count) elements, got \(actual.count)")
      }
      for (a, w) in zip(actual, wanted) { try a.expect(w, in: storage, tolerance) }
    default: throw Mismatch("expected \(expected.kind), got \(summary)")
    }
  }

  private var summary: String {
    switch self {
    case .tensor(let tensor): "\(tensor.dtype) tensor \(tensor.shape)"
    case .int(let value): "int \(value)"
    case .float(let value): "float \(value)"
    case .bool(let value): "bool \(value)"
    case .string(let value): "string \"\(value)\""
    case .ints(let values): "\(values)"
    case .list(let values): "list of \(values.count)"
    case .none: "nothing"
    }
  }
}
