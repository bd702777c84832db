import Foundation
import Testing

@testable import Martlet

/// What small shapes cannot show: scans, sorts and selections of a million elements, and views that
/// begin and step anyhow.
@Suite(.serialized) struct LargeShapeTests {
  static let count = 1_000_003

  static func numbers(_ shape: [Int], _ dtype: DType = .float32) throws -> Tensor {
    try withSeed(11) { try Tensor.randn(shape, dtype: .float64).to(dtype) }
  }

  /// Views of one memory: offsets that no vector is aligned to, gaps, reversals, transpositions.
  static func views() throws -> [(String, Tensor)] {
    let line = try numbers([300_001])
    let matrix = try numbers([501, 607])
    return try [
      ("from 1", line[1...]), ("from 3 by 7", line[.slice(from: 3, by: 7)]),
      ("backwards", line.flip(0)), ("column", matrix[.all, 5]), ("transposed", matrix.t()),
      ("inner block", matrix[7..<488, 3..<600]), ("odd columns", matrix[.all, .slice(by: 3)]),
      ("odd rows backwards", matrix[.slice(from: -2, by: -3)]),
      ("stretched", matrix[0].expanded(300, 607)),
    ]
  }

  @Test func viewsAreReadAsTheyAre() throws {
    for (name, x) in try Self.views() {
      let naive = try Naive(x)
      let (rows, columns) = x.rank == 2 ? (x.shape[0], x.shape[1]) : (1, x.count)
      let sums = (0..<rows).map { r in
        (0..<columns).reduce(0.0) { $0 + naive.values[r * columns + $1] }
      }
      let scale = Double(columns)
      for (row, sum) in try zip(x.reshape(rows, columns).sum(1).array(of: Double.self), sums) {
        #expect(abs(row - sum) <= 1e-6 * scale, "\(name)")
      }
      let total = sums.reduce(0, +)
      #expect(abs(try x.sum().item() - total) <= 1e-6 * Double(x.count), "\(name)")
      let greatest = naive.values.max() ?? 0
      #expect(try x.amax().item() == greatest, "\(name)")
      #expect(try x.argmax().item(Int.self) == naive.values.firstIndex(of: greatest), "\(name)")
      for dim in 0..<x.rank {
        let copy = try Tensor(naive.values, shape: x.shape)
        try expectSame(x.cumsum(dim), copy.cumsum(dim), name)
        try expectSame(x.cummax(dim).values, copy.cummax(dim).values, name)
        try expectSame(x.sort(dim).indices, copy.sort(dim).indices, name)
        try expectSame(x.topk(3, dim).values, copy.topk(3, dim).values, name)
        let places = try copy.argsort(dim)
        try expectSame(x.gather(dim, places), copy.sort(dim).values, name)
        try expectSame(
          x.scatterAdd(dim, places, x), copy.scatterAdd(dim, places, copy), name)
      }
      try expectSame(x.maskedSelect(x .> 0), Tensor(naive.values.filter { $0 > 0 }), name)
    }
  }

  private func expectSame(_ a: Tensor, _ b: Tensor, _ name: String) throws {
    #expect(a == b, "\(name)")
  }

  @Test func scans() throws {
    let x = try Self.numbers([Self.count])
    let values = try x.array(of: Double.self)
    var (sum, greatest, logSum) = (0.0, -Double.infinity, -Double.infinity)
    let sums = try x.cumsum(0).array(of: Double.self)
    let (tops, places) = try x.cummax(0)
    let topValues = try tops.array(of: Double.self)
    let topPlaces = try places.array(of: Int.self)
    let logs = try x.logCumsumExp(0).array(of: Double.self)
    var place = 0
    for (i, value) in values.enumerated() {
      sum += value
      if value >= greatest { (greatest, place) = (value, i) }
      let high = max(logSum, value)
      logSum = high + log(exp(logSum - high) + exp(value - high))
      let near =
        abs(sums[i] - sum) <= 1e-7 * max(1, abs(sum)) + 1e-9 && topValues[i] == greatest
        && topPlaces[i] == place && abs(logs[i] - logSum) <= 3e-7 * max(1, abs(logSum))
      if !near {
        Issue.record("element \(i): \(sums[i]) for \(sum), \(logs[i]) for \(logSum)")
        return
      }
    }
    // Whole numbers, which must be exact.
    let ones = Tensor.ones([Self.count], dtype: .bool)
    #expect(try ones.cumsum(0) == Tensor.arange(1, Self.count + 1))
  }

  @Test(arguments: [DType.float32, .float64, .float16, .int64, .int32, .uint8]) func sorts(
    _ dtype: DType
  ) throws {
    var x = try (Self.numbers([Self.count]) * 1000).to(dtype == .uint8 ? .int64 : dtype)
    if dtype == .uint8 { x = try (x % 256).to(.uint8) }
    if dtype.isFloatingPoint {
      for place in [0, 77, 500_000, Self.count - 1] { try x.assign(Double.nan, at: place) }
      try x.assign(-Double.infinity, at: 5)
      try x.assign(Double.infinity, at: 6)
    }
    for descending in [false, true] {
      let (sorted, order) = try x.sort(0, descending: descending)
      let values = try sorted.array(of: Double.self)
      let places = try order.array(of: Int.self)
      let original = try x.array(of: Double.self)
      var seen = [Bool](repeating: false, count: Self.count)
      for i in 0..<Self.count {
        let place = places[i]
        guard !seen[place] else {
          Issue.record("position \(place) occurs twice")
          return
        }
        seen[place] = true
        let same = values[i] == original[place] || values[i].isNaN && original[place].isNaN
        var ordered = true
        if i > 0 {
          // NaN is the greatest; equal ones keep their order.
          let (a, b) = (values[i - 1], values[i])
          let equal = a == b || a.isNaN && b.isNaN
          let less = descending ? a > b || a.isNaN && !b.isNaN : a < b || b.isNaN && !a.isNaN
          ordered = less || equal && places[i - 1] < place
        }
        if !same || !ordered {
          Issue.record("\(dtype), descending \(descending): element \(i) is \(values[i])")
          return
        }
      }
    }
  }

  @Test func tiesOfSelections() throws {
    // Of equal elements the first ones are taken, in order.
    let x = try Tensor.randint(0..<5, [200_000]).to(.float32)
    for largest in [true, false] {
      let (values, places) = try x.topk(60_000, 0, largest: largest)
      let (sorted, order) = try x.sort(0, descending: largest)
      #expect(try values == sorted.narrow(0, start: 0, length: 60_000))
      #expect(try places == order.narrow(0, start: 0, length: 60_000))
    }
    let (value, place) = try x.kthValue(90_000)
    let (sorted, order) = try x.sort(0)
    #expect(try value == sorted[89_999] && place == order[89_999])
    let rows = try Tensor.randint(0..<4, [1003, 101]).to(.float32)
    let (medians, middles) = try rows.median(dim: 1)
    let (all, orders) = try rows.sort(1)
    #expect(try medians == all[.all, 50] && middles == orders[.all, 50])
  }

  @Test func distinctElements() throws {
    let x = withSeed(2) { Tensor.randint(0..<300_000, [Self.count]) }
    let values = try x.array(of: Int.self)
    var counts: [Int: Int] = [:]
    for value in values { counts[value, default: 0] += 1 }
    let found = try x.uniqueWithCounts()
    let keys = counts.keys.sorted()
    #expect(try found.values.array(of: Int.self) == keys)
    #expect(try found.counts.array(of: Int.self) == keys.map { counts[$0] ?? 0 })
    #expect(try found.values.take(found.inverse) == x)
    #expect(try x.bincount().sum().item(Int.self) == Self.count)
    let sorted = try x.sort().values
    #expect(try sorted.uniqueConsecutive() == found.values)
  }

  @Test func sumsByIndex() throws {
    let places = withSeed(4) { Tensor.randint(0..<1000, [Self.count]) }
    // Whole numbers, whose sums do not depend on their order.
    let x = try (Self.numbers([Self.count], .float64) * 1000).round()
    var sums = [Double](repeating: 0, count: 1000)
    for (place, value) in try zip(places.array(of: Int.self), x.array(of: Double.self)) {
      sums[place] += value
    }
    let found = try Tensor.zeros([1000], dtype: .float64).scatterAdd(0, places, x)
    #expect(try found.array(of: Double.self) == sums)
    #expect(
      try Tensor.zeros([1000], dtype: .float64).indexAdd(0, places, x).array(of: Double.self)
        == sums)
  }
}
