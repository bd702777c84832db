import Martlet

/// One argument: its value, with tensors made, and where it was given.
final class CallArgument {
  let value: Value
  let path: Path
  /// The elements of a list or tuple.
  let elements: [CallArgument]?
  /// The arguments of a module's constructor.
  let constructor: Arguments?
  private let made: Tensor?

  /// - Parameter track: called with each tensor that requires gradients.
  init(
    _ value: Value, path: Path, storage: SafetensorsStorage, track: (Path, Tensor) -> Void
  ) throws {
    self.value = value
    self.path = path
    if case .module(_, let args, let kwargs) = value {
      constructor = try Arguments(positional: args, keywords: kwargs, storage: storage)
    } else {
      constructor = nil
    }
    switch value {
    case .tensor(let spec):
      let tensor = try Tensor(spec, in: storage)
      if spec.requiresGrad { track(path, tensor) }
      made = tensor
      elements = nil
    case .list(let values), .tuple(let values):
      made = nil
      elements = try values.enumerated().map {
        try CallArgument($1, path: path.appending($0), storage: storage, track: track)
      }
    default:
      made = nil
      elements = nil
    }
  }

  /// The keyword, or the position as text.
  var name: String { path.description }

  var isTensor: Bool { made != nil }

  /// Whether the argument asks for what is the case anyway.
  var isWithoutEffect: Bool {
    switch value {
    case .none, .layout("strided"), .device("cpu"): true
    case .memoryFormat("contiguous_format"), .memoryFormat("preserve_format"): true
    case .string("cpu"): path == .keyword("device")
    case .bool(false): path == .keyword("requires_grad") || path == .keyword("pin_memory")
    default: false
    }
  }

  var isCPU: Bool {
    switch value {
    case .device("cpu"), .string("cpu"): true
    default: false
    }
  }

  private func mismatch(_ expected: String) -> Inexpressible {
    Inexpressible("\(path): expected \(expected), got \(value.kind)")
  }

  /// The element of a tensor that stands for a plain number, as a caller would read it.
  private func single<E: TensorElement>(_ type: E.Type) throws -> E {
    let tensor = try tensor()
    guard tensor.shape.isEmpty, !tensor.requiresGrad else {
      throw Unsupported("\(path): a tensor for a number")
    }
    return try tensor.item(type)
  }

  func tensor() throws -> Tensor {
    guard let made else { throw mismatch("a tensor") }
    return made
  }

  func tensors() throws -> [Tensor] {
    guard let elements else { throw mismatch("a list of tensors") }
    return try elements.map { try $0.tensor() }
  }

  func int() throws -> Int {
    switch value {
    case .int(let value): return value
    case .tensor: return try single(Int.self)
    default: throw mismatch("an integer")
    }
  }

  /// A list of integers; a single one stands for a list of one.
  func ints() throws -> [Int] {
    if let elements { return try elements.map { try $0.int() } }
    return [try int()]
  }

  /// Integers of which some may be missing (`None`).
  func optionalInts() throws -> [Int?] {
    guard let elements else { return [try int()] }
    return try elements.map {
      if case .none = $0.value { return nil }
      return try $0.int()
    }
  }

  func double() throws -> Double {
    switch value {
    case .float(let value): return value
    case .int(let value): return Double(value)
    case .bool(let value): return value ? 1 : 0
    case .tensor: return try single(Double.self)
    default: throw mismatch("a number")
    }
  }

  func doubles() throws -> [Double] {
    if let elements { return try elements.map { try $0.double() } }
    return [try double()]
  }

  func bool() throws -> Bool {
    switch value {
    case .bool(let value): return value
    case .int(let value) where value == 0 || value == 1: return value == 1
    default: throw mismatch("a bool")
    }
  }

  func string() throws -> String {
    guard case .string(let value) = value else { throw mismatch("a string") }
    return value
  }

  func scalar() throws -> Scalar {
    switch value {
    case .int(let value): return .int(value)
    case .float(let value): return .float(value)
    case .bool(let value): return .bool(value)
    case .complex: throw Unsupported("complex numbers")
    case .tensor:
      return try tensor().dtype.isFloatingPoint
        ? .float(single(Double.self)) : .int(single(Int.self))
    default: throw mismatch("a number")
    }
  }

  func dtype() throws -> DType {
    guard case .dtype(let name) = value else { throw mismatch("a dtype") }
    return try DType(named: name)
  }
}
