import Testing

@testable import Martlet

/// Reductions over many elements: blocks, lanes and threads must not lose or repeat any, nor lose
/// digits.
@Suite(.serialized) struct LargeReductionTests {
  static let counts = [
    1, 2, 63, 64, 65, 127, 4095, 4096, 4097, 65_537, 1_000_003,
  ]

  /// Numbers around 1, which float32 sums one after the other would lose digits of.
  static func numbers(_ count: Int) -> [Float] {
    var state: UInt64 = 88_172_645_463_325_252
    return (0..<count).map { _ in
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Float(state >> 40) / Float(1 << 24) + 0.5
    }
  }

  @Test(arguments: counts) func flat(_ count: Int) throws {
    let values = Self.numbers(count)
    let x = try Tensor(values)
    let exact = values.reduce(0.0) { $0 + Double($1) }
    #expect(abs(try x.sum().item() - exact) <= 1e-7 * exact)
    #expect(abs(try x.mean().item() - exact / Double(count)) <= 2e-7 * exact / Double(count))
    #expect(abs(try x.to(.float64).sum().item() - exact) <= 1e-13 * exact * 10)
    #expect(try x.amax().item() == Double(values.max() ?? 0))
    #expect(try x.amin().item() == Double(values.min() ?? 0))
    #expect(try x.argmax().item(Int.self) == values.firstIndex(of: values.max() ?? 0))
    #expect(try x.argmin().item(Int.self) == values.firstIndex(of: values.min() ?? 0))
    if count > 1 {
      let mean = exact / Double(count)
      let squares = values.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
      let variance = squares / Double(count - 1)
      #expect(abs(try x.var().item() - variance) <= 1e-6 * variance)
    }
    // A single odd one anywhere is seen.
    for place in [0, count / 2, count - 1] {
      var odd = Tensor.zeros([count])
      try odd.assign(Float.nan, at: place)
      #expect(try odd.amax().item().isNaN && odd.amin().item().isNaN)
      #expect(try odd.sum().item().isNaN)
      #expect(try odd.any().item(Bool.self))
      var hole = Tensor.ones([count], dtype: .bool)
      try hole.assign(false, at: place)
      #expect(try !hole.all().item(Bool.self))
      #expect(try hole.sum().item(Int.self) == count - 1)
    }
  }

  @Test func rowsAndColumns() throws {
    let threads = Threads.count
    defer { Threads.count = threads }
    let (rows, columns) = (1003, 1009)
    let values = Self.numbers(rows * columns)
    let x = try Tensor(values, shape: [rows, columns])
    var ofRows = [Double](repeating: 0, count: rows)
    var ofColumns = [Double](repeating: 0, count: columns)
    var greatest = [Float](repeating: -.infinity, count: columns)
    for r in 0..<rows {
      for c in 0..<columns {
        let value = values[r * columns + c]
        ofRows[r] += Double(value)
        ofColumns[c] += Double(value)
        greatest[c] = max(greatest[c], value)
      }
    }
    for count in 1...3 {
      Threads.count = count
      try expectEqual(x.sum(1), Naive([rows]) { ofRows[$0[0]] }, tolerance: 1e-6)
      try expectEqual(x.sum(0), Naive([columns]) { ofColumns[$0[0]] }, tolerance: 1e-6)
      try expectEqual(x.t().sum(1), Naive([columns]) { ofColumns[$0[0]] }, tolerance: 1e-6)
      try expectEqual(x.amax(0), Naive([columns]) { Double(greatest[$0[0]]) })
      let total = ofRows.reduce(0, +)
      #expect(abs(try x.t().sum().item() - total) < 1e-6 * total)
      #expect(
        abs(try x[.all, 1...].sum().item() - (total - Double(x[.all, 0].to(.float64).sum().item())))
          < 1e-6 * total)
    }
  }

  @Test func resultsDoNotDependOnThreads() throws {
    let threads = Threads.count
    defer { Threads.count = threads }
    let x = try Tensor(Self.numbers(700_001))
    let index = try (Tensor.arange(700_001) % 1000)
    var results: [[Tensor]] = []
    for count in 1...3 {
      Threads.count = count
      results.append([
        try x.sum(), try x.var(), try x.log().sum(), try x.cumsum(0), try x.sort().values,
        try x.softmax(dim: 0), try Tensor.zeros([1000]).scatterAdd(0, index, x),
      ])
    }
    #expect(results[0] == results[1])
    #expect(results[0] == results[2])
  }

  /// The mean of halves: their sum is beyond the dtype, their mean is not.
  @Test func meansOfHalves() throws {
    #expect(try Tensor.full([70_000], 2.0, dtype: .float16).mean().item() == 2)
    #expect(try Tensor.full([70_000], 2.0, dtype: .bfloat16).mean().item() == 2)
    #expect(
      try Tensor.full([2, 40_000], 300.0, dtype: .float16).mean(1).array(of: Float.self) == [
        300, 300,
      ])
    let x = try (Tensor.arange(70_000) % 2).to(.float16)
    #expect(abs(try (x * 100).var().item() - 2500) < 4)
  }
}
