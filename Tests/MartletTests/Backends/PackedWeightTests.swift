import Testing

@testable import Martlet

/// Weights that are kept in oneDNN's layout must follow the weight that they were made of.
@Suite struct PackedWeightTests {
  /// The sums of products, one by one.
  private func reference(_ x: Tensor, _ weight: Tensor) throws -> Tensor {
    let (x, w) = (try x.to(.float64), try weight.to(.float64))
    return try conv2d(x, w, padding: [1]).to(.float32)
  }

  private func expectClose(_ a: Tensor, _ b: Tensor) throws {
    #expect(try (a - b).abs().max().item() < 1e-3)
  }

  @Test(arguments: [(1, 16, 32), (2, 3, 8), (1, 64, 64)]) func unchangedWeightsArePackedOnce(
    _ n: Int, _ c: Int, _ f: Int
  ) throws {
    let x = Tensor.randn([n, c, 12, 12])
    let weight = Tensor.randn([f, c, 3, 3])
    let expected = try reference(x, weight)
    for _ in 0..<4 { try expectClose(conv2d(x, weight, padding: [1]), expected) }
    let count = weight.buffer.derived.count
    #expect(count > 0)
    for _ in 0..<4 { try expectClose(conv2d(x, weight, padding: [1]), expected) }
    #expect(weight.buffer.derived.count == count)
  }

  @Test func writingTheWeightForgetsWhatWasPacked() throws {
    let x = Tensor.randn([1, 16, 12, 12])
    let layer = Conv2d(16, 16, kernelSize: 3, padding: 1, bias: false)
    let optimizer = try SGD(layer.parameters(), learningRate: 1)
    for _ in 0..<3 {
      for _ in 0..<3 {
        try noGrad { try expectClose(layer(x), reference(x, layer.weight.value.detached())) }
      }
      optimizer.zeroGrad()
      try layer(x).sum().backward()
      try optimizer.step()
    }
    var weight = Tensor.randn([16, 16, 3, 3])
    for _ in 0..<3 { _ = try conv2d(x, weight, padding: [1]) }
    let copy = weight
    try weight *= 2
    try expectClose(conv2d(x, weight, padding: [1]), reference(x, weight))
    try expectClose(conv2d(x, copy, padding: [1]), reference(x, copy))
    try weight.assign(0, at: 0)
    try expectClose(conv2d(x, weight, padding: [1]), reference(x, weight))
  }

  @Test func gradientsOfInputsUseTheSameWeights() throws {
    let weight = Tensor.randn([8, 4, 3, 3])
    let x = try Tensor.randn([2, 4, 9, 9]).requiringGrad()
    var first: Tensor?
    for _ in 0..<4 {
      x.grad = nil
      try conv2d(x, weight, padding: [1]).square().sum().backward()
      let gradient = try #require(x.grad)
      if let first { try expectClose(gradient / 100, first / 100) } else { first = gradient }
    }
  }

  @Test(
    arguments: [
      (9, 16, 16), (16, 100, 33), (31, 784, 256), (64, 257, 130), (128, 256, 768),
      (128, 1024, 256), (300, 64, 1000), (1024, 256, 256), (40, 3000, 65),
    ]) func linearGivesTheSameBitsAtEveryUse(_ m: Int, _ k: Int, _ n: Int) throws
  {
    let (x, weight, bias) = (Tensor.randn([m, k]), Tensor.randn([n, k]), Tensor.randn([n]))
    let first = try linear(x, weight, bias)
    let expected = try linear(x.to(.float64), weight.to(.float64), bias.to(.float64))
    try expectClose(first, expected.to(.float32))
    for _ in 0..<3 { #expect(try linear(x, weight, bias) == first) }
    #expect(weight.buffer.derived.count == (m * n * k > 32768 ? 2 : 0))
    // Columns of a matrix as the weight.
    let turned = try weight.t().contiguous().t()
    for _ in 0..<3 { try expectClose(linear(x, turned, bias), first) }
  }

  @Test func manyShapesOfInputsAreBounded() throws {
    let weight = Tensor.randn([8, 4, 3, 3])
    for width in 3..<200 {
      for _ in 0..<3 { _ = try conv2d(Tensor.randn([1, 4, 3, width]), weight) }
    }
    #expect(weight.buffer.derived.count <= 128)
  }
}
