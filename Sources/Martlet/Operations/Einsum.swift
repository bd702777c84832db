/// Sums of products by Einstein's convention: every letter is a dimension, letters that the result
/// lacks are summed over, and `...` stands for dimensions that broadcast. Without `->` the result
/// has the letters that occur once, in alphabetical order.
///
///     try einsum("bij,bjk->bik", x, y)
///
/// - Throws: `TensorError.argument` for an equation that does not fit the tensors.
public func einsum(_ equation: String, _ tensors: Tensor...) throws -> Tensor {
  try einsum(equation, tensors)
}

public func einsum(_ equation: String, _ tensors: [Tensor]) throws -> Tensor {
  let plan = try EinsumEquation(equation, ranks: tensors.map(\.rank))
  var operands = try zip(tensors, plan.inputs).map { try EinsumOperand($0, labels: $1, plan) }
  guard var result = operands.first else { throw plan.failure("there are no tensors") }
  operands.removeFirst()
  for (i, operand) in operands.enumerated() {
    let later = Set(operands[(i + 1)...].flatMap(\.labels)).union(plan.output)
    result = try result.product(operand, keeping: later, plan)
  }
  return try result.arranged(plan.output, plan)
}

/// The labels of an equation: letters, and numbers for the dimensions of an ellipsis.
private struct EinsumEquation {
  enum Label: Hashable {
    case letter(Character)
    /// Counted from the last one.
    case broadcast(Int)
  }

  let text: String
  private(set) var inputs: [[Label]] = []
  private(set) var output: [Label] = []

  func failure(_ reason: String) -> TensorError {
    .argument(operation: "einsum", reason: "\"\(text)\": \(reason)")
  }

  init(_ text: String, ranks: [Int]) throws {
    self.text = text
    let clean = text.filter { $0 != " " }
    let sides = clean.split(separator: ">", omittingEmptySubsequences: false)
    guard sides.count <= 2, sides.count == 1 || sides[0].hasSuffix("-") else {
      throw failure("is no equation")
    }
    let left = sides.count == 2 ? sides[0].dropLast() : sides[0]
    let terms = left.split(separator: ",", omittingEmptySubsequences: false)
    guard terms.count == ranks.count else {
      throw failure("\(terms.count) terms for \(ranks.count) tensors")
    }
    var widest = 0
    for (term, rank) in zip(terms, ranks) {
      let letters = term.filter { $0 != "." }.count
      let dots = term.count - letters
      let extra = rank - letters
      guard dots == 0 ? extra == 0 : extra >= 0 else {
        throw failure("\"\(term)\" does not fit a tensor of \(rank) dimensions")
      }
      inputs.append(try labels(term, ellipsis: extra))
      if dots > 0 { widest = max(widest, extra) }
    }
    if sides.count == 2 {
      output = try labels(sides[1], ellipsis: widest)
      guard Set(output).count == output.count else { throw failure("the result repeats a letter") }
      let known = Set(inputs.joined())
      for label in output where !known.contains(label) {
        throw failure("the result has a letter that no tensor has")
      }
    } else {
      var counts: [Character: Int] = [:]
      for case .letter(let letter) in inputs.joined() { counts[letter, default: 0] += 1 }
      output =
        (0..<widest).reversed().map { Label.broadcast($0) }
        + counts.filter { $0.value == 1 }.keys.sorted().map { Label.letter($0) }
    }
  }

  private func labels(_ term: Substring, ellipsis: Int) throws -> [Label] {
    var labels: [Label] = []
    var rest = term
    var seen = false
    while let letter = rest.first {
      if letter == "." {
        guard rest.hasPrefix("..."), !seen else { throw failure("\"\(term)\" has stray dots") }
        seen = true
        rest = rest.dropFirst(3)
        labels += (0..<ellipsis).reversed().map { Label.broadcast($0) }
      } else {
        guard letter.isASCII, letter.isLetter else { throw failure("\"\(letter)\" is no letter") }
        labels.append(.letter(letter))
        rest = rest.dropFirst()
      }
    }
    return labels
  }
}

/// A tensor whose dimensions have labels, each once.
private struct EinsumOperand {
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
