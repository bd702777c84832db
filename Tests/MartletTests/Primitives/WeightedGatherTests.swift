import Testing

@testable import Martlet

/// Sums of small integers, which both dtypes hold exactly, beside loops over all terms.
@Suite(.serialized) struct WeightedGatherTests {
  struct Case: Sendable, CustomStringConvertible {
    var taps: Int
    var places: Int
    var length: Int
    var description: String { "\(taps) of \(length) at \(places) places" }
  }

  /// Numbers of terms that have code of their own and others; blocks of 256 places and their ends.
  static let cases = [1, 2, 4, 5, 8, 16].flatMap { taps in
    [1, 15, 256, 300].map { Case(taps: taps, places: $0, length: $0 == 15 ? 1 : 9) }
  }

  static func numbers(_ x: Tensor) throws -> [Double] { try x.to(.float64).array() }

  /// The result and the gradients for a gradient of g, one term after the other.
  static func expected(
    _ c: Case, _ x: Tensor, _ weights: Tensor, _ positions: Tensor, _ g: Tensor
  ) throws -> (out: [Double], dx: [Double], dweights: [Double]) {
    let (n, lines) = (try x.size(0), try x.size(1))
    let (x, w, g) = try (numbers(x), numbers(weights), numbers(g))
    let at = try positions.array(of: Int32.self).map(Int.init)
    var out = Array(repeating: 0.0, count: n * lines * c.places)
    var dx = Array(repeating: 0.0, count: x.count)
    var dweights = Array(repeating: 0.0, count: w.count)
    for line in 0..<n * lines {
      for t in 0..<c.taps {
        for p in 0..<c.places {
          let term = (line / lines * c.taps + t) * c.places + p
          guard (0..<c.length).contains(at[term]) else { continue }
          let (from, to) = (line * c.length + at[term], line * c.places + p)
          out[to] += w[term] * x[from]
          dx[from] += w[term] * g[to]
          dweights[term] += g[to] * x[from]
        }
      }
    }
    return (out, dx, dweights)
  }

  @Test(arguments: cases, [DType.float32, .float64]) func addsTheTerms(
    _ c: Case, _ dtype: DType
  ) throws {
    try withSeed(UInt64(c.taps)) {
      func integers(_ shape: [Int]) throws -> Tensor {
        try (Tensor.randint(0..<9, shape) - 4).to(dtype)
      }
      let x = try integers([2, 5, c.length])
      let weights = try integers([2, c.taps, c.places])
      let g = try integers([2, 5, c.places])
      // Two of the positions are outside, on either side.
      let positions = try (Tensor.randint(0..<(c.length + 2), [2, c.taps, c.places]) - 1)
        .to(.int32)
      let gather = WeightedGather(positions: positions.buffer, length: c.length)
      let right = try Self.expected(c, x, weights, positions, g)
      let threads = Threads.count
      defer { Threads.count = threads }
      for count in [1, 2, 3] {
        Threads.count = count
        let inputs = [try x.requiringGrad(), try weights.requiringGrad()]
        let y = try gather(inputs[0], inputs[1])
        #expect(try Self.numbers(y) == right.out)
        // By kernels, and in operations that can be differentiated again.
        for createGraph in [false, true] {
          let slopes = try gradients(
            of: y, for: inputs, gradOutput: g, retainGraph: true, createGraph: createGraph)
          #expect(try slopes[0].map(Self.numbers) == right.dx)
          #expect(try slopes[1].map(Self.numbers) == right.dweights)
        }
      }
    }
  }

  /// What lies outside is not read: nothing infinite comes of it.
  @Test func elementsOutsideAddNothing() throws {
    let positions = try Tensor([[[-1, 1, 2, 7]]]).to(.int32)
    let gather = WeightedGather(positions: positions.buffer, length: 3)
    let x = try Tensor([[[Double.infinity, 2, 3]]])
    let weights = try Tensor([[[Double.nan, 5, 6, Double.infinity]]])
    #expect(try gather(x, weights) == Tensor([[[0.0, 10, 18, 0.0]]]))
  }
}
