import Testing

@testable import Martlet

/// Elements found by rank, against sorting.
@Suite struct RankSelectionTests {
  /// Lines with many equal elements, few, or none.
  static func lines(_ shape: [Int], _ dtype: DType, _ seed: UInt64) throws -> [Tensor] {
    try withSeed(seed) {
      let spread = try Tensor.randn(shape, dtype: .float64) * 40
      return [
        try spread.to(dtype), try (spread / 20).round().to(dtype), Tensor.ones(shape, dtype: dtype),
      ]
    }
  }

  @Test(arguments: [
    DType.float32, .float64, .float16, .bfloat16, .int8, .int16, .int32, .int64, .uint8,
  ])
  func asSorted(_ dtype: DType) throws {
    for shape in [[5, 1], [7, 3], [4, 65], [3, 129], [3, 300], [2, 9000]] {
      for x in try Self.lines(shape, dtype, 1) {
        let n = shape[1]
        for (x, d) in [(x, 1), (try x.t(), 0), (try x.flip(1), 1)] {
          let (values, order) = try x.sort(d)
          for k in Set([1, 2, n / 3, n / 2, n - 1, n]) where k >= 1 && k <= n {
            let found = try x.kthValue(k, d)
            #expect(try found.values == values.select(d, k - 1), "\(dtype) \(x.shape), \(k)")
            #expect(try found.indices == order.select(d, k - 1), "\(dtype) \(x.shape), \(k)")
          }
          #expect(try x.median(dim: d).indices == order.select(d, (n - 1) / 2))
        }
      }
    }
  }

  @Test func longLinesOnThreads() throws {
    let before = Threads.count
    defer { Threads.count = before }
    for count in [131_072, 400_003] {
      for x in try Self.lines([count], .float32, 2) + Self.lines([count], .int64, 3) {
        let order = try x.argsort()
        for threads in 1...2 {
          Threads.count = threads
          for k in [1, 17, count / 2, count] {
            let found = try x.kthValue(k).indices.item(Int.self)
            #expect(try found == order.select(0, k - 1).item(Int.self), "\(count), \(k)")
          }
        }
      }
    }
  }

  @Test func missingNumbers() throws {
    for count in [5, 100, 1000] {
      let x = withSeed(4) { Tensor.randn([count]) }
      let spoilt = try x.filled(Double.nan, where: Tensor.arange(count) % 3 .== 2)
      let (value, place) = try spoilt.median(dim: 0)
      #expect(try value.item(Float.self).isNaN && place.item(Int.self) == 2)
      let known = try spoilt.maskedSelect(spoilt.isNaN().logicalNot()).sort().values
      let middle = try spoilt.nanmedian()
      #expect(try middle == known.select(0, (known.count - 1) / 2))
      let none = try Tensor.full([count], Double.nan).nanmedian(dim: 0)
      #expect(try none.values.item(Float.self).isNaN && none.indices.item(Int.self) == 0)
    }
    #expect(try Tensor([0.0, -0.0, -1]).kthValue(2).indices.item(Int.self) == 0)
  }

  @Test func gradients() throws {
    let x = try withSeed(5) { try Tensor.randn([3, 200]).requiringGrad() }
    try x.kthValue(20, 1).values.sum().backward()
    #expect(try x.grad?.sum().item() == 3)
    #expect(try x.grad?.gather(1, x.kthValue(20, 1, keepDim: true).indices).sum().item() == 3)
  }
}
