import Testing

@testable import Martlet

/// Grids of so many places that neighbours and weights are found by fused programs, beside their
/// halves, for which operations run one by one. Both round alike.
@Suite(.serialized) struct GridSampleTests {
  struct Case: Sendable, CustomStringConvertible {
    var mode: GridInterpolation
    var padding: GridPadding
    var alignCorners: Bool
    var description: String { "\(mode), \(padding), \(alignCorners)" }
  }

  static let cases = [GridInterpolation.nearest, .linear, .cubic].flatMap { mode in
    [GridPadding.zeros, .border, .reflection].flatMap { padding in
      [false, true].map { Case(mode: mode, padding: padding, alignCorners: $0) }
    }
  }

  @Test(arguments: cases) func largeGridsAreLikeTheirHalves(_ c: Case) throws {
    let (x, grid, g) = try withSeed(4) {
      // Some places are outside, and some are no numbers.
      var grid = try Tensor.rand([2, 130, 130, 2]) * 3 - 1.5
      try grid.assign(Double.nan, at: .all, 7)
      return (Tensor.randn([2, 3, 9, 7]), grid, Tensor.randn([2, 3, 130, 130]))
    }
    #expect(try grid.select(-1, 0).count >= Fused.least)
    func sampled(_ grid: Tensor, _ g: Tensor) throws -> (y: Tensor, dx: Tensor, dgrid: Tensor) {
      let inputs = [try x.requiringGrad(), try grid.requiringGrad()]
      let y = try gridSample(
        inputs[0], inputs[1], mode: c.mode, padding: c.padding, alignCorners: c.alignCorners)
      let slopes = try gradients(of: y, for: inputs, gradOutput: g)
      return (y.detached(), try #require(slopes[0]), try #require(slopes[1]))
    }
    let whole = try sampled(grid, g)
    let halves = try zip(grid.split(65, 1), g.split(65, 2)).map { try sampled($0, $1) }
    #expect(try whole.y == cat(halves.map(\.y), dim: 2))
    #expect(try whole.dx.allClose(halves[0].dx + halves[1].dx, rtol: 1e-4, atol: 1e-3))
    let slopes = try cat(halves.map(\.dgrid), dim: 1)
    #expect(try whole.dgrid.allClose(slopes, rtol: 1e-5, atol: 1e-5, equalNaN: true))
  }
}
