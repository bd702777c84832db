import Martlet

/// The forms that most operations have.
extension OperationTable {
  /// One tensor in, one out.
  mutating func unary(_ names: String..., call: @escaping (Tensor) throws -> Tensor) {
    for name in names { add(name) { try call($0.tensor(0)) } }
  }

  /// Two operands, each a tensor or, where there is a form for it, a number.
  mutating func binary(
    _ names: String..., tensors: @escaping (Tensor, Tensor) throws -> Tensor,
    scalar: ((Tensor, Scalar) throws -> Tensor)? = nil,
    scalarFirst: ((Scalar, Tensor) throws -> Tensor)? = nil
  ) {
    for name in names {
      add(name) { arguments in
        let a = try arguments.required(0, "input")
        let b = try arguments.required(1, "other")
        switch (a.isTensor, b.isTensor) {
        case (true, false):
          guard let scalar else { break }
          return try scalar(a.tensor(), b.scalar())
        case (false, true):
          guard let scalarFirst else { break }
          return try scalarFirst(a.scalar(), b.tensor())
        default: break
        }
        return try tensors(a.tensor(), b.tensor())
      }
    }
  }

  /// Two operands of which either may be a number. Martlet's function takes tensors; one without
  /// dimensions stands for a number, also in type promotion.
  mutating func lifted(
    _ names: String..., tensors: @escaping (Tensor, Tensor) throws -> Tensor
  ) {
    for name in names {
      binary(name, tensors: tensors) {
        try tensors($0, Tensor.full([], $1))
      } scalarFirst: {
        try tensors(Tensor.full([], $0), $1)
      }
    }
  }

  /// The same with the operands the other way round: Python's `__radd__` and its like.
  mutating func reflected(
    _ name: String, tensors: @escaping (Tensor, Tensor) throws -> Tensor,
    scalarFirst: ((Scalar, Tensor) throws -> Tensor)? = nil
  ) {
    add(name) { arguments in
      let x = try arguments.tensor(0)
      let other = try arguments.required(1, "other")
      if !other.isTensor, let scalarFirst { return try scalarFirst(other.scalar(), x) }
      return try tensors(other.tensor(), x)
    }
  }
}
