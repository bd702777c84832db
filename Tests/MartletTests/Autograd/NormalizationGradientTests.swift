import Testing

@testable import Martlet

/// Softmax, losses, normalisation and dropout, whose first derivatives are kernels of their own.
@Suite struct NormalizationGradientTests {
  @Test func softmax() throws {
    for operand in Operand.all where operand.name != "empty" {
      let x = try numbers(anywhere, operand.shape)
      for dim in operand.shape.isEmpty ? [0] : [0, 1] {
        expectGradients("softmax \(dim), \(operand.name)", [x]) {
          try operand.arrange($0[0]).softmax(dim: dim)
        }
        expectGradients("logSoftmax \(dim), \(operand.name)", [x]) {
          try operand.arrange($0[0]).logSoftmax(dim: dim)
        }
      }
    }
    let cube = try numbers(anywhere, [2, 3, 2])
    expectGradients("softmax in the middle", [cube]) { try $0[0].softmax(dim: 1) }
    expectGradients("softmax of nothing", [try numbers(anywhere, [0, 3])]) {
      try $0[0].softmax(dim: 1)
    }
    // A gradient that is not contiguous.
    expectGradients("softmax, transposed after", [cube], twice: false) {
      try $0[0].softmax(dim: 1).transpose(0, 1).contiguous().square()
    }
  }

  @Test func crossEntropies() throws {
    let x = try numbers(anywhere, [4, 3])
    let labels = try Tensor([2, 0, -100, 1])
    let weight = try Tensor([0.5, 1, 2], dtype: .float64)
    let probabilities = try numbers([0.1...0.9], [4, 3], 1)
    for reduction in [LossReduction.mean, .sum, .none] {
      expectGradients("\(reduction)", [x]) { try crossEntropy($0[0], labels, reduction: reduction) }
      expectGradients("\(reduction), transposed", [try x.t().contiguous()]) {
        try crossEntropy($0[0].t(), labels, reduction: reduction)
      }
      expectGradients("\(reduction), weighted", [x]) {
        try crossEntropy($0[0], labels, weight: weight, reduction: reduction)
      }
      expectGradients("\(reduction), smoothed", [x]) {
        try crossEntropy($0[0], labels, reduction: reduction, labelSmoothing: 0.2)
      }
      expectGradients("\(reduction), probabilities", [x, probabilities]) {
        try crossEntropy($0[0], $0[1], reduction: reduction)
      }
      expectGradients("\(reduction), nll", [x]) {
        try nllLoss($0[0].logSoftmax(dim: 1), labels, reduction: reduction)
      }
      expectGradients("\(reduction), mse", [x, probabilities]) {
        try mseLoss($0[0], $0[1], reduction: reduction)
      }
    }
    expectGradients("one", [try numbers(anywhere, [3])]) { try crossEntropy($0[0], Tensor(1)) }
    expectGradients("pixels", [try numbers(anywhere, [2, 3, 2])]) {
      try crossEntropy($0[0], Tensor([[0, 2], [1, 1]]))
    }
  }

  @Test func layerAndRMSNorm() throws {
    let x = try numbers(anywhere, [2, 3, 4])
    for shape in [[4], [3, 4], [2, 3, 4]] {
      let weight = try numbers(awayFromZero, shape, 1)
      let bias = try numbers(anywhere, shape, 2)
      expectGradients("layer \(shape)", [x, weight, bias]) {
        try layerNorm($0[0], normalizedShape: shape, weight: $0[1], bias: $0[2])
      }
      expectGradients("layer \(shape), plain", [x]) { try layerNorm($0[0], normalizedShape: shape) }
      expectGradients("layer \(shape), only the weight", [weight]) {
        try layerNorm(x, normalizedShape: shape, weight: $0[0])
      }
      expectGradients("layer \(shape), only the bias", [bias]) {
        try layerNorm(x, normalizedShape: shape, bias: $0[0])
      }
      expectGradients("rms \(shape)", [x, weight]) {
        try rmsNorm($0[0], normalizedShape: shape, weight: $0[1], eps: 1e-3)
      }
      expectGradients("rms \(shape), plain", [x]) { try rmsNorm($0[0], normalizedShape: shape) }
    }
    expectGradients("layer, permuted", [x]) {
      try layerNorm($0[0].permute(2, 0, 1), normalizedShape: [3])
    }
    expectGradients("layer, expanded", [try numbers(anywhere, [1, 4])]) {
      try layerNorm($0[0].expanded(3, 4), normalizedShape: [4])
    }
    expectGradients("layer of nothing", [try numbers(anywhere, [0, 4])]) {
      try layerNorm($0[0], normalizedShape: [4])
    }
  }

  @Test(arguments: [false, true]) func batchNorms(training: Bool) throws {
    let weight = try numbers(awayFromZero, [3], 1)
    let bias = try numbers(anywhere, [3], 2)
    let running = (try numbers(anywhere, [3], 3), try numbers([0.5...2], [3], 4))
    func apply(_ x: Tensor, _ weight: Tensor?, _ bias: Tensor?) throws -> Tensor {
      var mean: Tensor? = running.0
      var variance: Tensor? = running.1
      return try batchNorm(
        x, runningMean: &mean, runningVar: &variance, weight: weight, bias: bias,
        training: training)
    }
    for shape in [[4, 3], [2, 3, 3], [2, 3, 2, 2]] {
      let x = try numbers(anywhere, shape)
      expectGradients("\(shape)", [x, weight, bias]) { try apply($0[0], $0[1], $0[2]) }
      expectGradients("\(shape), plain", [x]) { try apply($0[0], nil, nil) }
      expectGradients("\(shape), only the weight", [weight]) { try apply(x, $0[0], nil) }
      expectGradients("\(shape), only the bias", [bias]) { try apply(x, nil, $0[0]) }
    }
    expectGradients("channels last", [try numbers(anywhere, [2, 3, 2, 2]), weight, bias]) {
      try apply($0[0].channelsLast(), $0[1], $0[2])
    }
    expectGradients("transposed", [try numbers(anywhere, [3, 4])]) {
      try apply($0[0].t(), nil, nil)
    }
  }

  @Test func dropoutMasks() throws {
    for operand in Operand.all {
      expectGradients("dropout, \(operand.name)", [try numbers(anywhere, operand.shape)]) { x in
        try withSeed(3) { try dropout(operand.arrange(x[0]), p: 0.4) }
      }
    }
    let x = Tensor.ones([1000], requiresGrad: true)
    let y = try dropout(x, p: 0.25)
    try y.sum().backward()
    #expect(x.grad == y.detached())
  }
}
