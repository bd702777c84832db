import Testing

@testable import Martlet

/// Clipping, checks and averages.
@Suite struct GradientToolTests {
  @Test func normsAreOfAllGradientsTogether() throws {
    let (a, b, c) = (
      Parameter(Tensor.ones([2])), Parameter(Tensor.ones([1])), Parameter(Tensor.ones([1]))
    )
    a.grad = try Tensor([3.0, 0.0])
    b.grad = try Tensor([-4.0])
    let all = [a, b, c]
    #expect(try gradNorm(all) == 5)
    #expect(try gradNorm(all, p: 1) == 7)
    #expect(try gradNorm(all, p: .infinity) == 4)
    #expect(try gradNorm([]) == 0)
    #expect(try clipGradNorm(all, maxNorm: 10) == 5)
    #expect(a.grad == (try Tensor([3.0, 0.0])))
    let shared = a.grad
    #expect(try clipGradNorm(all, maxNorm: 1) == 5)
    #expect(abs(try gradNorm(all) - 1) < 1e-5)
    #expect(c.grad == nil)
    // What others hold is not written.
    #expect(try shared?[0].item() == 3)
    try clipGradValue(all, 0.5)
    #expect(try b.grad?.item() == -0.5)
    b.grad = try Tensor([Double.nan])
    #expect(try gradNorm(all).isNaN)
    #expect(
      errorText { try clipGradNorm(all, maxNorm: 1, errorIfNonfinite: true) }
        == "clipGradNorm: the norm of all gradients is nan")
    a.grad = try Tensor([0.0, 3e38])
    b.grad = try Tensor([3e38])
    #expect(try abs(gradNorm([a, b], p: .infinity) / 3e38 - 1) < 1e-6)
  }

  @Test func badGradientsAreNamed() throws {
    let net = Sequential(Linear(2, 3), Linear(3, 1))
    try net.checkFiniteGradients()
    for parameter in net.parameters() { parameter.grad = try parameter.value.detached().onesLike() }
    try net.checkFiniteGradients()
    net.parameters()[2].grad = try Tensor([[1.0, .infinity, .nan]])
    #expect(
      errorText { try net.checkFiniteGradients() }
        == "1.weight: its gradient of shape [1, 3] has 2 elements that are infinite or not a number"
    )
    net.parameters()[1].value = try Tensor([1.0, .nan, 0.0])
    #expect(
      errorText { try net.checkFiniteParameters() }
        == "0.bias: its value of shape [3] has 1 element that is infinite or not a number")
  }

  @Test(arguments: [true, false]) func averages(_ isMean: Bool) throws {
    let net = Linear(1, 1)
    let weight = net.weight
    let average = try AveragedModel(net, isMean ? .mean : .exponential(decay: 0.75))
    let values = [1.0, 3.0, 8.0]
    for value in values {
      weight.value = Tensor.full([1, 1], value)
      try average.update()
    }
    let expected = isMean ? 4.0 : 0.75 * (0.75 * 1 + 0.25 * 3) + 0.25 * 8
    let averaged = try average.withAverages { try net.weight.value.item() }
    #expect(abs(averaged - expected) < 1e-6)
    #expect(try weight.value.item() == 8)
    let other = try AveragedModel(net, .mean)
    try other.load(stateDict: average.stateDict())
    #expect(other.count == 3)
    let copy = Linear(1, 1)
    try other.copy(to: copy)
    #expect(abs(try copy.weight.value.item() - expected) < 1e-6)
    #expect(throws: TensorError.self) { try other.copy(to: ReLU()) }
    try average.copy()
    #expect(abs(try weight.value.item() - expected) < 1e-6)
    #expect(
      errorText { try AveragedModel(net, .exponential(decay: 2)) }
        == "AveragedModel: a decay of 2.0, expected 0 to 1")
  }

  @Test func statisticsOfBatchNormalisation() throws {
    let norm = BatchNorm1d(1, momentum: 0.1)
    let net = Sequential(norm, Dropout(0.5)).eval()
    let batches = [try Tensor([[1.0], [3.0]]), try Tensor([[4.0], [8.0]])]
    for _ in 0..<2 {
      try updateBatchNorm(net) { for batch in batches { _ = try net(batch) } }
      #expect(try norm.runningMean?.value.item() == 4)
      #expect(try norm.runningVar?.value.item() == 5)
      #expect(try norm.numBatchesTracked?.value.item() == 2)
    }
    #expect(!norm.isTraining)
    norm.train()
    _ = try norm(batches[0])
    #expect(abs(try (norm.runningMean?.value.item() ?? 0) - 3.8) < 1e-6)
  }
}
