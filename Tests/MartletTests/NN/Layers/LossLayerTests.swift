import Testing

@testable import Martlet

@Suite struct LossLayerTests {
  /// Weights belong to the state, under PyTorch's names.
  @Test func weightsAreBuffers() throws {
    let loss = BCEWithLogitsLoss(weight: Tensor.ones([2]), positiveWeight: Tensor.full([2], 3.0))
    #expect(loss.stateDict().names == ["weight", "pos_weight"])
    #expect(CrossEntropyLoss().stateDict().names.isEmpty)
    #expect(CrossEntropyLoss(weight: Tensor.ones([3])).stateDict().names == ["weight"])
    let (x, y) = (try Tensor([[0.5, -1.0]]), try Tensor([[1.0, 0.0]]))
    let before = try loss(x, y).item()
    try loss.to(dtype: .float64)
    let after = try loss(x.to(.float64), y.to(.float64))
    #expect(after.dtype == .float64)
    #expect(abs(try after.item() - before) < 1e-6)
  }

  /// Below 1 Stirling's term is masked, but for 0 its derivative passes through a logarithm of 0:
  /// not a number, as PyTorch's.
  @Test func gradientsOfCounts() throws {
    for logInput in [true, false] {
      let loss = PoissonNLLLoss(logInput: logInput, full: true, reduction: .sum)
      let x = try Tensor([0.5, 2.0, 1.5], dtype: .float64)
      let counts = try Tensor([0.25, 3.0, 0.5], dtype: .float64).requiringGrad()
      try gradientCheck([x.requiringGrad(), counts]) { [try loss($0[0], $0[1])] }
      let zero = try Tensor([0.0, 3.0, 0.5], dtype: .float64).requiringGrad()
      try loss(x, zero).backward()
      #expect(try #require(zero.grad).isNaN().array(of: Bool.self) == [true, false, false])
    }
  }

  @Test func anyDistance() throws {
    let loss = TripletMarginWithDistanceLoss(margin: 0.5, swap: true) {
      try ($0 - $1).abs().amax(-1)
    }
    let value = try loss(Tensor([[0.0, 0.0]]), Tensor([[1.0, 0.0]]), Tensor([[1.0, 0.75]]))
    // min(1, 0.75) from the negative, 1 to the positive.
    #expect(abs(try value.item() - 0.75) < 1e-6)
  }

  /// Against the definition, over all classes.
  @Test func adaptiveSoftmax() throws {
    try withSeed(5) {
      let output = AdaptiveLogSoftmaxWithLoss(8, 12, cutoffs: [3, 7], divisor: 2)
      #expect(
        output.stateDict().names == [
          "head.weight", "tail.0.0.weight", "tail.0.1.weight", "tail.1.0.weight",
          "tail.1.1.weight",
        ])
      #expect(output.head.weight.value.shape == [5, 8])
      #expect(output.stateDict()["tail.1.0.weight"]?.shape == [2, 8])
      #expect(output.stateDict()["tail.1.1.weight"]?.shape == [5, 2])
      let x = Tensor.randn([12, 8])
      let labels = Tensor.arange(12)
      let all = try output.logProbabilities(x)
      #expect(try all.exp().sum(1).allClose(Tensor.ones([12]), rtol: 1e-5))
      let (logs, loss) = try output(x, labels)
      #expect(try logs.allClose(all.diagonal(), rtol: 1e-5))
      #expect(abs(try loss.item() + all.diagonal().mean().item()) < 1e-6)
      #expect(try output.predict(x) == all.argmax(1))
      try loss.backward()
      #expect(output.parameters().allSatisfy { $0.grad != nil })
      let (single, _) = try output(x[4], Tensor(4))
      #expect(try single.shape == [] && abs(single.item() - all[4, 4].item()) < 1e-5)
      #expect(
        errorText { try output(x, labels + 1) }
          == "AdaptiveLogSoftmaxWithLoss: index 12 is out of range for dimension 0 of size 12"
          + ", in AdaptiveLogSoftmaxWithLoss")
      #expect(
        errorText { try AdaptiveLogSoftmaxWithLoss(8, 12, cutoffs: [7, 3])(x, labels) }
          == "AdaptiveLogSoftmaxWithLoss: cutoffs [7, 3] do not rise between 0 and 12"
          + ", in head (Linear)")
    }
  }
}
