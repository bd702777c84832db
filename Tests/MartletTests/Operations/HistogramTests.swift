import Testing

@testable import Martlet

/// Counts of what falls into bins, weighted covariances and choices, against loops.
@Suite struct HistogramTests {
  static func points(_ shape: [Int]) throws -> Tensor {
    withSeed(5) { Tensor.randn(shape, dtype: .float64) }
  }

  @Test func edgesOfBins() throws {
    let x = try Tensor([-1.0, 0, 0.5, 1, 2, 3, 3.5, Double.nan, Double.infinity])
    // A bin has its lower edge, the last one both.
    #expect(try x.histc(bins: 3, min: 0, max: 3).array(of: Int.self) == [2, 1, 2])
    let found = try x.histogram(.edges(Tensor([0.0, 1, 2, 3])))
    #expect(try found.counts.array(of: Int.self) == [2, 1, 2])
    #expect(try Tensor([2.0, 2.0]).histc(bins: 4).array(of: Int.self) == [0, 0, 2, 0])
    let equal = try Tensor([2.0, 2.0]).histogram(.equal(2))
    #expect(try equal.edges[0].array(of: Double.self) == [1.5, 2, 2.5])
    #expect(errorText { try x.histc(bins: 0) } == "histc: 0 bins")
    #expect(errorText { try x.histc(bins: 2) }.contains("no bins from nan to nan"))
    #expect(errorText { try x.histogram(.equal(2)) }.contains("no bins from nan to nan"))
    #expect(errorText { try Tensor([1]).histc() }.contains("takes floating point"))
  }

  @Test func densitiesAndWeights() throws {
    let x = try Self.points([500, 2])
    let weight = try Self.points([500]).abs()
    let (low, high) = (-2.0, 2.0)
    let found = try x.histogramdd(
      [.equal(4, range: low...high), .edges(Tensor([-3.0, -0.5, 0, 3], dtype: .float64))],
      weight: weight, density: true)
    #expect(found.counts.shape == [4, 3] && found.edges.map(\.count) == [5, 4])
    var sums = [Double](repeating: 0, count: 12)
    let second = [-3.0, -0.5, 0, 3]
    let (points, weights) = (try x.array(of: Double.self), try weight.array(of: Double.self))
    for i in 0..<500 {
      let (a, b) = (points[2 * i], points[2 * i + 1])
      guard a >= low, a <= high, b >= -3, b <= 3 else { continue }
      let row = min(3, Int((a - low).rounded(.down)))
      let column = b < -0.5 ? 0 : b < 0 ? 1 : 2
      sums[row * 3 + column] += weights[i]
    }
    let total = sums.reduce(0, +)
    for (i, density) in try found.counts.array(of: Double.self).enumerated() {
      let width = second[i % 3 + 1] - second[i % 3]
      #expect(abs(density - sums[i] / total / width) < 1e-12)
    }
    #expect(
      errorText { try x.histogramdd([.equal(3)]) }.contains(
        "a size for each of 1 binned dimensions"))
    #expect(
      errorText { try x.histogram(.equal(3), weight: weight) }.contains("one number of float64"))
  }

  @Test func weightedCovariance() throws {
    let x = try Self.points([3, 20])
    let counts = withSeed(1) { Tensor.randint(1..<4, [20]) }
    // How often an observation counts is the same as repeating it.
    let repeated = try x.repeatInterleave(counts, dim: 1)
    #expect(try x.cov(frequencies: counts).allClose(repeated.cov(), rtol: 1e-12))
    #expect(
      try x.cov(correction: 0, weights: counts.to(.float64))
        .allClose(repeated.cov(correction: 0), rtol: 1e-12))
    try gradientCheck([
      Self.points([2, 4]).requiringGrad(), Self.points([4]).abs().requiringGrad(),
    ]) {
      [try $0[0].cov(weights: $0[1])]
    }
    #expect(
      errorText { try x.cov(frequencies: -counts) }.contains("one of the frequencies is negative"))
    #expect(errorText { try x.cov(weights: Tensor.ones([3])) }.contains("must be a list of 20"))
    #expect(
      errorText { try x.cov(frequencies: Tensor.ones([20])) }.contains("frequencies are integers"))
  }

  @Test func choices() throws {
    func loops(_ n: Int, _ k: Int, _ withReplacement: Bool) -> [[Int]] {
      positions(of: Array(repeating: n, count: k)).filter { row in
        zip(row, row.dropFirst()).allSatisfy { withReplacement ? $0 <= $1 : $0 < $1 }
      }
    }
    for n in 0..<6 {
      for k in 1..<5 {
        for withReplacement in [false, true] {
          let found = try Tensor.arange(n).combinations(k, withReplacement: withReplacement)
          let expected = loops(n, k, withReplacement)
          #expect(found.shape == [expected.count, k])
          #expect(try found.array(of: Int.self) == expected.flatMap { $0 })
        }
      }
    }
    #expect(errorText { try Tensor.arange(200).combinations(100) }.contains("too many"))
    #expect(
      errorText { try Tensor.arange(2).combinations(.max, withReplacement: true) } != "no error")
    #expect(
      errorText { try Tensor.arange(2).combinations(-1) } == "combinations: choices of -1 elements")
    let product = try cartesianProd([Tensor([1, 2]), Tensor([3, 4, 5])])
    #expect(try product.array(of: Int.self) == [1, 3, 1, 4, 1, 5, 2, 3, 2, 4, 2, 5])
  }

  @Test func coordinatesOfPositions() throws {
    let found = try Tensor.arange(24).unravelIndex([2, 3, 4])
    #expect(
      try stack(found, dim: 1).array(of: Int.self) == positions(of: [2, 3, 4]).flatMap { $0 })
    #expect(errorText { try Tensor([6]).unravelIndex([2, 3]) }.contains("index 6 is out of range"))
    #expect(
      errorText { try Tensor([-1]).unravelIndex([2, 3]) }.contains("index -1 is out of range"))
    #expect(try broadcastShapes([[5, 1], [], [3]]) == [5, 3])
    #expect(errorText { try broadcastShapes([[2], [3]]) }.contains("broadcastShapes"))
  }
}
