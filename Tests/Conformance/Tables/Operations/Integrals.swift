import Martlet

extension OperationTable {
  /// Differences, integrals and other sizes.
  mutating func addIntegrals() {
    add("gradient") { try gradient($0) }
    add("trapezoid", "trapz") {
      try integral(
        $0, spaced: { try $0.trapezoid(spacing: $1, $2) }, at: { try $0.trapezoid(at: $1, $2) })
    }
    add("cumulative_trapezoid") {
      try integral(
        $0, spaced: { try $0.cumulativeTrapezoid(spacing: $1, $2) },
        at: { try $0.cumulativeTrapezoid(at: $1, $2) })
    }
    add("sum_to_size") { try $0.tensor(0).sumToSize($0.variadicInts(from: 1, "size")) }
    add("renorm") {
      try $0.tensor(0).renorm(
        $0.double(1, "p"), dim: $0.int(2, "dim"), maxNorm: $0.double(3, "maxnorm"))
    }
    // The calls are in-place methods; of the results, which hold whatever was in memory, shape and
    // dtype count.
    add("resize_") { try $0.tensor(0).resized($0.variadicInts(from: 1, "size")) }
    add("resize_as_") { try $0.tensor(0).resized(as: $0.tensor(1, "the_template")) }
    add("as_strided_scatter") {
      try $0.tensor(0).asStridedScatter(
        $0.tensor(1, "src"), $0.ints(2, "size"), strides: $0.ints(3, "stride"),
        offset: $0[4, "storage_offset"]?.int())
    }
    add("slice") { arguments in
      let x = try arguments.tensor(0)
      let dim = try arguments.int(1, "dim", default: 0)
      var index = Array(repeating: TensorIndex.all, count: x.rank)
      let place = dim < 0 ? dim + x.rank : dim
      guard index.indices.contains(place) else { throw Inexpressible("no dimension \(dim)") }
      index[place] = try .slice(
        from: arguments[2, "start"]?.int(), to: arguments[3, "end"]?.int(),
        by: arguments.int(4, "step", default: 1))
      return try x[index]
    }
  }
}

private func gradient(_ arguments: Arguments) throws -> [Tensor] {
  let x = try arguments.tensor(0)
  let dims = try arguments["dim"]?.ints()
  let order = try arguments.int(nil, "edge_order", default: 1)
  guard let spacing = arguments["spacing"] else { return try x.gradient(dims, edgeOrder: order) }
  guard let each = spacing.elements else {
    return try x.gradient(spacing: spacing.double(), dims, edgeOrder: order)
  }
  if each.first?.isTensor == true {
    return try x.gradient(coordinates: spacing.tensors(), dims, edgeOrder: order)
  }
  return try x.gradient(spacings: spacing.doubles(), dims, edgeOrder: order)
}

private func integral(
  _ arguments: Arguments, spaced: (Tensor, Double, Int) throws -> Tensor,
  at: (Tensor, Tensor, Int) throws -> Tensor
) throws -> Tensor {
  let y = try arguments.tensor(0, "y")
  let dim = try arguments.int(nil, "dim", default: -1)
  guard let x = arguments[1, "x"] else {
    return try spaced(y, arguments.double(nil, "dx", default: 1), dim)
  }
  return try at(y, x.tensor(), dim)
}
