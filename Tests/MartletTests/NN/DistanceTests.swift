import Martlet
import Testing

/// Distances of so many rows that a matrix product gives them.
@Suite struct DistanceTests {
  @Test func manyRowsAgreeWithFew() throws {
    let x = Tensor.randn([2, 40, 5], dtype: .float64)
    let y = Tensor.randn([2, 30, 5], dtype: .float64)
    let distances = try cdist(x, y)
    #expect(distances.shape == [2, 40, 30])
    for first in [0, 20] {
      let part = try x[0..., first..<(first + 20)]
      for other in [0, 15] {
        let exact = try cdist(part, y[0..., other..<(other + 15)])
        let difference = try distances[0..., first..<(first + 20), other..<(other + 15)] - exact
        #expect(try difference.abs().max().item() < 1e-12)
      }
    }
  }

  @Test func gradientsAreThoseOfTheRootOfSquares() throws {
    let x = try Tensor.randn([27, 3], dtype: .float64).requiringGrad()
    let y = try Tensor.randn([4, 3], dtype: .float64).requiringGrad()
    try gradientCheck([x, y]) { [try cdist($0[0], $0[1])] }
  }

  @Test func equalRowsHaveNoDistanceAndNoGradient() throws {
    let x = try Tensor.ones([30, 3]).requiringGrad()
    let distances = try cdist(x, x.detached())
    #expect(distances.detached() == Tensor.zeros([30, 30]))
    try distances.sum().backward()
    #expect(try #require(x.grad) == Tensor.zeros([30, 3]))
  }
}
