/// Reads a state dictionary, collecting everything that is wrong with it.
final class StateReader {
  private let dictionary: TensorDictionary
  private var read: Set<String> = []
  private var problems = TensorError.StateProblems()

  init(_ dictionary: TensorDictionary) { self.dictionary = dictionary }

  /// Gives the tensor of this name to `body`, if there is one of this shape; a shape of nil is any.
  func read(
    _ name: String, shape: [Int]?, isOptional: Bool = false, _ body: (Tensor) throws -> Void
  ) {
    read.insert(name)
    guard let tensor = dictionary[name] else {
      if !isOptional { problems.missing.append(name) }
      return
    }
    if let shape, tensor.shape != shape {
      problems.mismatched.append("\(name) is \(tensor.shape), expected \(shape)")
      return
    }
    do {
      try body(tensor)
    } catch {
      problems.mismatched.append("\(name): \(error)")
    }
  }

  func read(_ name: String, into number: inout Double) {
    read(name, shape: []) { number = try $0.item(Double.self) }
  }

  /// Reads a count, which may be any that counting reaches.
  func read(_ name: String, isOptional: Bool = false, into number: inout Int) {
    read(name, shape: [], isOptional: isOptional) {
      let count = try $0.item(Int.self)
      guard count >= 0, count < 1 << 53 else {
        throw TensorError.argument(operation: "load", reason: "a count of \(count)")
      }
      number = count
    }
  }

  func contains(_ name: String) -> Bool { dictionary[name] != nil }

  /// Throws if anything was missing, was not read or did not fit.
  func finish() throws {
    problems.unexpected = dictionary.names.filter { !read.contains($0) }
    if !problems.isEmpty { throw problems.error }
  }
}

extension TensorError {
  /// What is wrong with a state dictionary, collected from its parts.
  struct StateProblems {
    var missing: [String] = []
    var unexpected: [String] = []
    var mismatched: [String] = []

    var isEmpty: Bool { missing.isEmpty && unexpected.isEmpty && mismatched.isEmpty }

    var error: TensorError {
      .stateDict(missing: missing, unexpected: unexpected, mismatched: mismatched)
    }

    /// Adds what `body` finds wrong with a part, under its names in the whole.
    mutating func collect(_ prefix: String, _ body: () throws -> Void) throws {
      do {
        try body()
      } catch TensorError.stateDict(let missing, let unexpected, let mismatched) {
        self.missing += missing.map { prefix + $0 }
        self.unexpected += unexpected.map { prefix + $0 }
        self.mismatched += mismatched.map { prefix + $0 }
      }
    }
  }
}
