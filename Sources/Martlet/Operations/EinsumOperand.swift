/// A tensor whose dimensions have labels, each once.
struct EinsumOperand {
  typealias Label = EinsumEquation.Label

  let tensor: Tensor
  let labels: [Label]

  private init(_ tensor: Tensor, _ labels: [Label]) {
    self.tensor = tensor
    self.labels = labels
  }

  /// Takes the diagonals of labels that are there twice.
  init(_ tensor: Tensor, labels: [Label], _ plan: EinsumEquation) throws {
    var tensor = tensor
    var labels = labels
    while let second = labels.indices.first(where: { labels[..<$0].contains(labels[$0]) }),
      let first = labels.firstIndex(of: labels[second])
    {
      guard tensor.sizes[first] == tensor.sizes[second] else {
        throw plan.failure(
          "a repeated letter has sizes \(tensor.sizes[first]) and \(tensor.sizes[second])")
      }
      tensor = try tensor.diagonal(dim1: first, dim2: second)
      labels.append(labels[first])
      labels.remove(at: second)
      labels.remove(at: first)
    }
    self.init(tensor, labels)
  }

  private func size(_ label: Label) -> Int? {
    labels.firstIndex(of: label).map { tensor.sizes[$0] }
  }

  /// Without the labels that nobody needs any more.
  private func summed(keeping needed: Set<Label>) throws -> EinsumOperand {
    let dims = labels.indices.filter { !needed.contains(labels[$0]) }
    if dims.isEmpty { return self }
    return EinsumOperand(
      try tensor.sum(dims, dtype: tensor.dtype), labels.filter { needed.contains($0) })
  }

  /// In the order of `wanted`, where labels that are missing have size 1.
  private func aligned(_ wanted: [Label]) throws -> Tensor {
    var x = try tensor.permute(wanted.compactMap { labels.firstIndex(of: $0) })
    for (i, label) in wanted.enumerated() where !labels.contains(label) { x = try x.unsqueezed(i) }
    return x
  }

  /// The product with another operand, summed over the labels that are not needed any more: one
  /// batched matrix product.
  func product(_ other: EinsumOperand, keeping needed: Set<Label>, _ plan: EinsumEquation) throws
    -> EinsumOperand
  {
    let a = try summed(keeping: needed.union(other.labels))
    let b = try other.summed(keeping: needed.union(labels))
    for label in a.labels {
      if let x = a.size(label), let y = b.size(label), x != y, x != 1, y != 1 {
        throw plan.failure("a letter has sizes \(x) and \(y)")
      }
    }
    let shared = a.labels.filter { b.labels.contains($0) }
    let batch = shared.filter { needed.contains($0) }
    let inner = shared.filter { !needed.contains($0) }
    let rows = a.labels.filter { !shared.contains($0) }
    let columns = b.labels.filter { !shared.contains($0) }
    func extent(_ labels: [Label]) -> [Int] {
      labels.map {
        let (x, y) = (a.size($0) ?? 1, b.size($0) ?? 1)
        return x == 1 ? y : x
      }
    }
    func count(_ labels: [Label]) -> Int { extent(labels).reduce(1, *) }
    let left = try a.aligned(batch + rows + inner).expanded(extent(batch + rows + inner))
      .reshape([count(batch), count(rows), count(inner)])
    let right = try b.aligned(batch + inner + columns).expanded(extent(batch + inner + columns))
      .reshape([count(batch), count(inner), count(columns)])
    let labels = batch + rows + columns
    return EinsumOperand(try left.matmul(right).reshape(extent(labels)), labels)
  }

  func arranged(_ output: [Label], _ plan: EinsumEquation) throws -> Tensor {
    try summed(keeping: Set(output)).aligned(output)
  }
}
