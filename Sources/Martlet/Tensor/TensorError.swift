/// What can go wrong with tensors. Each case carries what clashed; the description is a sentence to
/// act on.
public enum TensorError: Error, Sendable, Equatable {
  /// Shapes that cannot be combined; `reason` says which sizes differ.
  case shape(operation: String, shapes: [[Int]], reason: String)
  /// A tensor with a number of dimensions that the operation does not take.
  case rank(operation: String, rank: Int, expected: String)
  /// A dimension that the tensor does not have.
  case dimension(operation: String, dim: Int, rank: Int)
  /// An index outside of its dimension.
  case index(operation: String, index: Int, size: Int, dim: Int)
  /// Element types that the operation does not take, or that cannot be combined.
  case dtype(operation: String, dtypes: [DType], reason: String)
  /// Tensors on different devices, or an operation that the device does not offer.
  case device(operation: String, reason: String)
  /// An argument out of its range.
  case argument(operation: String, reason: String)
  /// An integer divided by zero.
  case divisionByZero(operation: String)
  /// Gradients asked for in a way that they cannot be had.
  case autograd(String)
  /// A result, or a gradient, that is not a number, found by anomaly detection.
  case anomaly(operation: String, reason: String)
  /// No memory for a tensor of this many bytes.
  case outOfMemory(bytes: Int)
  /// A file that cannot be read or written.
  case file(path: String, reason: String)
  /// A state dictionary that does not fit a module. Each list is complete.
  case stateDict(missing: [String], unexpected: [String], mismatched: [String])
  /// An error raised inside of a module, with the module's path and type.
  indirect case inModule(path: String, type: String, error: TensorError)
}

extension TensorError: CustomStringConvertible {
  /// A sentence that names the operation and what clashed.
  public var description: String {
    switch self {
    case .shape(let operation, let shapes, let reason):
      "\(operation): \(reason): \(shapes.map { "\($0)" }.joined(separator: " x "))"
    case .rank(let operation, let rank, let expected):
      "\(operation): a tensor of \(rank) dimension\(rank == 1 ? "" : "s"), expected \(expected)"
    case .dimension(let operation, let dim, let rank):
      rank == 0
        ? "\(operation): dimension \(dim) of a tensor without dimensions (expected 0 or -1)"
        : "\(operation): dimension \(dim) is out of range for \(rank) dimension\(rank == 1 ? "" : "s")"
          + " (expected \(-rank) to \(rank - 1))"
    case .index(let operation, let index, let size, let dim):
      "\(operation): index \(index) is out of range for dimension \(dim) of size \(size)"
    case .dtype(let operation, let dtypes, let reason):
      "\(operation): \(reason) (got \(dtypes.map(\.description).joined(separator: ", ")))"
    case .device(let operation, let reason): "\(operation): \(reason)"
    case .argument(let operation, let reason): "\(operation): \(reason)"
    case .divisionByZero(let operation): "\(operation): an integer is divided by zero"
    case .autograd(let reason): reason
    case .anomaly(let operation, let reason): "\(operation): \(reason)"
    case .outOfMemory(let bytes): "no memory for a tensor of \(bytes) bytes"
    case .file(let path, let reason): "\(path): \(reason)"
    case .stateDict(let missing, let unexpected, let mismatched):
      "the state dictionary does not fit"
        + [("missing", missing), ("unexpected", unexpected), ("mismatched", mismatched)]
        .filter { !$0.1.isEmpty }
        .map { "; \($0.0): \($0.1.joined(separator: ", "))" }.joined()
    case .inModule(let path, let type, let error):
      path.isEmpty ? "\(error), in \(type)" : "\(error), in \(path) (\(type))"
    }
  }
}
