import Testing

@testable import Martlet

@Suite struct InitializerTests {
  @Test func parametersKeepWhatTheyAre() throws {
    let parameter = Parameter(Tensor.ones([3, 3], dtype: .bfloat16))
    let value = parameter.value
    try parameter.initialize(.eye)
    #expect(parameter.value.detached() == Tensor.eye(3, dtype: .bfloat16))
    #expect(value.detached() == Tensor.ones([3, 3], dtype: .bfloat16))
    #expect(parameter.value.requiresGrad && parameter.value.isLeaf)
    #expect(try Initializer.zeros.tensor([2], device: .null).device == .null)
  }

  @Test func farTailsOfTheNormalDistribution() throws {
    for (low, high) in [(6.0, 7.0), (-9.0, -8.5), (-1.0, 1.0)] {
      let x = try Initializer.truncatedNormal(low: low, high: high)
        .tensor([2000], dtype: .float64)
      #expect(try x.amin().item() >= low && x.amax().item() <= high)
      // Most lie near the end that is nearer to the mean.
      let mean = try x.mean().item()
      if low > 0 { #expect(abs(mean - 6.158) < 0.02) }
    }
  }

  @Test func applyVisitsEachModuleOnceChildrenFirst() throws {
    let shared = Linear(2, 2)
    let net = Sequential(shared, Sequential(shared, ReLU()))
    var names: [String] = []
    net.apply { names.append($0.layerName) }
    #expect(names == ["Linear", "ReLU", "Sequential", "Sequential"])
    try net.apply { try ($0 as? Linear)?.weight.initialize(.constant(3)) }
    #expect(shared.weight.value.detached() == Tensor.full([2, 2], 3.0))
  }

  @Test func refusals() {
    func text(_ initializer: Initializer, _ shape: [Int]) -> String {
      errorText { try initializer.tensor(shape) }
    }
    #expect(
      text(.xavierNormal(), [3])
        == "initialize: a tensor of 1 dimension, expected at least 2: [outputs, inputs, ...]")
    #expect(text(.eye, [3]) == "eye: a tensor of 1 dimension, expected the 2 of a matrix")
    #expect(
      text(.dirac(groups: 2), [3, 1, 1])
        == "dirac: 3 channels cannot be shared by 2 groups")
    #expect(
      text(.sparse(sparsity: 1.5), [3, 1]) == "sparse: a sparsity of 1.5, expected 0 to 1")
    #expect(
      text(.truncatedNormal(std: 0), [1])
        == "truncatedNormal: a standard deviation of 0.0 between -2.0 and 2.0")
    #expect(text(.orthogonal(), [2, -1]) != "no error")
    #expect(
      text(Initializer { _, dtype in .ones([1], dtype: dtype) }, [2])
        == "initialize: the initializer has made a tensor of another shape: [1] x [2]")
    #expect(
      errorText { try Initializer.ones.tensor([1], dtype: .int64) }
        == "initialize: parameters are of floating point (got int64)")
  }
}
