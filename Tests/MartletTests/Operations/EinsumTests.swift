import Testing

@testable import Martlet

/// Products over several tensors: the order must be the cheapest, and must not show in the result.
@Suite struct EinsumTests {
  /// The sums of products by loops over all labels. Letters of the result that are missing are
  /// summed over.
  static func naive(_ equation: String, _ tensors: [Tensor]) throws -> Naive {
    let sides = equation.split(separator: ">").map(String.init)
    let terms = sides[0].dropLast().split(separator: ",", omittingEmptySubsequences: false)
    let output = sides.count > 1 ? Array(sides[1]) : []
    let operands = try tensors.map { try Naive($0) }
    var sizes: [Character: Int] = [:]
    for (term, operand) in zip(terms, operands) {
      for (letter, size) in zip(term, operand.shape) { sizes[letter] = size }
    }
    let inner = sizes.keys.filter { !output.contains($0) }.sorted()
    let shape = output.map { sizes[$0] ?? 1 }
    return Naive(shape) { place in
      positions(of: inner.map { sizes[$0] ?? 1 }).reduce(0.0) { sum, rest in
        let at = Dictionary(uniqueKeysWithValues: zip(output + inner, place + rest))
        return sum
          + zip(terms, operands).reduce(1.0) { $0 * $1.1[$1.0.map { at[$0] ?? 0 }] }
      }
    }
  }

  static let equations: [(String, [[Int]])] = [
    ("ij->ji", [[2, 3]]), ("ij->", [[2, 3]]), ("ii->i", [[3, 3]]), ("iij->j", [[2, 2, 3]]),
    ("i,j->ij", [[2], [3]]), ("ij,jk->ik", [[2, 3], [3, 4]]), ("ij,kj->ki", [[2, 3], [4, 3]]),
    ("bij,bjk->bik", [[2, 3, 2], [2, 2, 4]]), ("ij,ij->", [[2, 3], [2, 3]]),
    ("ij,jk,kl->il", [[2, 3], [3, 4], [4, 2]]), ("i,i,i->i", [[3], [3], [3]]),
    ("ij,jk,ki->", [[2, 3], [3, 4], [4, 2]]), ("a,b,c,d->dbca", [[2], [3], [2], [3]]),
    ("abc,cd,def,eb->fa", [[2, 3, 2], [2, 3], [3, 2, 2], [2, 3]]),
    ("ab,bc,cd,de,ef->af", [[2, 3], [3, 2], [2, 4], [4, 2], [2, 3]]),
    (",ij,->i", [[], [2, 3], []]), ("ab,b,cb,db->acd", [[2, 3], [3], [2, 3], [3, 3]]),
    (
      "ab,bc,cd,de,ef,fg,gh,hi,ij,jk->ak",
      [[2, 3], [3, 2], [2, 2], [2, 3], [3, 2], [2, 2], [2, 3], [3, 2], [2, 2], [2, 3]]
    ),
    ("ij,jk->ik", [[2, 0], [0, 3]]), ("ij,jk,kl->il", [[0, 2], [2, 3], [3, 2]]),
  ]

  @Test(arguments: equations) func againstLoops(_ equation: String, _ shapes: [[Int]]) throws {
    let tensors = try shapes.enumerated().map { try sample($1, $0 + 1) }
    try expectEqual(
      einsum(equation, tensors), Self.naive(equation, tensors), tolerance: 1e-12, equation)
  }

  @Test(arguments: ["ij,jk,kl->il", "ij,jk,ki->", "i,ij,j,j->"]) func gradients(
    _ equation: String
  ) throws {
    let size: [Character: Int] = ["i": 2, "j": 3, "k": 2, "l": 2]
    let terms = equation.split(separator: ">")[0].dropLast().split(separator: ",")
    let tensors = try terms.enumerated().map { number, term in
      try sample(term.map { size[$0] ?? 1 }, number).requiringGrad()
    }
    try gradientCheck(tensors) { [try einsum(equation, $0)] }
  }

  /// The least cost over all orders, tried one by one.
  private func exhaustive(_ list: [UInt64], _ kept: UInt64, _ sizes: [Double]) -> Double {
    func volume(_ labels: UInt64) -> Double {
      sizes.indices.reduce(1) { $0 * (labels >> UInt64($1) & 1 == 1 ? sizes[$1] : 1) }
    }
    if list.count == 1 { return 0 }
    var best = Double.infinity
    for i in list.indices {
      for j in list.indices where j > i {
        let rest = list.indices.filter { $0 != i && $0 != j }.map { list[$0] }
        let needed = rest.reduce(kept, |)
        // What an operand has alone is summed over before it is multiplied.
        let own = (list[i] & (list[j] | needed)) | (list[j] & (list[i] | needed))
        let cost =
          volume(own) + exhaustive(rest + [(list[i] | list[j]) & needed], kept, sizes)
        best = min(best, cost)
      }
    }
    return best
  }

  @Test func cheapestOrder() throws {
    // A chain of matrices from a textbook: (A1 A2) A3 takes 7500 products, A1 (A2 A3) 75000.
    let chain = ContractionOrder(
      [0b0011, 0b0110, 0b1100], kept: 0b1001, sizes: [10, 100, 5, 50])
    #expect(chain.cost == 7500)
    #expect(chain.steps.map { [$0.first, $0.second].sorted() } == [[0, 1], [0, 1]])
    var state: UInt64 = 1
    func random(_ bound: UInt64) -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (state >> 33) % bound
    }
    for _ in 0..<200 {
      let count = 2 + Int(random(4))
      let sizes = (0..<6).map { _ in Double(1 + random(9)) }
      let operands = (0..<count).map { _ in random(64) }
      let kept = random(64) & operands.reduce(0, |)
      let order = ContractionOrder(operands, kept: kept, sizes: sizes)
      let best = exhaustive(operands, kept, sizes)
      #expect(order.cost == best, "\(operands), \(kept), \(sizes)")
      #expect(order.steps.count == count - 1)
    }
  }

  @Test func manyOperands() throws {
    // Matrices that grow towards the end: from the left each product stays small.
    let n = 20
    let operands = (0..<n).map { UInt64(0b11) << UInt64($0) }
    let sizes = (0...n).map { $0 == 0 ? 1.0 : Double($0) }
    let order = ContractionOrder(operands, kept: 1 | 1 << UInt64(n), sizes: sizes)
    #expect(order.steps.count == n - 1)
    let leftToRight = (1..<n).reduce(0.0) { $0 + sizes[0] * sizes[$1] * sizes[$1 + 1] }
    #expect(order.cost <= 2 * leftToRight)
    let x = try (0..<n).map { try sample([2, 2], $0) }
    let letters = "abcdefghijklmnopqrstu".map(String.init)
    let terms = (0..<n).map { letters[$0] + letters[$0 + 1] }.joined(separator: ",")
    let product = try x.dropFirst().reduce(x[0]) { try $0.matmul($1) }
    #expect(try einsum("\(terms)->au", x).allClose(product, rtol: 1e-12))
  }

  @Test func errors() throws {
    let x = try sample([2, 3])
    #expect(errorText { try einsum("ij,jk->ik", x, x) }.contains("a letter has sizes 3 and 2"))
    #expect(errorText { try einsum("ij,jk", x) } == #"einsum: "ij,jk": 2 terms for 1 tensors"#)
    #expect(errorText { try einsum("ij->ik", x) }.contains("a letter that no tensor has"))
  }
}
