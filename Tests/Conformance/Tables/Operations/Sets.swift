import Martlet

extension OperationTable {
  /// Distinct elements, choices and histograms.
  mutating func addSets() {
    add("unique") { arguments in
      // Sorted results are one of the orders that `sorted: false` allows.
      _ = try arguments.bool(1, "sorted", default: true)
      return try distinct(
        arguments, after: 1, alone: { try $0.unique($1) }, counted: { try $0.uniqueWithCounts($1) })
    }
    add("unique_consecutive") {
      try distinct(
        $0, after: 0, alone: { try $0.uniqueConsecutive($1) },
        counted: { try $0.uniqueConsecutiveWithCounts($1) })
    }
    add("combinations") {
      try $0.tensor(0).combinations(
        $0.int(1, "r", default: 2), withReplacement: $0.bool(2, "with_replacement"))
    }
    add("cartesian_prod") { try cartesianProd($0.rest(from: 0).map { try $0.tensor() }) }
    add("unravel_index") { try $0.tensor(0).unravelIndex($0.ints(1, "shape")) }
    add("broadcast_shapes") { arguments in
      try Output.ints(broadcastShapes(arguments.rest(from: 0).map { try $0.ints() }))
    }
    add("histc") {
      try $0.tensor(0).histc(
        bins: $0.int(1, "bins", default: 100), min: $0.double(2, "min", default: 0),
        max: $0.double(3, "max", default: 0))
    }
    add("histogram") { arguments in
      let found = try arguments.tensor(0).histogram(
        arguments.required(1, "bins").bins(), weight: arguments["weight"]?.tensor(),
        density: arguments.bool(nil, "density"))
      return [found.counts] + found.edges
    }
    add("histogramdd") { arguments in
      let bins = try arguments.required(1, "bins")
      guard let each = bins.elements else { throw Inexpressible("one count of bins for all") }
      let found = try arguments.tensor(0).histogramdd(
        each.map { try $0.bins() }, weight: arguments["weight"]?.tensor(),
        density: arguments.bool(nil, "density"))
      return [found.counts] + found.edges
    }
  }
}

extension CallArgument {
  /// The edges of bins, or how many there are.
  fileprivate func bins() throws -> HistogramBins {
    try isTensor && tensor().rank > 0 ? .edges(tensor()) : .equal(int())
  }
}

/// `torch.unique` and its like, whose positional arguments go on after `start`.
private func distinct(
  _ arguments: Arguments, after start: Int, alone: (Tensor, Int?) throws -> Tensor,
  counted: (Tensor, Int?) throws -> UniqueElements
) throws -> [Tensor] {
  let x = try arguments.tensor(0)
  let inverse = try arguments.bool(start + 1, "return_inverse")
  let counts = try arguments.bool(start + 2, "return_counts")
  let dim = try arguments[start + 3, "dim"]?.int()
  guard inverse || counts else { return [try alone(x, dim)] }
  let found = try counted(x, dim)
  return [found.values] + (inverse ? [found.inverse] : []) + (counts ? [found.counts] : [])
}
