import Martlet

extension OperationTable {
  /// Stacking, splitting, rolling and turning.
  mutating func addStacking() {
    addEach("atleast_1d") { try $0.atLeast1d() }
    addEach("atleast_2d") { try $0.atLeast2d() }
    addEach("atleast_3d") { try $0.atLeast3d() }
    add("hstack") { try hstack($0.tensors(0)) }
    add("vstack") { try vstack($0.tensors(0)) }
    add("dstack") { try dstack($0.tensors(0)) }
    add("column_stack") { try columnStack($0.tensors(0)) }
    add("broadcast_tensors") { try broadcastTensors($0.rest(from: 0).map { try $0.tensor() }) }
    add("roll") {
      try $0.tensor(0).roll($0.ints(1, "shifts"), $0[2, "dims"]?.ints() ?? [])
    }
    add("tile") { try $0.tensor(0).tile($0.variadicInts(from: 1, "dims")) }
    add("rot90") {
      try $0.tensor(0).rot90($0.int(1, "k", default: 1), $0[2, "dims"]?.ints() ?? [0, 1])
    }
    unary("fliplr") { try $0.fliplr() }
    unary("flipud") { try $0.flipud() }
    add("tensor_split") { try parts($0, along: $0.int(2, "dim", default: 0)) }
    add("hsplit") { try parts($0, along: $0.tensor(0).rank == 1 ? 0 : 1) }
    add("vsplit") { try parts($0, along: 0) }
    add("dsplit") { try parts($0, along: 2) }
    unary("positive") { x in
      guard x.dtype != .bool else { throw Unsupported("positive of bools") }
      return x
    }
  }
}

extension OperationTable {
  /// A function of one tensor that PyTorch maps over a list or several arguments.
  fileprivate mutating func addEach(_ name: String, _ call: @escaping (Tensor) throws -> Tensor) {
    add(name) { arguments in
      try arguments.rest(from: 0).flatMap { argument in
        try argument.isTensor ? [call(argument.tensor())] : argument.tensors().map(call)
      }
    }
  }
}

private func parts(_ arguments: Arguments, along dim: Int) throws -> [Tensor] {
  let x = try arguments.tensor(0)
  let cuts =
    try arguments[1, "indices_or_sections"] ?? arguments["indices"] ?? arguments["sections"]
    ?? arguments.required(1, "indices_or_sections")
  if cuts.isTensor, try cuts.tensor().rank == 1 {
    return try x.tensorSplit(at: cuts.tensor().array(of: Int.self), dim)
  }
  return cuts.elements == nil
    ? try x.tensorSplit(cuts.int(), dim) : try x.tensorSplit(at: cuts.ints(), dim)
}
