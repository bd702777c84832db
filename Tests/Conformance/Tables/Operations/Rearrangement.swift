import Martlet

extension OperationTable {
  /// Triangles, diagonals, norms, sampling and repetition.
  mutating func addRearrangement() {
    add("tril") { try $0.tensor(0).tril($0.int(1, "diagonal", default: 0)) }
    add("triu") { try $0.tensor(0).triu($0.int(1, "diagonal", default: 0)) }
    add("diag") { try $0.tensor(0).diag($0.int(1, "diagonal", default: 0)) }
    add("diag_embed") {
      try $0.tensor(0).diagEmbed(
        offset: $0.int(1, "offset", default: 0), dim1: $0.int(2, "dim1", default: -2),
        dim2: $0.int(3, "dim2", default: -1))
    }
    unary("trace") { try $0.trace() }
    add("norm") { try norm($0) }
    add("linalg.vector_norm") {
      try $0.tensor(0).norm(
        $0.double(1, "ord", default: 2), $0[2, "dim"]?.ints() ?? [],
        keepDim: $0.bool(3, "keepdim"), dtype: $0.dtype())
    }
    add("repeat_interleave") { arguments in
      let x = try arguments.tensor(0)
      let repeats = try arguments.required(1, "repeats")
      let dim = try arguments[2, "dim"]?.int()
      // Only a hint in PyTorch, which spares it a look at the counts.
      _ = try arguments["output_size"]?.int()
      return repeats.isTensor
        ? try x.repeatInterleave(repeats.tensor(), dim: dim)
        : try x.repeatInterleave(repeats.int(), dim: dim)
    }
    add("meshgrid") { arguments in
      let first = try arguments.required(0, "tensors")
      let lists =
        first.elements == nil
        ? try arguments.rest(from: 0).map { try $0.tensor() } : try first.tensors()
      return try meshgrid(
        lists, indexing: arguments.choice(nil, "indexing", default: .ij, ["ij": .ij, "xy": .xy]))
    }
    add("multinomial") {
      try $0.tensor(0).multinomial($0.int(1, "num_samples"), replacement: $0.bool(2, "replacement"))
    }
    add("bernoulli") { try $0.tensor(0).bernoulli() }
    add("einsum") { arguments in
      try einsum(arguments.required(0, "equation").string(), arguments.tensors(1, "operands"))
    }
    addProductSum("addmm") { try $0.addmm($1, $2, beta: $3, alpha: $4) }
    addProductSum("addmv") { try $0.addmv($1, $2, beta: $3, alpha: $4) }
    addProductSum("addr") { try $0.addr($1, $2, beta: $3, alpha: $4) }
    addProductSum("baddbmm") { try $0.baddbmm($1, $2, beta: $3, alpha: $4) }
    addProductSum("addbmm") { try $0.addbmm($1, $2, beta: $3, alpha: $4) }
  }

  private mutating func addProductSum(
    _ name: String, _ call: @escaping (Tensor, Tensor, Tensor, Double, Double) throws -> Tensor
  ) {
    add(name) { arguments in
      try call(
        arguments.tensor(0), arguments.required(1, "first").tensor(),
        arguments.required(2, "second").tensor(), arguments.double(nil, "beta", default: 1),
        arguments.double(nil, "alpha", default: 1))
    }
  }
}

/// `torch.norm`: p is a number, or the name of one.
private func norm(_ arguments: Arguments) throws -> Tensor {
  var p = 2.0
  if let argument = arguments[1, "p"] {
    if case .string("nuc") = argument.value {
      return try arguments.tensor(0).matrixNorm(
        .nuclear, arguments[2, "dim"]?.ints() ?? [-2, -1], keepDim: arguments.bool(3, "keepdim"),
        dtype: arguments.dtype())
    }
    if case .string(let name) = argument.value {
      let names: [String: Double] = ["fro": 2, "inf": .infinity, "-inf": -Double.infinity]
      guard let number = names[name] else { throw Unsupported("norm(p: \"\(name)\")") }
      p = number
    } else {
      p = try argument.double()
    }
  }
  return try arguments.tensor(0).norm(
    p, arguments[2, "dim"]?.ints() ?? [], keepDim: arguments.bool(3, "keepdim"),
    dtype: arguments.dtype())
}
