import Testing

@testable import Martlet

/// Creation functions do not throw, so that they can be default values; the first use of what they
/// could not create does.
@Suite struct CreationErrorTests {
  static let negative = "full: a size is negative (-2): [3, -2]"

  @Test func sizes() {
    #expect(errorText { try Tensor.zeros([3, -2]) + 1 } == Self.negative)
    #expect(
      errorText { try Tensor.ones([1 << 40, 1 << 40]).sum() }
        == "full: the number of elements overflows: [1099511627776, 1099511627776]")
    #expect(
      errorText { try Tensor.randn([-1]).exp() } == "random: a size is negative (-1): [-1]")
    #expect(
      errorText { try Tensor.empty(Array(repeating: 1, count: 13)).exp() }
        == "empty: a tensor of 13 dimensions, expected at most 12")
    #expect(errorText { try Tensor.eye(-1).exp() }.hasPrefix("eye: a size is negative"))
    #expect(errorText { try Tensor.linspace(0, 1, -1).exp() }.hasPrefix("linspace: a size"))
    #expect(errorText { try Tensor.randperm(-1).exp() }.hasPrefix("randperm: a size"))
    #expect(
      errorText { try Tensor.zeros([1 << 45]).exp() }
        == "no memory for a tensor of 140737488355328 bytes")
  }

  @Test func numbers() {
    #expect(
      errorText { try Tensor.arange(0, 1, step: 0).exp() } == "arange: the step must not be 0")
    #expect(
      errorText { try Tensor.arange(0, 5, step: -1).exp() }
        == "arange: a step of -1.0 leads from 0.0 away from 5.0")
    #expect(errorText { try Tensor.arange(Double.nan).exp() }.contains("must be finite"))
    #expect(errorText { try Tensor.arange(1e300).exp() }.contains("are too many"))
    #expect(
      errorText { try Tensor.uniform([2], 1, 0).exp() } == "uniform: no numbers between 1.0 and 0.0"
    )
    #expect(
      errorText { try Tensor.normal([2], mean: 0, std: -1).exp() }
        == "normal: the standard deviation is negative (-1.0)")
    #expect(errorText { try Tensor.randint(3..<3, [2]).exp() }.contains("is empty"))
    #expect(
      errorText { try Tensor.bernoulli([2], p: 2).exp() }
        == "bernoulli: a probability of 2.0 is not between 0 and 1")
    #expect(errorText { try Tensor.randn([2], dtype: .int32).exp() }.contains("of fractions"))
    #expect(
      errorText { try Tensor.ones([2], dtype: .int64, requiresGrad: true).exp() }
        == "requiresGrad: only floating point can require gradients (got int64)")
  }

  /// Whatever is done first with such a tensor, the error is the one of its creation.
  @Test(arguments: uses.indices) func everyUseTellsWhy(_ number: Int) {
    let failed = Tensor.zeros([3, -2])
    #expect(errorText { try Self.uses[number](failed) } == Self.negative)
  }

  static let uses: [@Sendable (Tensor) throws -> Any] = [
    { try $0.exp() }, { try $0 + $0 }, { try 1 - $0 }, { try Tensor.ones([3]) * $0 },
    { try $0.sum() }, { try $0.sum(1) }, { try $0.mean(0) },
    { try $0.matmul(Tensor.ones([2, 2])) },
    { try Tensor.ones([2, 2]).matmul($0) }, { try linear($0, Tensor.ones([2, 2])) },
    { try linear(Tensor.ones([2, 2]), Tensor.ones([2, 2]), $0) }, { try $0.reshape(3, 2) },
    { try $0.item() }, { try $0.item(Int.self) }, { try $0.array(of: Float.self) },
    { try $0.select(0, 1) }, { try $0[0] }, { try $0[1..., 0] },
    { try $0.narrow(1, start: 0, length: 1) },
    { try cat([Tensor.ones([2]), $0]) }, { try cat([$0]) }, { try stack([Tensor.ones([2]), $0]) },
    { try $0.softmax(dim: 1) }, { try $0.cumsum(1) }, { try $0.sort().values }, { try $0.amax() },
    { try $0.where(Tensor([true]), else: 0) }, { try $0.clone() }, { try $0.to(.float64) },
    { try conv2d(Tensor.ones([1, 1, 4, 4]), $0) }, { try conv2d($0, Tensor.ones([1, 1, 2, 2])) },
    { try conv2d(Tensor.ones([1, 1, 4, 4]), Tensor.ones([1, 1, 2, 2]), $0) },
    { try maxPool2d($0, kernelSize: [2]) }, { try layerNorm($0, normalizedShape: [2]) },
    { try crossEntropy($0, Tensor([1])) }, { try mseLoss($0, Tensor([1.0])) },
    { try $0.backward() }, { try $0.requiringGrad() }, { try $0.onesLike() },
    {
      var x = $0
      try x += 1
      return x
    },
    {
      var x = $0
      try x.fill(0)
      return x
    },
    {
      var x = Tensor.ones([3])
      try x += $0
      return x
    },
    {
      var x = Tensor.ones([3])
      try x.assign($0, at: 0)
      return x
    },
  ]

  @Test func whatCannotBeCreatedShowsItsReason() {
    #expect("\(Tensor.zeros([3, -2]))" == "tensor(failed: \(Self.negative))")
  }

  @Test func modulesOfImpossibleSizes() throws {
    #expect(
      errorText { try Linear(-3, 2)(Tensor.ones([1, 3])) }.contains("must be at least 0, not -3"))
    let conv = Conv2d(3, 4, kernelSize: 2, groups: 2)
    #expect(errorText { try conv(Tensor.ones([1, 3, 4, 4])) }.contains("2 groups do not divide 3"))
  }
}
