/// Sums of products by Einstein's convention: every letter is a dimension, letters that the result
/// lacks are summed over, and `...` stands for dimensions that broadcast. Without `->` the result
/// has the letters that occur once, in alphabetical order.
///
///     try einsum("bij,bjk->bik", x, y)
///
/// Of more than two tensors those are multiplied first whose product makes the whole cheapest.
///
/// - Throws: `TensorError.argument` for an equation that does not fit the tensors.
public func einsum(_ equation: String, _ tensors: Tensor...) throws -> Tensor {
  try einsum(equation, tensors)
}

/// As `einsum` with the tensors one by one.
public func einsum(_ equation: String, _ tensors: [Tensor]) throws -> Tensor {
  let tensors = try Autocast.low(tensors)
  let plan = try EinsumEquation(equation, ranks: tensors.map(\.rank))
  var operands = try zip(tensors, plan.inputs).map { try EinsumOperand($0, labels: $1, plan) }
  let order = operands.count > 2 ? plan.order(of: operands).steps : [(0, 1)]
  for (first, second) in order.prefix(Swift.max(operands.count - 1, 0)) {
    let (x, y) = (operands[first], operands[second])
    operands.remove(at: Swift.max(first, second))
    operands.remove(at: Swift.min(first, second))
    let needed = Set(operands.flatMap(\.labels)).union(plan.output)
    operands.append(try x.product(y, keeping: needed, plan))
  }
  guard let result = operands.first else { throw plan.failure("there are no tensors") }
  return try result.arranged(plan.output, plan)
}

/// The labels of an equation: letters, and numbers for the dimensions of an ellipsis.
struct EinsumEquation {
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

  /// The cheapest order of the products of operands.
  func order(of operands: [EinsumOperand]) -> ContractionOrder {
    // Letters of either case and 12 broadcast dimensions are 64 labels at most: a bit each.
    var bits: [Label: Int] = [:]
    var sizes: [Double] = []
    func set(_ labels: [Label]) -> UInt64 { labels.reduce(0) { $0 | 1 << (bits[$1] ?? 0) } }
    for operand in operands {
      for (label, size) in zip(operand.labels, operand.tensor.shape) {
        let bit = bits[label] ?? bits.count
        if bits.updateValue(bit, forKey: label) == nil { sizes.append(1) }
        sizes[bit] = Swift.max(sizes[bit], Double(size))
      }
    }
    return ContractionOrder(operands.map { set($0.labels) }, kept: set(output), sizes: sizes)
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
