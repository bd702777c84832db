import Testing

@testable import Martlet

/// The distributions that weights start with are PyTorch's.
@Suite struct LayerInitializationTests {
  private func expectUniform(
    _ parameter: Parameter?, bound: Double, location: SourceLocation = #_sourceLocation
  ) throws {
    let values = try #require(parameter).value.detached().to(.float64)
    let greatest = try values.abs().amax().item()
    #expect(greatest <= bound, sourceLocation: location)
    #expect(greatest > 0.97 * bound, sourceLocation: location)
    // Four standard errors.
    let count = Double(values.count)
    #expect(
      abs(try values.mean().item()) < 4 * bound / (3 * count).squareRoot(),
      sourceLocation: location)
    #expect(
      abs(try values.square().mean().item() - bound * bound / 3) < 4 * bound * bound
        / (11.25 * count).squareRoot(), sourceLocation: location)
  }

  @Test func linear() throws {
    try withSeed(1) {
      let linear = Linear(64, 300)
      try expectUniform(linear.weight, bound: 0.125)
      try expectUniform(linear.bias, bound: 0.125)
      let bilinear = Bilinear(16, 9, 200)
      try expectUniform(bilinear.weight, bound: 0.25)
      try expectUniform(bilinear.bias, bound: 0.25)
    }
  }

  @Test func convolutions() throws {
    try withSeed(2) {
      // 8 / 2 channels times 4 x 4 elements.
      let conv = Conv2d(8, 400, kernelSize: 4, groups: 2)
      #expect(conv.weight.value.shape == [400, 4, 4, 4])
      try expectUniform(conv.weight, bound: 0.125)
      try expectUniform(conv.bias, bound: 0.125)
      // The second size of the weight counts, which here is that of the results.
      let up = ConvTranspose1d(100, 200, kernelSize: 16, groups: 50)
      #expect(up.weight.value.shape == [100, 4, 16])
      try expectUniform(up.weight, bound: 0.125)
      try expectUniform(up.bias, bound: 0.125)
    }
  }

  @Test func embeddings() throws {
    try withSeed(3) {
      for weight in [
        Embedding(100, 200, paddingIndex: -1).weight,
        EmbeddingBag(100, 200, paddingIndex: 99).weight,
      ] {
        let table = try weight.value.detached().to(.float64)
        #expect(try table[99].abs().amax().item() == 0)
        let rest = try table[..<99]
        #expect(abs(try rest.mean().item()) < 0.03)
        #expect(abs(try rest.square().mean().item() - 1) < 0.04)
        #expect(weight.requiresGrad)
      }
    }
  }

  @Test func constants() throws {
    let norms: [(weight: Parameter?, bias: Parameter?)] = [
      (BatchNorm1d(3).weight, BatchNorm1d(3).bias), (LayerNorm(3).weight, LayerNorm(3).bias),
      (GroupNorm(1, 3).weight, GroupNorm(1, 3).bias),
      (InstanceNorm2d(3, affine: true).weight, InstanceNorm2d(3, affine: true).bias),
    ]
    for norm in norms {
      #expect(try #require(norm.weight).value.detached() == Tensor.ones([3]))
      #expect(try #require(norm.bias).value.detached() == Tensor.zeros([3]))
    }
    #expect(PReLU(2).weight.value.detached() == Tensor.full([2], 0.25))
    let norm = BatchNorm3d(2)
    #expect(norm.runningMean?.value == Tensor.zeros([2]))
    #expect(norm.runningVar?.value == Tensor.ones([2]))
    #expect(norm.numBatchesTracked?.value == Tensor.zeros([], dtype: .int64))
  }
}
