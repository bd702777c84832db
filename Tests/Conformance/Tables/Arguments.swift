import Martlet

/// The arguments of one call, by position or by PyTorch's keyword.
///
/// Every argument that is given has to be asked for: what an implementation does not look at, it
/// does not support.
final class Arguments {
  /// Inputs that require gradients, by path.
  private(set) var tracked: [(path: Path, tensor: Tensor)] = []
  /// What the call has changed in its inputs, where Martlet returns new values instead.
  private(set) var mutated: [Path: Tensor] = [:]

  private let positional: [CallArgument]
  private let keywords: [String: CallArgument]
  private var consumed: Set<Path> = []

  init(
    positional: [Value], keywords: [String: Value], storage: SafetensorsStorage
  ) throws {
    var tracked: [(path: Path, tensor: Tensor)] = []
    func argument(_ value: Value, _ path: Path) throws -> CallArgument {
      try CallArgument(value, path: path, storage: storage) { tracked.append(($0, $1)) }
    }
    self.positional = try positional.enumerated().map { try argument($1, .argument($0)) }
    self.keywords = try Dictionary(
      uniqueKeysWithValues: keywords.sorted { $0.key < $1.key }.map {
        ($0, try argument($1, .keyword($0)))
      })
    self.tracked = tracked
  }

  convenience init(_ testCase: JSONObject, storage: SafetensorsStorage) throws {
    try self.init(
      positional: Value.list(testCase, "args"), keywords: Value.dictionary(testCase, "kwargs"),
      storage: storage)
  }

  /// The number of arguments given by position.
  var count: Int { positional.count }

  func hasKeyword(_ name: String) -> Bool { keywords[name] != nil }

  /// The argument at a position or of a name; nil if it is not given or is `None`.
  subscript(position: Int?, name: String) -> CallArgument? {
    let byPosition = position.flatMap { positional.indices.contains($0) ? positional[$0] : nil }
    guard let argument = byPosition ?? keywords[name] else { return nil }
    consumed.insert(argument.path)
    if case .none = argument.value { return nil }
    return argument
  }

  /// An argument that is only given by name.
  subscript(name: String) -> CallArgument? { self[nil, name] }

  func required(_ position: Int?, _ name: String) throws -> CallArgument {
    guard let argument = self[position, name] else {
      throw Inexpressible("\(name) is missing")
    }
    return argument
  }

  /// All positional arguments from `position` on.
  func rest(from position: Int) -> [CallArgument] {
    guard position < positional.count else { return [] }
    return positional[position...].map {
      consumed.insert($0.path)
      return $0
    }
  }

  /// Says what the call has left in an input. Nothing happens if the input is not a tensor.
  func mutate(_ argument: CallArgument?, _ value: Tensor?) {
    guard let argument, let value else { return }
    mutated[argument.path] = value
  }

  /// Throws if an argument was given that nothing has looked at.
  func requireAllConsumed() throws {
    for argument in positional + keywords.values.sorted(by: { $0.name < $1.name })
    where !consumed.contains(argument.path) && !argument.isWithoutEffect {
      throw Unsupported("argument \(argument.path): \(argument.value.kind)")
    }
  }
}

extension Arguments {
  func tensor(_ position: Int?, _ name: String = "input") throws -> Tensor {
    try required(position, name).tensor()
  }
  func tensors(_ position: Int?, _ name: String = "tensors") throws -> [Tensor] {
    try required(position, name).tensors()
  }
  func int(_ position: Int?, _ name: String) throws -> Int { try required(position, name).int() }
  func int(_ position: Int?, _ name: String, default value: Int) throws -> Int {
    try self[position, name]?.int() ?? value
  }
  func ints(_ position: Int?, _ name: String) throws -> [Int] {
    try required(position, name).ints()
  }
  func double(_ position: Int?, _ name: String, default value: Double) throws -> Double {
    try self[position, name]?.double() ?? value
  }
  func double(_ position: Int?, _ name: String) throws -> Double {
    try required(position, name).double()
  }
  func bool(_ position: Int?, _ name: String, default value: Bool = false) throws -> Bool {
    try self[position, name]?.bool() ?? value
  }
  func string(_ position: Int?, _ name: String, default value: String) throws -> String {
    try self[position, name]?.string() ?? value
  }
  func scalar(_ position: Int?, _ name: String) throws -> Scalar {
    try required(position, name).scalar()
  }
  func scalar(_ position: Int?, _ name: String, default value: Scalar) throws -> Scalar {
    try self[position, name]?.scalar() ?? value
  }
  func dtype(_ position: Int? = nil, _ name: String = "dtype") throws -> DType? {
    try self[position, name]?.dtype()
  }

  /// Sizes or dimensions, given as one list or as the remaining positional arguments.
  func variadicInts(from position: Int, _ name: String) throws -> [Int] {
    if let named = self[name] { return try named.ints() }
    let rest = rest(from: position)
    if rest.count == 1 { return try rest[0].ints() }
    return try rest.map { try $0.int() }
  }
}
