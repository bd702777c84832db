import Martlet

extension OperationTable {
  /// Reading and writing elements by index or mask.
  mutating func addSelection() {
    add("masked_fill") { arguments in
      let x = try arguments.tensor(0)
      let mask = try arguments.tensor(1, "mask")
      let value = try arguments.required(2, "value")
      return value.isTensor
        ? try x.filled(value.tensor(), where: mask) : try x.filled(value.scalar(), where: mask)
    }
    add("masked_select") { try $0.tensor(0).maskedSelect($0.tensor(1, "mask")) }
    add("argwhere") { try $0.tensor(0).nonzero() }
    add("nonzero") { arguments in
      let x = try arguments.tensor(0)
      guard try arguments.bool(nil, "as_tuple") else { return [try x.nonzero()] }
      return try (x.rank == 0 ? x.unsqueezed(0) : x).nonzero().unbind(1)
    }
    add("gather") { try $0.tensor(0).gather($0.int(1, "dim"), $0.tensor(2, "index")) }
    add("index_select") { try $0.tensor(0).indexSelect($0.int(1, "dim"), $0.tensor(2, "index")) }
    add("index_add") {
      try $0.tensor(0).indexAdd(
        $0.int(1, "dim"), $0.tensor(2, "index"), $0.tensor(3, "source"),
        alpha: $0.double(nil, "alpha", default: 1))
    }
    add("scatter") { try scatter($0) }
    add("scatter_add") {
      try $0.tensor(0).scatterAdd($0.int(1, "dim"), $0.tensor(2, "index"), $0.tensor(3, "src"))
    }
    add("scatter_reduce") { try scatterReduce($0) }
    add("index_reduce") {
      try $0.tensor(0).indexReduce(
        $0.int(1, "dim"), $0.tensor(2, "index"), $0.tensor(3, "source"),
        reduction($0.required(4, "reduce").string()),
        includeSelf: $0.bool(nil, "include_self", default: true))
    }
    add("put") {
      try $0.tensor(0).put(
        $0.tensor(1, "index"), $0.tensor(2, "source"), accumulate: $0.bool(3, "accumulate"))
    }
    add("nonzero_static") {
      try $0.tensor(0).nonzeroStatic(
        $0.int(nil, "size"), fill: $0.int(nil, "fill_value", default: -1))
    }
  }
}

private func scatter(_ arguments: Arguments) throws -> Tensor {
  let x = try arguments.tensor(0)
  let dim = try arguments.int(1, "dim")
  let index = try arguments.tensor(2, "index")
  let source = try arguments.required(3, "src")
  if let reduce = try arguments["reduce"]?.string() {
    return try x.scatterReduce(dim, index, source.tensor(), reduction(reduce))
  }
  return source.isTensor
    ? try x.scatter(dim, index, source.tensor()) : try x.scatter(dim, index, source.scalar())
}

private func scatterReduce(_ arguments: Arguments) throws -> Tensor {
  return try arguments.tensor(0).scatterReduce(
    arguments.int(1, "dim"), arguments.tensor(2, "index"), arguments.tensor(3, "src"),
    reduction(arguments.string(4, "reduce", default: "sum")),
    includeSelf: arguments.bool(nil, "include_self", default: true))
}

private func reduction(_ name: String) throws -> Tensor.ScatterReduction {
  switch name {
  case "add", "sum": return .add
  case "multiply", "prod": return .prod
  case "amax": return .max
  case "amin": return .min
  case "mean": return .mean
  default: throw Unsupported("the scatter reduction \(name)")
  }
}
