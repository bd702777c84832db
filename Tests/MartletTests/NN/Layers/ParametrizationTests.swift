import Testing

@testable import Martlet

@Suite struct ParametrizationTests {
  @Test func weightNormKeepsTheValue() throws {
    let layer = Conv2d(3, 4, kernelSize: 2)
    let before = layer.weight.value.detached()
    try weightNorm(layer)
    #expect(
      layer.stateDict().names == [
        "bias", "parametrizations.weight.original0", "parametrizations.weight.original1",
      ])
    #expect(layer.stateDict()["parametrizations.weight.original0"]?.shape == [4, 1, 1, 1])
    #expect(layer.parameters().count == 3)
    #expect(try layer.weight.value.detached().allClose(before, rtol: 1e-6))
  }

  /// The derivative of `g v / |v|`.
  @Test func gradientsReachTheOriginals() throws {
    let layer = try weightNorm(Linear(3, 2, bias: false))
    let originals = try #require(layer.weight.parametrizations).originals
    originals[0].value = try Tensor([[2.0], [0.5]])
    originals[1].value = try Tensor([[3.0, 0.0, 4.0], [0.0, 1.0, 0.0]])
    #expect(
      try layer.weight.value.detached().allClose(
        Tensor([[1.2, 0, 1.6], [0, 0.5, 0]]), rtol: 1e-6))
    try layer(Tensor([[1.0, 2.0, 3.0]])).sum().backward()
    // Of g: x v / |v|; of v: g / |v| (x - v (x v) / |v|^2).
    let g = try #require(originals[0].grad)
    let v = try #require(originals[1].grad)
    #expect(try g.allClose(Tensor([[3.0], [2.0]]), rtol: 1e-6))
    #expect(
      try v.allClose(
        Tensor([[0.4 * (1 - 1.8), 0.8, 0.4 * (3 - 2.4)], [0.5, 0.0, 1.5]]), rtol: 1e-5))
    #expect(layer.weight.grad == nil)
  }

  @Test func oneLengthOfAll() throws {
    let layer = try weightNorm(Linear(3, 2), dim: nil)
    #expect(layer.stateDict()["parametrizations.weight.original0"]?.shape == [])
    let last = try weightNorm(Linear(3, 2), dim: -1)
    #expect(last.stateDict()["parametrizations.weight.original0"]?.shape == [1, 3])
  }

  @Test func optimizersTrainTheOriginals() throws {
    let layer = try weightNorm(Linear(2, 1))
    let optimizer = try SGD(layer.parameters(), learningRate: 0.1)
    let before = layer.weight.value.detached()
    try layer(Tensor.ones([1, 2])).sum().backward()
    try optimizer.step()
    #expect(layer.weight.value.detached() != before)
  }

  @Test func spectralNormDividesByTheGreatestSingularValue() throws {
    try withSeed(4) {
      let layer = Linear(3, 2)
      layer.weight.value = try Tensor([[3.0, 0.0, 0.0], [0.0, 0.5, 0.0]])
      try spectralNorm(layer)
      #expect(
        layer.stateDict().names == [
          "bias", "parametrizations.weight.original", "parametrizations.weight.0._u",
          "parametrizations.weight.0._v",
        ])
      #expect(
        try layer.weight.value.detached().allClose(
          Tensor([[1.0, 0, 0], [0, 1.0 / 6, 0]]), rtol: 1e-4, atol: 1e-6))
      // In evaluation the vectors stay.
      layer.eval()
      let state = layer.stateDict()
      _ = try layer(Tensor.ones([1, 3]))
      for (name, tensor) in layer.stateDict() { #expect(tensor == state[name]) }
    }
  }

  /// u and v are constants, so that two uses before `backward` do not disturb each other.
  @Test func twoUsesOfASpectralNorm() throws {
    let layer = try spectralNorm(Conv2d(2, 3, kernelSize: 2))
    let x = Tensor.randn([1, 2, 4, 4])
    try (layer(x).sum() - layer(x * 2).sum()).backward()
    let original = try #require(layer.weight.parametrizations).originals[0]
    #expect(try #require(original.grad).shape == [3, 2, 2, 2])
    let up = try spectralNorm(ConvTranspose2d(2, 3, kernelSize: 2))
    #expect(up.stateDict()["parametrizations.weight.0._u"]?.shape == [3])
  }

  private final class Double: Parametrization {
    func forward(_ originals: [Tensor]) throws -> Tensor { try originals[0] * 2 }
    func rightInverse(_ value: Tensor) throws -> [Tensor] { [try value / 2] }
  }

  private final class Wider: Parametrization {
    func forward(_ originals: [Tensor]) throws -> Tensor { try cat([originals[0], originals[0]]) }
  }

  @Test func stepsFollowEachOther() throws {
    let layer = Linear(2, 2)
    let before = layer.weight.value.detached()
    try parametrize(layer, with: Double())
    #expect(try layer.weight.value.detached().allClose(before, rtol: 1e-6))
    try parametrize(layer, with: Double())
    #expect(try layer.weight.value.detached().allClose(before * 2, rtol: 1e-6))
    // An assigned value is kept.
    layer.weight.value = Tensor.ones([2, 2])
    #expect(layer.weight.value.detached() == Tensor.ones([2, 2]))
    #expect(
      layer.weight.parametrizations?.originals[0].value.detached() == Tensor.full([2, 2], 0.25))
    try removeParametrizations(layer)
    #expect(layer.weight.value.detached() == Tensor.ones([2, 2]))
    #expect(layer.weight.requiresGrad)
    #expect(layer.stateDict().names == ["weight", "bias"])
    try parametrize(layer, with: Double())
    try removeParametrizations(layer, leaveParametrized: false)
    #expect(layer.weight.value.detached() == Tensor.full([2, 2], 0.5))
  }

  @Test func errors() throws {
    #expect(
      errorText { try parametrize(Linear(2, 2), "scale", with: Double()) }
        == "parametrize: Linear has no parameter scale")
    #expect(
      errorText { try parametrize(Linear(2, 2), with: Wider()) }
        == "parametrize: Wider must keep shape and dtype: [2, 2] x [4, 2]")
    #expect(
      errorText { try removeParametrizations(Linear(2, 2)) }
        == "removeParametrizations: weight is not parametrized")
    #expect(
      errorText { try removeParametrizations(weightNorm(Linear(2, 2)), leaveParametrized: false) }
        == "removeParametrizations: weight has 2 originals")
    #expect(
      errorText { try spectralNorm(Linear(2, 2), powerIterations: 0) }
        == "spectralNorm: 0 iterations, expected at least 1")
    // What cannot be computed is thrown where it is used.
    let layer = try weightNorm(Linear(2, 2))
    layer.weight.parametrizations?.originals[0].value = Tensor.ones([5, 1])
    #expect(throws: TensorError.self) { try layer(Tensor.ones([1, 2])) }
  }

  @Test func stateLoadsIntoTheOriginals() throws {
    let (a, b) = (try weightNorm(Linear(2, 2)), try weightNorm(Linear(2, 2)))
    try b.load(stateDict: a.stateDict())
    #expect(a.weight.value.detached() == b.weight.value.detached())
    #expect(a.parameters().allSatisfy { $0.requiresGrad })
  }
}
