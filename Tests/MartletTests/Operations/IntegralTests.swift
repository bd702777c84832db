import Testing

@testable import Martlet

/// Differences and integrals of samples, where polynomials have exact ones.
@Suite struct IntegralTests {
  @Test func slopesOfParabolas() throws {
    // Of second order, also at both ends: exact for parabolas, whatever the distances.
    let places = try Tensor([0.0, 0.5, 0.75, 2.0, 2.5, 4.0], dtype: .float64)
    let parabola = try places * places * 3 - places * 2 + 1
    let slopes = try parabola.gradient(coordinates: [places], edgeOrder: 2)[0]
    #expect(try slopes.allClose(places * 6 - 2, rtol: 1e-12))
    let even = Tensor.linspace(0, 5, 11, dtype: .float64)
    let found = try (even * even).gradient(spacing: 0.5, edgeOrder: 2)[0]
    #expect(try found.allClose(even * 2, rtol: 1e-12))
    // Of two dimensions: x y has the slopes y and x.
    let grid = try meshgrid([even, places])
    let both = try (grid[0] * grid[1]).gradient(coordinates: [even, places])
    #expect(try both[0].allClose(grid[1], rtol: 1e-12) && both[1].allClose(grid[0], rtol: 1e-12))
    let last = try (grid[0] * grid[1]).gradient(spacings: [0.5], [0])
    #expect(try last.count == 1 && last[0].allClose(grid[1], rtol: 1e-12))
    try gradientCheck([sample([5]).requiringGrad()]) { try $0[0].gradient(edgeOrder: 2) }
  }

  @Test func slopeErrors() throws {
    let x = try sample([3, 1])
    #expect(errorText { try x.gradient() }.contains("dimension 1 needs at least 2 elements"))
    #expect(errorText { try x.gradient([0], edgeOrder: 3) } == "gradient: edge order 3, not 1 or 2")
    #expect(errorText { try x.gradient([0, 0]) }.contains("dimensions [0, 0]"))
    #expect(
      errorText { try x.gradient(spacings: [1], [0, 1]) } == "gradient: 1 spacings for 2 dimensions"
    )
  }

  @Test func integralsOfLines() throws {
    let places = try Tensor([0.0, 0.5, 0.75, 2.0], dtype: .float64)
    let line = try places * 4 + 1
    let exact = try places * places * 2 + places
    #expect(try abs(line.trapezoid(at: places).item() - exact[-1].item()) < 1e-12)
    #expect(try line.cumulativeTrapezoid(at: places).allClose(exact[1...], rtol: 1e-12))
    let even = try Tensor.linspace(0, 3, 7, dtype: .float64) * 2
    #expect(try even.trapezoid(spacing: 0.5).item() == 9)
    #expect(try even.cumulativeTrapezoid(spacing: 0.5)[-1].item() == 9)
    let rows = try stack([line, line * 2])
    #expect(try rows.trapezoid(at: places).shape == [2])
    #expect(try rows.t().trapezoid(at: places, 0).allClose(rows.trapezoid(at: places)))
    #expect(try Tensor([1, 2, 4]).trapezoid().item() == 4.5)
    #expect(try Tensor.zeros([2, 0]).trapezoid().array(of: Int.self) == [0, 0])
    #expect(try Tensor.zeros([2, 1]).cumulativeTrapezoid().shape == [2, 0])
    #expect(
      errorText { try line.trapezoid(at: Tensor([1.0, 2.0])) }
        .contains("as many coordinates as values along dimension 0"))
  }

  @Test func differences() throws {
    let x = try Tensor([1, 4, 9])
    #expect(
      try x.diff(prepend: Tensor([0]), append: Tensor([16])).array(of: Int.self) == [1, 3, 5, 7])
    #expect(try x.diff(2).array(of: Int.self) == [2])
    #expect(try x.diff(9).shape == [0])
    #expect(errorText { try x.diff(prepend: Tensor(1)) }.contains("diff"))
  }

  @Test func otherSizes() throws {
    let x = try sample([2, 3])
    #expect(try x.resized([2]).array(of: Int.self) == Array(x.array(of: Int.self).prefix(2)))
    #expect(try x.resized([2, 4]).array(of: Int.self) == x.array(of: Int.self) + [0, 0])
    #expect(try x.sumToSize([3]) == x.sum(0) && x.sumToSize([2, 1]) == x.sum(1, keepDim: true))
    #expect(errorText { try x.sumToSize([2]) }.contains("does not broadcast"))
    let limited = try x.renorm(2, dim: 0, maxNorm: 1)
    #expect(try (limited.norm(2, 1) .<= 1.0001).all().item(Bool.self))
    #expect(errorText { try Tensor.ones([3]).renorm(2, dim: 0, maxNorm: 1) }.contains("at least 2"))
  }

  @Test func viewsThatAreWritten() throws {
    let x = try sample([3, 4])
    let arrangements: [(Tensor) throws -> Tensor] = [{ $0 }, { try $0.t().contiguous().t() }]
    for arranged in arrangements {
      let layout = try arranged(x)
      let steps = layout.strides
      let values = try sample([2, 2], 9)
      let patched = try layout.asStridedScatter(values, [2, 2], strides: steps, offset: steps[0])
      var expected = try Naive(x)
      for place in positions(of: [2, 2]) {
        expected[[place[0] + 1, place[1]]] = try Naive(values)[place]
      }
      try expectEqual(patched, expected)
      // What is overwritten has no influence any more.
      try gradientCheck([x.requiringGrad(), values.requiringGrad()]) {
        [try arranged($0[0]).asStridedScatter($0[1], [2, 2], strides: steps, offset: steps[0])]
      }
    }
    #expect(
      errorText { try x[.all, 1...].asStridedScatter(x, [3, 4], strides: [4, 1]) }
        .contains("leave gaps in memory"))
    #expect(errorText { try x.asStridedScatter(x, [3, 4], strides: [40, 1]) }.contains("reaches"))
  }

  @Test func bounds() throws {
    let powers = try Tensor.logspace(0, 3, 4, dtype: .int64).array(of: Int.self)
    #expect(powers == [1, 10, 100, 1000])
    let half = try Tensor.logspace(Tensor(0.0), Tensor(-2.0), 3, base: 2).array(of: Double.self)
    #expect(half == [1, 0.5, 0.25])
    #expect(try Tensor.linspace(Tensor(1.0), Tensor(2.0), 3).array(of: Double.self) == [1, 1.5, 2])
    #expect(
      errorText { try Tensor.linspace(Tensor([1.0]), Tensor(2.0), 3).sum() }.contains(
        "0 for a bound"))
    let variable = Tensor.ones([], requiresGrad: true)
    #expect(
      errorText { try Tensor.linspace(variable, variable, 3).sum() }.contains("no gradient reaches")
    )
  }

  @Test func distributions() throws {
    let n = 200_000
    let drawn = withSeed(21) {
      (
        Tensor.exponential([n], rate: 4), Tensor.geometric([n], p: 0.25, dtype: .int64),
        Tensor.cauchy([n], median: 3, scale: 0.5), Tensor.logNormal([n], mean: 1, std: 0.5)
      )
    }
    #expect(abs(try drawn.0.mean().item() - 0.25) < 0.003)
    #expect(try drawn.0.amin().item() > 0)
    #expect(abs(try drawn.1.to(.float64).mean().item() - 4) < 0.05)
    #expect(try drawn.1.amin().item(Int.self) == 1)
    #expect(abs(try drawn.2.median().item() - 3) < 0.01)
    let near = try ((drawn.2 - 3).abs() .< 0.5).to(.float64).mean().item()
    #expect(abs(near - 0.5) < 0.01)
    #expect(abs(try drawn.3.log().mean().item() - 1) < 0.01)
    #expect(errorText { try Tensor.exponential([2], rate: 0).sum() }.contains("is not positive"))
    #expect(errorText { try Tensor.geometric([2], p: 1).sum() }.contains("between 0 and 1"))
    #expect(errorText { try Tensor.cauchy([2], scale: -1).sum() }.contains("a scale of -1.0"))
    #expect(errorText { try Tensor.logNormal([2], std: 0).sum() }.contains("is not positive"))
  }
}
