import Testing

@testable import Martlet

@Suite struct AutocastTests {
  struct Entry: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// The dtypes of results of float32 and of bfloat16 input.
    let expected: [DType]
    let compute: @Sendable (_ x: Tensor, _ convert: (Tensor) throws -> Tensor) throws -> Tensor

    init(
      _ name: String, _ expected: [DType],
      _ compute: @escaping @Sendable (Tensor, (Tensor) throws -> Tensor) throws -> Tensor
    ) {
      testDescription = name
      self.expected = expected
      self.compute = compute
    }
  }

  static let low: [DType] = [.bfloat16, .bfloat16]
  static let full: [DType] = [.float32, .float32]
  static let same: [DType] = [.float32, .bfloat16]

  static let w = Tensor.full([4, 4], 0.5)
  static let b = Tensor.full([4], 0.5)
  static let images = Tensor.full([2, 4, 5, 5], 0.5)
  static let kernel = Tensor.full([4, 4, 3, 3], 0.5)

  static let entries: [Entry] = [
    .init("matmul", low) { x, _ in try x.matmul(w) },
    .init("mv", low) { x, _ in try x.mv(b) },
    .init("linear", low) { x, _ in try linear(x, w, b) },
    .init("conv2d", low) { _, c in try conv2d(c(images), kernel, b, padding: 1) },
    .init("convTranspose2d", low) { _, c in try convTranspose2d(c(images), kernel) },
    .init("addmm", low) { x, _ in try b.addmm(x, w, beta: 0.5) },
    .init("einsum", low) { x, _ in try einsum("ij,jk->ik", x, w) },
    .init("attention", low) { x, _ in try scaledDotProductAttention(x, w, x) },
    .init("prelu", low) { x, _ in try prelu(x, b) },
    .init("exp", full) { x, _ in try x.exp() }, .init("log", full) { x, _ in try x.log() },
    .init("pow", full) { x, _ in try x.pow(2.5) }, .init("pow", full) { x, _ in try x.pow(x) },
    .init("rsqrt", full) { x, _ in try x.rsqrt() }, .init("sum", full) { x, _ in try x.sum() },
    .init("prod", full) { x, _ in try x.prod() }, .init("cumsum", full) { x, _ in try x.cumsum(0) },
    .init("norm", full) { x, _ in try x.norm() },
    .init("softmax", full) { x, _ in try x.softmax(dim: 1) },
    .init("logSumExp", full) { x, _ in try x.logSumExp(1) },
    .init("layerNorm", full) { x, _ in
      try layerNorm(x, normalizedShape: [4], weight: b, bias: b)
    },
    .init("groupNorm", full) { _, c in try groupNorm(c(images), groups: 2, weight: b) },
    .init("mse", full) { x, c in try mseLoss(x, c(w)) },
    .init("cross entropy", full) { x, _ in try crossEntropy(x, Tensor([0, 1, 2, 3])) },
    .init("logits", full) { x, c in try binaryCrossEntropyWithLogits(x, c(w)) },
    .init("huber", full) { x, c in try huberLoss(x, c(w)) },
    .init("triplet", full) { x, c in try tripletMarginLoss(x, c(w), x) },
    .init("cdist", full) { x, c in try cdist(x, c(w)) },
    .init("cosine", full) { x, c in try cosineSimilarity(x, c(w)) },
    .init("interpolate", full) { _, c in try interpolate(c(images), scaleFactor: [2, 2]) },
    .init("softplus", full) { x, _ in try softplus(x) },
    .init("mean", same) { x, _ in try x.mean() }, .init("var", same) { x, _ in try x.var() },
    .init("amax", same) { x, _ in try x.amax() }, .init("sqrt", same) { x, _ in try x.sqrt() },
    .init("batchNorm", same) { _, c in
      var (mean, variance): (Tensor?, Tensor?) = (b, b)
      return try batchNorm(
        c(images), runningMean: &mean, runningVar: &variance, weight: b, bias: b, training: true)
    },
    .init("relu", same) { x, _ in try x.relu() }, .init("gelu", same) { x, _ in try x.gelu() },
    .init("sigmoid", same) { x, _ in try x.sigmoid() },
    .init("silu", same) { x, _ in try x.silu() },
    .init("mish", same) { x, _ in try mish(x) }, .init("elu", same) { x, _ in try elu(x) },
    .init("selu", same) { x, _ in try selu(x) },
    .init("logSigmoid", same) { x, _ in try logSigmoid(x) },
    .init("maxPool", same) { _, c in try maxPool2d(c(images), kernelSize: 2) },
    .init("avgPool", same) { _, c in try avgPool2d(c(images), kernelSize: 2) },
    .init("add", full) { x, _ in try x + w }, .init("cat", full) { x, _ in try cat([x, w]) },
  ]

  @Test(arguments: entries) func precision(_ entry: Entry) throws {
    for (dtype, expected) in zip([DType.float32, .bfloat16], entry.expected) {
      let convert: (Tensor) throws -> Tensor = { try $0.to(dtype) }
      let x = try convert(Tensor.full([4, 4], 0.25))
      let result = try autocast { try entry.compute(x, convert) }
      #expect(result.dtype == expected, "of \(dtype)")
      #expect(try result.isFinite().all().item(Bool.self))
    }
  }

  @Test func wideNumbersStay() throws {
    let x = Tensor.ones([2, 2], dtype: .float64)
    #expect(try autocast { try x.matmul(x) }.dtype == .float64)
    #expect(try autocast { try Tensor.ones([2, 2], dtype: .int64).sum() }.dtype == .int64)
  }

  @Test func scopes() throws {
    let x = Tensor.ones([2, 2])
    func dtype() throws -> DType { try x.matmul(x).dtype }
    #expect(try dtype() == .float32)
    try autocast {
      #expect(try dtype() == .bfloat16)
      let inner = try autocast(.float16) { try dtype() }
      #expect(inner == .float16)
      let outside = try autocast(isEnabled: false) { try dtype() }
      #expect(outside == .float32)
      #expect(try noGrad { try dtype() } == .bfloat16)
    }
    #expect(throws: CancellationError.self) {
      try autocast { () throws -> Void in throw CancellationError() }
    }
    #expect(try dtype() == .float32)
    #expect(
      errorText { try autocast(.float32) {} }
        == "autocast: converts to bfloat16 or float16 (got float32)")
  }

  /// Gradients arrive in the parameters' dtype, near those of float32.
  @Test func training() throws {
    let x = try sample([16, 8], 1, dtype: .float32) * 0.1
    let net = withSeed(3) { Sequential(Linear(8, 16), ReLU(), Linear(16, 4)) }
    let labels = try Tensor((0..<16).map { $0 % 4 })
    try crossEntropy(net(x), labels).backward()
    let exact = net.parameters().compactMap(\.grad)
    net.zeroGrad()
    let loss = try autocast {
      // Both uses share one conversion of the parameters.
      try (crossEntropy(net(x), labels) + crossEntropy(net(x), labels)) / 2
    }
    #expect(loss.dtype == .float32)
    try loss.backward()
    for (parameter, expected) in zip(net.parameters(), exact) {
      let gradient = try #require(parameter.grad)
      #expect(gradient.dtype == .float32)
      #expect(try (gradient - expected).abs().amax().item() < 0.02)
    }
  }

  @Test func conversionsOfParametersAreKept() throws {
    let w = Parameter(Tensor.ones([2, 2]))
    let x = Tensor.ones([2, 2])
    try autocast {
      let lowered = { try #require(Autocast.current).lowered(w.value) }
      #expect(try lowered().buffer === lowered().buffer)
      let before = try lowered()
      // A backward pass or a step in between makes a new one.
      try x.matmul(w.value).sum().backward()
      #expect(try lowered().buffer !== before.buffer)
      let optimizer = try SGD([w], learningRate: 1)
      try optimizer.step()
      #expect(try x.matmul(w.value).detached() == Tensor.full([2, 2], -2.0, dtype: .bfloat16))
      try x.matmul(w.value).sum().backward()
    }
    #expect(w.grad?.dtype == .float32)
  }

  /// Layers and cells take and give the low precision, whatever they are given; gradients reach the
  /// parameters in float32.
  @Test(arguments: [DType.float32, .bfloat16]) func recurrentLayers(_ dtype: DType) throws {
    let x = try sample([5, 2, 3], 1, dtype: .float32).to(dtype)
    let layer = LSTM(3, 4, layers: 2, projectionSize: 2)
    let (output, state) = try autocast { try layer(x) }
    let (again, _) = try autocast { try layer(x, state) }
    for tensor in [output, state.hidden, state.cell, again] { #expect(tensor.dtype == .bfloat16) }
    let exact = try layer(x.to(.float32)).output
    #expect(try (output - exact).abs().amax().item() < 0.02)
    try output.to(.float32).sum().backward()
    #expect(layer.weights.allSatisfy { $0.grad?.dtype == .float32 })

    #expect(try autocast { try GRU(3, 4)(x).output }.dtype == .bfloat16)
    #expect(try autocast(.float16) { try RNN(3, 4)(x).output }.dtype == .float16)
    let row = try x.select(0, 0)
    let cell = try autocast { try LSTMCell(3, 4)(row) }
    #expect(cell.hidden.dtype == .bfloat16 && cell.cell.dtype == .bfloat16)
    let wide = errorText { try autocast { try layer(x.to(.float64)) } }
    #expect(
      wide == "LSTM: the input and the parameters differ (got float64, bfloat16), in LSTM")
  }

  /// Half precision inside of the low precision is computed in float32, not lowered again.
  @Test func lowOperationsRoundOnce() throws {
    let x = try sample([8, 8], 1, dtype: .float32) * 0.3
    let half = try x.to(.bfloat16)
    let expected = try half.addmm(half, half, beta: 0.3, alpha: 0.7)
    #expect(try autocast { try x.addmm(x, x, beta: 0.3, alpha: 0.7) } == expected)
    let attended = try scaledDotProductAttention(half, half, half, dropout: 1e-300)
    #expect(
      try autocast { try scaledDotProductAttention(x, x, x, dropout: 1e-300) } == attended)
    let far = try sample([40, 8], 2, dtype: .float32)
    #expect(try autocast { try cdist(far, far) } == cdist(far, far))
  }
}
