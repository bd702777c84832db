import Testing

@testable import Martlet

/// Writing and adding through an index against loops.
@Suite struct IndexAssignmentTests {
  typealias Index = [TensorIndex]

  /// Indices without repeated positions.
  static func indices() throws -> [(String, Index)] {
    [
      ("row", [1.tensorIndex]), ("element", [1.tensorIndex, 2.tensorIndex]),
      ("column", [.ellipsis, (-1).tensorIndex]),
      ("slice", [(1..<3).tensorIndex, .slice(by: 2)]), ("reversed", [.slice(by: -1)]),
      ("new axis", [.newAxis, 0.tensorIndex]), ("list", [[2, 0].tensorIndex]),
      ("pairs", [[2, 0].tensorIndex, [1, 3].tensorIndex]),
      ("inner list", [.all, [3, 1].tensorIndex]),
      ("mask", [try Tensor([true, false, true]).tensorIndex]),
      ("full mask", [(try sample([3, 4]) .> 0).tensorIndex]),
      ("empty", [(2..<2).tensorIndex]), ("empty list", [[Int]().tensorIndex]),
    ]
  }

  static let layouts: [(String, @Sendable (Tensor) throws -> Tensor)] = [
    ("contiguous", { $0 }), ("transposed", { try $0.t().contiguous().t() }),
    ("strided", { try stack([$0, $0], dim: 2)[.ellipsis, 1] }),
  ]

  @Test(arguments: [false, true]) func everyIndex(accumulate: Bool) throws {
    for (name, index) in try Self.indices() {
      for (layout, arrange) in Self.layouts {
        for dtype in [DType.float32, .float64, .int16, .float16] {
          let original = try sample([3, 4], 3, dtype: dtype)
          let places = try Tensor.arange(12).reshape(3, 4)[index]
          let values = try sample(places.shape, 5, dtype: dtype)
          var expected = try Naive(original)
          for (place, value) in zip(
            try places.array(of: Int.self), try values.array(of: Double.self))
          {
            expected.values[place] = accumulate ? expected.values[place] + value : value
          }
          var x = try arrange(original)
          try x.put(values, at: index, accumulate: accumulate)
          try expectEqual(x, expected, "\(name), \(layout), \(dtype)")
          // A single value broadcasts.
          var y = try arrange(original)
          try y.put(Tensor(3).to(dtype), at: index, accumulate: false)
          #expect(try (y[index] .== 3).all().item(Bool.self), "\(name), \(layout)")
        }
      }
    }
  }

  @Test func repeatedPositions() throws {
    var x = Tensor.zeros([4])
    try x.add(Tensor([1.0, 10.0, 100.0, 1000.0]), at: [1, 3, 1, -1])
    #expect(try x.array(of: Int.self) == [0, 101, 0, 1010])
    // The last one stays.
    try x.assign(Tensor([5.0, 6.0, 7.0]), at: [0, 0, 2])
    #expect(try x.array(of: Int.self) == [6, 101, 7, 1010])
  }

  @Test func scatters() throws {
    let shape = [3, 4]
    for dim in 0..<2 {
      let index = try Tensor((0..<12).map { ($0 * 5 + $0 / 3) % shape[dim] }, shape: shape)
      let x = try sample(shape, 1)
      let values = try sample(shape, 2)
      let (plan, given) = (try Naive(index), try Naive(values))
      func reference(_ combine: (Double, Double) -> Double) throws -> Naive {
        var result = try Naive(x)
        for p in positions(of: shape) {
          var q = p
          q[dim] = Int(plan[p])
          result[q] = combine(result[q], given[p])
        }
        return result
      }
      try expectEqual(x.scatter(dim, index, values), reference { $1 })
      try expectEqual(x.scatterAdd(dim, index, values), reference(+))
      try expectEqual(x.scatterReduce(dim, index, values, .add), reference(+))
      try expectEqual(x.scatterReduce(dim, index, values, .prod), reference(*))
      try expectEqual(x.scatterReduce(dim, index, values, .max), reference { max($0, $1) })
      try expectEqual(x.scatterReduce(dim, index, values, .min), reference { min($0, $1) })
      try expectEqual(x.t().contiguous().t().scatterAdd(dim, index, values), reference(+))
      #expect(try x == sample(shape, 1))
    }
    let list = try Tensor([1, 1, 0])
    try expectEqual(
      sample([2, 2]).indexAdd(0, list, sample([3, 2], 4), alpha: 2),
      {
        var result = try Naive(sample([2, 2]))
        let values = try Naive(sample([3, 2], 4))
        for p in positions(of: [3, 2]) { result[[[1, 1, 0][p[0]], p[1]]] += 2 * values[p] }
        return result
      }())
  }
}
