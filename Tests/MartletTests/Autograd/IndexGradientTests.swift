import Testing

@testable import Martlet

/// Reading and writing by index, with repeated positions.
@Suite struct IndexGradientTests {
  typealias Case = (String, [Int], @Sendable (Tensor) throws -> Tensor)

  static let cases: [Case] = [
    ("list", [3, 4], { try $0[[2, 0, 2]] }), ("pairs", [3, 4], { try $0[[2, 0, 2], [1, 1, 1]] }),
    ("inner list", [3, 4], { try $0[.all, [3, 3]] }),
    ("apart", [3, 2, 4], { try $0[[2, 2], .all, [1, 0]] }),
    ("slice and list", [3, 4], { try $0[1..., [0, 2]] }),
    ("of a transposed one", [4, 3], { try $0.t()[[2, 0, 2]] }),
    ("mask", [3, 4], { try $0[$0.detached() .> 0] }),
    ("mask of rows", [3, 4], { try $0[Tensor([true, false, true])] }),
    ("maskedSelect", [3, 4], { try $0.maskedSelect(Tensor([true, false, true, false])) }),
    ("gather", [3, 4], { try $0.gather(1, Tensor([[0, 0, 3], [1, 2, 2]])) }),
    (
      "gather of an expanded one", [3, 1],
      { try $0.expanded(3, 4).gather(0, Tensor([[0, 0, 2, 2]])) }
    ),
    ("indexSelect", [3, 4], { try $0.indexSelect(1, Tensor([3, 0, 3])) }),
    ("gather, 0-d", [], { try $0.gather(0, Tensor(0)) }),
    ("empty list", [3, 4], { try $0[[Int]()] }),
    ("filled", [3, 4], { try $0.filled(9, where: $0.detached() .> 0) }),
    ("where", [3, 4], { try $0.where($0.detached() .> 0, else: $0 * 2) }),
    (
      "assign a number", [3, 4],
      {
        var x = try $0 * 2
        try x.assign(1, at: 1)
        return x
      }
    ),
    (
      "assign to a slice of itself", [3, 4],
      {
        var x = try $0 * 1
        try x.assign($0[0] * $0[1], at: .slice(by: 2))
        return x
      }
    ),
    (
      "assign by list", [3, 4],
      {
        var x = try $0 * 1
        try x.assign($0[0..<2].exp(), at: [2, 0])
        return x
      }
    ),
    (
      "add by list", [3, 4],
      {
        var x = try $0 * 1
        try x.add($0.exp(), at: [1, 1, 0])
        return x
      }
    ),
    (
      "add to a column", [3, 4],
      {
        var x = try $0.t()
        try x.add($0.exp().sum(1), at: 2)
        return x
      }
    ),
  ]

  @Test(arguments: cases.indices) func derivative(_ number: Int) throws {
    let (name, shape, function) = Self.cases[number]
    expectGradients(name, [try numbers(awayFromZero, shape)]) { try function($0[0]).square() }
  }

  @Test func scatters() throws {
    let x = try numbers(anywhere, [3, 4])
    let values = try numbers(anywhere, [2, 3], 1)
    let places = try Tensor([[0, 1, 3], [2, 0, 1]])
    let repeated = try Tensor([[0, 0, 3], [2, 2, 2]])
    expectGradients("scatter", [x, values]) { try $0[0].scatter(1, places, $0[1]).square() }
    expectGradients("scatterAdd", [x, values]) { try $0[0].scatterAdd(1, repeated, $0[1]).square() }
    expectGradients("scatterMax", [x, values]) {
      try $0[0].scatterReduce(1, repeated, $0[1], .max)
    }
    expectGradients("scatterMin", [x, values]) {
      try $0[0].scatterReduce(1, repeated, $0[1], .min)
    }
    expectGradients("scatterProd", [x, values]) {
      try $0[0].scatterReduce(1, repeated, $0[1], .prod)
    }
    let rows = try numbers(anywhere, [4, 4], 2)
    expectGradients("indexAdd", [x, rows]) {
      try $0[0].indexAdd(0, Tensor([2, 0, 2, 2]), $0[1], alpha: 0.5).square()
    }
    expectGradients("only the values", [values]) { try x.scatterAdd(1, repeated, $0[0]).square() }
    expectGradients("only x", [x]) { try $0[0].scatter(1, places, values).square() }
  }
}
