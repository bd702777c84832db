import Testing

@testable import Martlet

/// Indexing against Swift arrays of the positions that each part chooses.
@Suite struct IndexingTests {
  let x = Tensor.arange(60)

  func cube() throws -> Tensor { try x.reshape(3, 4, 5) }

  /// What choosing these positions in every dimension gives.
  func grid(_ choices: [[Int]], shape: [Int]) throws -> Naive {
    let source = try Naive(cube())
    var result = Naive(shape) { _ in 0 }
    result.values = choices.reduce([[]]) { heads, choice in
      heads.flatMap { head in choice.map { head + [$0] } }
    }.map { source[$0] }
    return result
  }

  @Test func views() throws {
    let c = try cube()
    let all = [Array(0..<3), Array(0..<4), Array(0..<5)]
    try expectEqual(c[1], grid([[1], all[1], all[2]], shape: [4, 5]))
    try expectEqual(c[-1, .all, -2], grid([[2], all[1], [3]], shape: [4]))
    try expectEqual(c[1, 2, 3], grid([[1], [2], [3]], shape: []))
    try expectEqual(c[.ellipsis, 0], grid([all[0], all[1], [0]], shape: [3, 4]))
    try expectEqual(c[0..<2, 1...2], grid([[0, 1], [1, 2], all[2]], shape: [2, 2, 5]))
    try expectEqual(c[1..., ..<2, ...1], grid([[1, 2], [0, 1], [0, 1]], shape: [2, 2, 2]))
    try expectEqual(c[(-2)..., -3...(-1)], grid([[1, 2], [1, 2, 3], all[2]], shape: [2, 3, 5]))
    try expectEqual(c[.all, .slice(by: 2)], grid([all[0], [0, 2], all[2]], shape: [3, 2, 5]))
    try expectEqual(c[.slice(by: -1)], grid([[2, 1, 0], all[1], all[2]], shape: [3, 4, 5]))
    try expectEqual(
      c[.all, .all, .slice(from: 4, to: 0, by: -3)],
      grid([all[0], all[1], [4, 1]], shape: [3, 4, 2]))
    try expectEqual(c[.newAxis, 1, .newAxis], grid([[1], all[1], all[2]], shape: [1, 1, 4, 5]))
    try expectEqual(c[5..<9].sum(), grid([[], [], []], shape: [0]).summed)
    #expect(try c[2..<2].shape == [0, 4, 5])
    #expect(try c[1].sharesStorage(with: c) && c[.ellipsis, .slice(by: -2)].sharesStorage(with: c))
  }

  @Test func lists() throws {
    let c = try cube()
    let all = [Array(0..<3), Array(0..<4), Array(0..<5)]
    try expectEqual(c[[2, 0, 2]], grid([[2, 0, 2], all[1], all[2]], shape: [3, 4, 5]))
    try expectEqual(c[.all, [-1, 1]], grid([all[0], [3, 1], all[2]], shape: [3, 2, 5]))
    try expectEqual(c[.ellipsis, [4]], grid([all[0], all[1], [4]], shape: [3, 4, 1]))
    try expectEqual(c[[Int]()], grid([[], all[1], all[2]], shape: [0, 4, 5]))
    let source = try Naive(c)
    // Lists that stand together are paired; a matrix of positions gives its own shape.
    let pairs = try c[[0, 2], [3, 1]]
    try expectEqual(pairs, Naive([2, 5]) { source[[[0, 2][$0[0]], [3, 1][$0[0]], $0[1]]] })
    let table = try Tensor([[0, 1], [2, 0]])
    try expectEqual(
      c[1..., table, 1],
      Naive([2, 2, 2]) { source[[$0[0] + 1, [[0, 1], [2, 0]][$0[1]][$0[2]], 1]] })
    // Apart from each other they come first, as in NumPy.
    try expectEqual(
      c[[0, 2], .all, [3, 1]], Naive([2, 4]) { source[[[0, 2][$0[0]], $0[1], [3, 1][$0[0]]]] })
    let column = try Tensor([[0], [2]])
    try expectEqual(
      c[column, [3, 1, 0]],
      Naive([2, 3, 5]) { source[[[0, 2][$0[0]], [3, 1, 0][$0[1]], $0[2]]] })
    try expectEqual(
      c.transpose(0, 2)[[4, 4], .newAxis, 1],
      Naive([2, 1, 3]) { source[[$0[2], 1, 4]] })
  }

  @Test func masks() throws {
    let c = try cube()
    let all = [Array(0..<3), Array(0..<4), Array(0..<5)]
    try expectEqual(
      c[Tensor([true, false, true])], grid([[0, 2], all[1], all[2]], shape: [2, 4, 5]))
    try expectEqual(c[c .> 56], Naive([3]) { Double(57 + $0[0]) })
    let face = try (c.sum(2) .> 150)
    let rows = try Naive(face).values.enumerated().filter { $0.element != 0 }.map(\.offset)
    try expectEqual(c[face], Naive([rows.count, 5]) { Double(rows[$0[0]] * 5 + $0[1]) })
    #expect(try c[c .< 0].shape == [0])
    #expect(try Tensor(5)[Tensor(true)].array(of: Int.self) == [5])
    #expect(try Tensor(5)[Tensor(false)].shape == [0])
    try expectEqual(
      c[0, .all, Tensor([false, true, false, false, true])],
      grid([[0], all[1], [1, 4]], shape: [4, 2]))
  }

  @Test func gatherAndSelect() throws {
    let c = try cube()
    let source = try Naive(c)
    for dim in 0..<3 {
      var shape = [2, 3, 4]
      shape[dim] = 6
      let index = try Tensor(
        (0..<shape.reduce(1, *)).map { ($0 * 7) % c.shape[dim] }, shape: shape)
      let plan = try Naive(index)
      try expectEqual(
        c.gather(dim, index),
        Naive(shape) { p in
          var q = p
          q[dim] = Int(plan[p])
          return source[q]
        })
      let list = [1, 0, 1, 2]
      var selected = c.shape
      selected[dim] = 4
      try expectEqual(
        c.indexSelect(dim, Tensor(list)),
        Naive(selected) { p in
          var q = p
          q[dim] = list[p[dim]]
          return source[q]
        })
    }
    #expect(try Tensor(3).gather(0, Tensor([0, 0])).array(of: Int.self) == [3, 3])
  }
}

extension Naive {
  fileprivate var summed: Naive {
    var result = Naive([]) { _ in 0 }
    result.values = [values.reduce(0, +)]
    return result
  }
}
