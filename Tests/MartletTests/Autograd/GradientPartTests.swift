import Testing

@testable import Martlet

/// Gradients of slabs of a tensor, in every order and with gaps, overlaps and others between them.
@Suite(.serialized) struct GradientPartTests {
  enum Part: Sendable, CustomStringConvertible {
    case slab(dim: Int, Range<Int>)
    case all

    var description: String {
      switch self {
      case .slab(let dim, let range): "\(range) of \(dim)"
      case .all: "all"
      }
    }

    func of(_ x: Tensor) throws -> Tensor {
      switch self {
      case .slab(let dim, let range):
        try x.narrow(dim, start: range.lowerBound, length: range.count)
      case .all: x
      }
    }
  }

  static let cases: [[Part]] = [
    [.slab(dim: 1, 0..<70), .slab(dim: 1, 70..<150), .slab(dim: 1, 150..<230)],
    [.slab(dim: 1, 150..<230), .slab(dim: 1, 0..<70), .slab(dim: 1, 70..<150)],
    [.slab(dim: 1, 80..<150)],
    [.slab(dim: 1, 0..<100), .slab(dim: 1, 50..<150)],
    [.slab(dim: 1, 0..<100), .all, .slab(dim: 1, 100..<230)],
    [.all, .slab(dim: 1, 0..<100)],
    [.slab(dim: 0, 1..<2), .slab(dim: 0, 4..<6), .slab(dim: 0, 2..<3)],
    [.slab(dim: 0, 0..<3), .slab(dim: 1, 0..<100), .slab(dim: 0, 3..<6)],
    [.slab(dim: 1, 0..<3), .slab(dim: 1, 3..<230), .slab(dim: 1, 0..<3)],
    [.slab(dim: 1, 0..<230), .slab(dim: 1, 100..<200)],
  ]

  /// Factors are whole numbers, so that every order of sums gives the same.
  @Test(arguments: cases, [false, true]) func addUp(_ parts: [Part], _ createGraph: Bool) throws {
    let x = try Tensor.ones([6, 230]).requiringGrad()
    let places = try Tensor.arange(6 * 230).reshape([6, 230])
    var expected = Array(repeating: Float.zero, count: 6 * 230)
    var loss = try Tensor(Float.zero)
    for (i, part) in parts.enumerated() {
      let part = (values: try part.of(x), places: try part.of(places))
      let factors = try part.places.to(.float32) * (i + 1)
      loss = try loss + (part.values * factors).sum()
      for place in try part.places.contiguous().flatten().array(of: Int.self) {
        expected[place] += Float(place * (i + 1))
      }
    }
    let slopes = try gradients(of: loss, for: [x], createGraph: createGraph)
    #expect(try slopes[0]?.flatten().array() == expected)
  }

  /// With `detectAnomaly` what has not been written yet is no NaN.
  @Test func anomaliesAreThoseOfValues() throws {
    let x = try Tensor.ones([4, 100]).requiringGrad()
    try detectAnomaly {
      try x.square().narrow(0, start: 1, length: 2).sum().backward()
    }
    #expect(try x.grad?.sum().item() == 400)
  }
}
