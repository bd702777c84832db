import Glibc
import Testing

@testable import Martlet

/// Reductions over every subset of dimensions, in several layouts and dtypes, against loops.
@Suite struct ReductionTests {
  typealias Reduction = (
    name: String, apply: @Sendable (Tensor, [Int], Bool) throws -> Tensor,
    reference: @Sendable ([Double]) -> Double
  )

  static let reductions: [Reduction] = [
    ("sum", { try $0.sum($1, keepDim: $2) }, { $0.reduce(0, +) }),
    ("mean", { try $0.mean($1, keepDim: $2) }, { $0.reduce(0, +) / Double($0.count) }),
    ("amax", { try $0.amax($1, keepDim: $2) }, { $0.max() ?? .nan }),
    ("amin", { try $0.amin($1, keepDim: $2) }, { $0.min() ?? .nan }),
    ("any", { try $0.any($1, keepDim: $2) }, { $0.contains { $0 != 0 } ? 1 : 0 }),
    ("all", { try $0.all($1, keepDim: $2) }, { $0.contains(0) ? 0 : 1 }),
    (
      "var", { try $0.var($1, keepDim: $2) },
      { values in
        let mean = values.reduce(0, +) / Double(values.count)
        return values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +)
          / (Double(values.count) - 1)
      }
    ),
    (
      "logSumExp", { try $0.logSumExp($1, keepDim: $2) },
      { values in
        // By repeated pairs, which needs no maximum: log(e^a + e^b) = a + log(1 + e^(b - a)).
        values.dropFirst().reduce(values[0]) { a, b in
          let (high, low) = (Swift.max(a, b), Swift.min(a, b))
          return high + log1p(exp(low - high))
        }
      }
    ),
  ]

  static let layouts: [@Sendable (Tensor) throws -> Tensor] = [
    { $0 }, { try $0.permute(2, 0, 3, 1).contiguous().permute(1, 3, 0, 2) },
    { try stack([$0, $0], dim: 4)[.ellipsis, 0] }, { try $0.flip(1, 3).contiguous().flip(1, 3) },
  ]

  @Test(arguments: reductions.indices) func everySubset(_ number: Int) throws {
    let (name, apply, reference) = Self.reductions[number]
    let shape = [2, 3, 4, 5]
    for dtype in [DType.float32, .float64] {
      let x = try sample(shape, 1, dtype: dtype)
      let source = try Naive(x)
      for mask in 0..<16 {
        let dims = (0..<4).filter { mask & (1 << $0) != 0 }
        let reduced = dims.isEmpty ? Array(0..<4) : dims
        let kept = shape.enumerated().map { reduced.contains($0.offset) ? 1 : $0.element }
        let expected = Naive(kept) { p in
          let inner = reduced.map { shape[$0] }
          return reference(
            positions(of: inner).map { q in
              var full = p
              for (dim, i) in zip(reduced, q) { full[dim] = i }
              return source[full]
            })
        }
        // A single element has no variance.
        for arrange in Self.layouts {
          let tolerance = dtype == .float64 ? 1e-12 : 2e-6
          try expectEqual(
            apply(arrange(x), dims, true), expected, tolerance: tolerance, "\(name) \(dims)")
          var dropped = expected
          dropped.shape = kept.enumerated().filter { !reduced.contains($0.offset) }.map(\.element)
          let negative = dims.map { $0 - 4 }
          try expectEqual(
            apply(arrange(x), negative, false), dropped, tolerance: tolerance, "\(name) \(dims)")
        }
      }
    }
  }

  @Test func integers() throws {
    for dtype in DType.allCases where dtype.isInteger {
      let x = try sample([3, 7], 2, dtype: .int64).abs().to(dtype)
      let source = try Naive(x)
      try expectEqual(
        x.sum(0), Naive([7]) { p in (0..<3).map { source[[$0] + p] }.reduce(0, +) }, "\(dtype)")
      try expectEqual(
        x.amax(1), Naive([3]) { p in (0..<7).map { source[p + [$0]] }.max() ?? 0 }, "\(dtype)")
    }
    #expect(try Tensor([Int.max, 1]).sum().item(Int.self) == .min)
    #expect(try Tensor(Array(repeating: UInt8(200), count: 1000)).sum().item() == 200_000)
    #expect(try Tensor([2, 3, 4], dtype: .int8).prod().item() == 24)
  }

  @Test func positionsOfExtremes() throws {
    let x = try sample([3, 4, 5], 6)
    let source = try Naive(x)
    for dim in 0..<3 {
      var shape = x.shape
      shape[dim] = 1
      func first(_ better: @escaping (Double, Double) -> Bool) -> Naive {
        Naive(shape) { p in
          var best = 0
          var q = p
          for i in 0..<x.shape[dim] {
            q[dim] = best
            let champion = source[q]
            q[dim] = i
            if better(source[q], champion) { best = i }
          }
          return Double(best)
        }
      }
      for arrange in [{ $0 }, { try $0.transpose(0, 2).contiguous().transpose(0, 2) }]
        as [(Tensor) throws -> Tensor]
      {
        try expectEqual(arrange(x).argmax(dim, keepDim: true), first(>))
        try expectEqual(arrange(x).argmin(dim, keepDim: true), first(<))
        try expectEqual(arrange(x).max(dim: dim, keepDim: true).indices, first(>))
      }
    }
    #expect(try Tensor([[1, 9], [9, 0]]).argmax().item() == 1)
    #expect(try Tensor([1.0, .nan, 3.0]).argmax().item() == 1)
  }

  @Test func nothingAndNotANumber() throws {
    let none = Tensor.zeros([0, 3])
    #expect(try none.sum().item() == 0)
    #expect(try none.prod().item() == 1)
    #expect(try none.mean().item().isNaN)
    #expect(try none.sum(0) == Tensor.zeros([3]))
    #expect(try none.sum(1).shape == [0])
    #expect(try none.any().item(Bool.self) == false)
    #expect(try none.all().item(Bool.self))
    #expect(try none.logSumExp(0).array(of: Double.self) == [-.infinity, -.infinity, -.infinity])
    #expect(try Tensor([1.0]).var().item().isNaN)
    #expect(try Tensor([1.0, .nan]).amax().item().isNaN)
    #expect(try Tensor([.nan, 1.0]).amin().item().isNaN)
    #expect(try Tensor([-Double.infinity, -.infinity]).logSumExp().item() == -.infinity)
    #expect(try Tensor([Double.infinity, 1]).logSumExp().item() == .infinity)
    #expect(try Tensor([1000.0, 1000.0], dtype: .float64).logSumExp().item() == 1000 + log(2))
    #expect(try Tensor(2.5).sum(0).item() == 2.5)
  }

  @Test func scans() throws {
    let x = try sample([3, 4, 2], 1)
    let source = try Naive(x)
    for dim in 0..<3 {
      func reference(_ combine: @escaping ([Double]) -> Double) -> Naive {
        Naive(x.shape) { p in
          combine(
            (0...p[dim]).map { i in
              var q = p
              q[dim] = i
              return source[q]
            })
        }
      }
      try expectEqual(x.cumsum(dim), reference { $0.reduce(0, +) })
      try expectEqual(x.cumprod(dim), reference { $0.reduce(1, *) })
      try expectEqual(x.cummax(dim).values, reference { $0.max() ?? 0 })
      try expectEqual(x.cummin(dim).values, reference { $0.min() ?? 0 })
      try expectEqual(
        x.logCumsumExp(dim), reference { log($0.map { exp($0) }.reduce(0, +)) }, tolerance: 1e-12)
      try expectEqual(
        x.flip(dim).contiguous().flip(dim).cumsum(dim), reference { $0.reduce(0, +) })
      // Where the running extreme was last met.
      try expectEqual(
        x.cummax(dim).indices,
        reference { line in Double(line.lastIndex(of: line.max() ?? 0) ?? 0) })
    }
  }

  @Test func order() throws {
    let x = try sample([4, 9], 2)
    for dim in 0..<2 {
      for descending in [false, true] {
        let (values, indices) = try x.sort(dim, descending: descending)
        let source = try Naive(x)
        let sorted = Naive(x.shape) { p in
          var line = (0..<x.shape[dim]).map { i in
            var q = p
            q[dim] = i
            return source[q]
          }
          line.sort(by: descending ? { $0 > $1 } : { $0 < $1 })
          return line[p[dim]]
        }
        try expectEqual(values, sorted)
        #expect(try x.gather(dim, indices) == values)
        let top = try x.topk(3, dim, largest: descending)
        #expect(try top.values == values.narrow(dim, start: 0, length: 3))
        #expect(try x.gather(dim, top.indices) == top.values)
      }
    }
    // Stable, and NaN last.
    let y = try Tensor([2.0, 1.0, .nan, 2.0, 1.0])
    #expect(try y.sort().indices.array(of: Int.self) == [1, 4, 0, 3, 2])
    #expect(try y.argsort(descending: true).array(of: Int.self) == [2, 0, 3, 1, 4])
    #expect(
      try Tensor([0.5, 1.0, 3.0]).searchSorted(Tensor([1.0, 2.0])).array(of: Int.self) == [0, 0, 2])
    #expect(
      try Tensor([0.5, 1.0]).searchSorted(Tensor([1.0, 2.0]), right: true).array(of: Int.self)
        == [0, 1])
  }
}
