import Testing

@testable import Martlet

/// Matrix products against loops: every combination of ranks, then sizes around the blocks of the
/// kernels.
@Suite struct MatmulTests {
  func product(_ x: Tensor, _ y: Tensor, shape: [Int]) throws -> Naive {
    var a = try Naive(x)
    var b = try Naive(y)
    if a.shape.count == 1 { a.shape = [1] + a.shape }
    if b.shape.count == 1 { b.shape += [1] }
    let inner = a.shape[a.shape.count - 1]
    var full = shape
    if x.rank == 1 { full.insert(1, at: y.rank == 1 ? 0 : full.count - 1) }
    if y.rank == 1 { full.append(1) }
    var result = Naive(full) { p in
      (0..<inner).reduce(0.0) { sum, k in
        sum + a.broadcast(p.dropLast() + [k])
          * b.broadcast(Array(p.dropLast(2)) + [k, p[p.count - 1]])
      }
    }
    result.shape = shape
    return result
  }

  static let shapes: [([Int], [Int], [Int])] = [
    ([3], [3], []), ([2, 3], [3], [2]), ([3], [3, 4], [4]), ([2, 3], [3, 4], [2, 4]),
    ([5, 2, 3], [3, 4], [5, 2, 4]), ([2, 3], [5, 3, 4], [5, 2, 4]),
    ([5, 2, 3], [5, 3, 4], [5, 2, 4]), ([5, 1, 2, 3], [6, 3, 4], [5, 6, 2, 4]),
    ([1, 2, 3], [7, 3, 4], [7, 2, 4]), ([5, 2, 3], [3], [5, 2]), ([3], [5, 3, 4], [5, 4]),
    ([0, 3], [3, 4], [0, 4]), ([2, 0], [0, 4], [2, 4]), ([2, 3], [3, 0], [2, 0]),
    ([0, 2, 3], [3, 4], [0, 2, 4]), ([0], [0], []), ([4, 2, 0], [4, 0, 3], [4, 2, 3]),
  ]

  static let layouts: [@Sendable (Tensor) throws -> Tensor] = [
    { $0 },
    { $0.rank < 2 ? $0 : try $0.mT.contiguous().mT },
    { try stack([$0, $0], dim: $0.rank)[.ellipsis, 0] },
    { try $0.flip(0).contiguous().flip(0) },
    { $0.rank < 3 ? $0 : try $0.movedim(0, 1).contiguous().movedim(1, 0) },
  ]

  @Test(arguments: shapes.indices) func ranksAndLayouts(_ number: Int) throws {
    let (a, b, shape) = Self.shapes[number]
    for dtype in [DType.float32, .float64, .int32, .int64, .bfloat16] {
      let x = try sample(a, 1, dtype: dtype)
      let y = try sample(b, 2, dtype: dtype)
      let expected = try product(x, y, shape: shape)
      for p in Self.layouts {
        for q in Self.layouts {
          try expectEqual(
            p(x).matmul(q(y)), expected, tolerance: dtype == .bfloat16 ? 0.01 : 0, "\(dtype)")
        }
      }
    }
  }

  @Test func linearLayers() throws {
    for lead in [[], [4], [2, 3], [0]] as [[Int]] {
      let x = try sample(lead + [5], 1, dtype: .float32)
      let weight = try sample([3, 5], 2, dtype: .float32)
      let bias = try sample([3], 3, dtype: .float32)
      let (a, w, b) = (try Naive(x), try Naive(weight), try Naive(bias))
      let expected = Naive(lead + [3]) { p in
        let j = p[p.count - 1]
        return (0..<5).reduce(b[[j]]) { $0 + a[Array(p.dropLast()) + [$1]] * w[[j, $1]] }
      }
      try expectEqual(linear(x, weight, bias), expected)
      try expectEqual(linear(x, weight.t().contiguous().t(), bias), expected)
      try expectEqual(linear(x, weight) + bias, expected)
    }
    #expect(
      try linear(Tensor([[1.0, 2.0]]), Tensor([3.0, 4.0]), Tensor(1.0)) == Tensor([12.0]))
  }

  /// Sizes next to the block sizes of the kernels, and sizes of a single row or column.
  @Test(arguments: [
    [1, 1, 1], [1, 64, 1], [7, 1, 9], [5, 7, 3], [15, 16, 17], [33, 31, 65], [63, 65, 64],
    [97, 129, 33], [1, 257, 130], [130, 257, 1], [6, 512, 6], [129, 5, 127], [48, 300, 96],
    [260, 40, 250],
  ]) func edges(_ sizes: [Int]) throws {
    let (m, k, n) = (sizes[0], sizes[1], sizes[2])
    let x = try sample([m, k], 4)
    let y = try sample([k, n], 5)
    let a = try x.array(of: Double.self)
    let b = try y.array(of: Double.self)
    var values = [Double](repeating: 0, count: m * n)
    for i in 0..<m {
      for l in 0..<k {
        for j in 0..<n { values[i * n + j] += a[i * k + l] * b[l * n + j] }
      }
    }
    var expected = Naive([m, n]) { _ in 0 }
    expected.values = values
    for dtype in [DType.float32, .float64, .int64, .int8, .float16] {
      // Whole numbers are exact in all of these but the narrow ones, which wrap or round.
      guard dtype != .float16 && dtype != .int8 || k < 20 else { continue }
      let (p, q) = (try x.to(dtype), try y.to(dtype))
      if dtype == .int8 {
        try expectEqual(
          p.matmul(q), Naive([m, n]) { Double(Int8(truncatingIfNeeded: Int(expected[$0]))) })
        continue
      }
      try expectEqual(p.matmul(q), expected, "\(dtype)")
      try expectEqual(p.t().contiguous().t().matmul(q), expected, "\(dtype)")
      try expectEqual(p.matmul(q.t().contiguous().t()), expected, "\(dtype)")
      try expectEqual(q.t().matmul(p.t()).t(), expected, "\(dtype)")
      // Views whose rows are farther apart than they are long, and start anywhere.
      let wide = try cat(
        [Tensor.ones([m, 3], dtype: dtype), p, Tensor.ones([m, 2], dtype: dtype)], dim: 1)
      try expectEqual(wide[.all, 3..<(3 + k)].matmul(q), expected, "\(dtype)")
      let spread = try stack([q, q], dim: 1).reshape(2 * k, n)
      try expectEqual(p.matmul(spread[.slice(by: 2)]), expected, "\(dtype)")
    }
  }

  @Test func sameForAnyNumberOfThreads() throws {
    let threads = Threads.count
    defer { Threads.count = threads }
    let x = withSeed(1) { Tensor.randn([150, 330]) }
    let y = withSeed(2) { Tensor.randn([330, 210]) }
    let exact = try x.to(.float64).matmul(y.to(.float64))
    for count in 1...3 {
      Threads.count = count
      let error = try (x.matmul(y).to(.float64) - exact).abs().amax().item()
      #expect(error < 1e-4)
      let batched = try stack([x, x], dim: 0).matmul(y)
      #expect(try (batched[1].to(.float64) - exact).abs().amax().item() < 1e-4)
    }
  }
}
