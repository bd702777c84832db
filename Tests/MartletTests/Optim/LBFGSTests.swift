import Testing

@testable import Martlet

@Suite struct LBFGSTests {
  /// The valley of Rosenbrock, whose minimum is at ones: methods that only go down do not get
  /// there.
  @Test func rosenbrock() throws {
    let x = Parameter(try Tensor([-1.2, 1.0, -0.5, 2.0], dtype: .float64))
    let optimizer = try LBFGS([x], lineSearch: .strongWolfe)
    var losses: [Double] = []
    for _ in 0..<8 {
      losses.append(
        try optimizer.step {
          optimizer.zeroGrad()
          let (head, tail) = try (x.value[..<(-1)], x.value[1...])
          let loss = try ((tail - head.square()).square() * 100 + (1 - head).square()).sum()
          try loss.backward()
          return loss
        }.item(Double.self))
    }
    #expect(zip(losses, losses.dropFirst()).allSatisfy { $0 >= $1 })
    #expect(try (x.value - 1).abs().amax().item() < 1e-4)
  }

  /// A quadratic function of n numbers takes about n iterations, over several parameters.
  @Test func quadratic() throws {
    let (x, y) = (
      Parameter(try Tensor([3.0, -2.0], dtype: .float64)),
      Parameter(try Tensor([[1.0]], dtype: .float64))
    )
    let frozen = Parameter(Tensor.ones([2], dtype: .float64))
    frozen.requiresGrad = false
    let optimizer = try LBFGS([x, frozen, y], lineSearch: .strongWolfe, maximize: true)
    for _ in 0..<2 {
      try optimizer.step {
        optimizer.zeroGrad()
        let loss =
          try -((x.value - 1).square() * Tensor([1.0, 30.0], dtype: .float64)).sum()
          - (y.value + x.value[0]).square().sum()
        try loss.backward()
        return loss
      }
    }
    #expect(try (x.value - 1).abs().amax().item() < 1e-4)
    #expect(try (y.value + 1).abs().amax().item() < 1e-4)
    #expect(frozen.value == Tensor.ones([2], dtype: .float64))
  }
}
