import Testing

@testable import Martlet

/// Elementwise operations on every pairing of layouts against a loop over positions.
@Suite struct BroadcastTests {
  static let shapes: [([Int], [Int])] = [
    ([], []), ([3], []), ([], [2, 3]), ([2, 3], [3]), ([2, 1], [1, 3]), ([2, 3, 4], [3, 1]),
    ([1], [5]), ([0], [1]), ([2, 0], [1, 1]), ([4, 1, 2, 1], [3, 1, 5]), ([7, 65], [7, 65]),
    ([1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2], [2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 3, 1]),
  ]
  /// Other memory layouts of the same elements.
  static let layouts: [@Sendable (Tensor) throws -> Tensor] = [
    { $0 },
    { x in
      let order = Array((0..<x.rank).reversed())
      return try x.permute(order).contiguous().permute(order)
    },
    { x in
      x.rank == 0 || x.rank == 12 ? x : try stack([x, x.zerosLike()], dim: x.rank)[.ellipsis, 0]
    },
    { x in x.rank == 0 ? x : try x.flip(0).contiguous().flip(0) },
  ]

  @Test(arguments: shapes.indices) func againstLoops(_ number: Int) throws {
    let (a, b) = Self.shapes[number]
    let rank = max(a.count, b.count)
    let padded = [a, b].map { Array(repeating: 1, count: rank - $0.count) + $0 }
    let shape = zip(padded[0], padded[1]).map { $0 == 1 ? $1 : $0 }
    for dtype in [DType.float32, .float64, .int32, .bfloat16] {
      let x = try sample(a, 1, dtype: dtype)
      let y = try sample(b, 2, dtype: dtype)
      let left = try Naive(x)
      let right = try Naive(y)
      let difference = Naive(shape) { left.broadcast($0) - right.broadcast($0) }
      let less = Naive(shape) { left.broadcast($0) < right.broadcast($0) ? 1 : 0 }
      let chosen = Naive(shape) { max(left.broadcast($0), right.broadcast($0)) }
      for p in Self.layouts {
        for q in Self.layouts {
          try expectEqual(p(x) - q(y), difference, "\(dtype)")
          try expectEqual(p(x) .< q(y), less, "\(dtype)")
          try expectEqual(p(x).where(p(x) .> q(y), else: q(y)), chosen, "\(dtype)")
        }
      }
    }
  }

  /// Rows too short to be worked on one by one.
  @Test(arguments: [
    ([32, 1, 32, 1], [1, 32, 1, 32]), ([40, 17], [40, 1]), ([9, 1, 24], [9, 31, 1]),
    ([300, 3], [300, 1]), ([12, 1, 20, 48], [12, 5, 20, 1]), ([64, 64, 16], [64, 1, 16]),
    ([5, 7, 1, 33], [7, 41, 1]),
  ])
  func shortRows(_ a: [Int], _ b: [Int]) throws {
    for dtype in [DType.float32, .float64, .int16, .bfloat16, .uint8] {
      let x = try sample(a, 1, dtype: dtype)
      let y = try sample(b, 2, dtype: dtype)
      let shape = try broadcastShapes([a, b])
      let (wide, tall) = (try x.expanded(shape).contiguous(), try y.expanded(shape).contiguous())
      #expect(try x * y == wide * tall)
      #expect(try (x .< y) == (wide .< tall))
      #expect(try x.where(x .> y, else: y) == wide.where(wide .> tall, else: tall))
    }
  }

  @Test func largeOnesAcrossThreads() throws {
    let threads = Threads.count
    defer { Threads.count = threads }
    let x = try sample([501, 401], 1, dtype: .float32)
    let row = try sample([401], 2, dtype: .float32)
    let column = try sample([501, 1], 3, dtype: .float32)
    let (a, b, c) = (try Naive(x), try Naive(row), try Naive(column))
    let expected = Naive([501, 401]) { a[$0] * b.broadcast($0) + c.broadcast($0) }
    for count in 1...3 {
      Threads.count = count
      try expectEqual(x * row + column, expected)
      try expectEqual(x.t().contiguous().t() * row + column, expected)
    }
  }
}
