import Testing

@testable import Martlet

/// What finds room for the examples in a batch, in channels or in rows of weights, against a loop.
@Suite struct VmapFoldingTests {
  func wide(_ net: any Module) throws -> [Tensor] {
    try net.parameters().map { try $0.value.to(.float64).detached() }
  }

  /// Two calls inside of each other against the function of the flattened examples.
  private func expectNested(
    _ name: String, _ x: Tensor, _ function: (Tensor) throws -> [Tensor]
  ) throws {
    let nested = try vmap(over: x) { try vmap(over: $0) { try function($0) } }
    let flat = try x.flatten(from: 0, to: 1)
    let rows = try (0..<flat.shape[0]).map { try function(flat[$0]) }
    for i in nested.indices {
      let expected = try stack(rows.map { $0[i] }).reshape(nested[i].shape)
      #expect(try expected.agrees(with: nested[i]), "\(name), result \(i)")
    }
  }

  @Test(arguments: [(1, 5), (3, 4), (300, 5), (2, 700)])
  func rowsWithWeights(_ rows: Int, _ size: Int) throws {
    let x = try numbers(anywhere, [3, rows, size])
    let (w, b) = (try numbers(anywhere, [3, size], 1), try numbers(anywhere, [3, size], 2))
    expectSameAsLoop("layerNorm", [x, w, b]) {
      [try layerNorm($0[0], normalizedShape: [size], weight: $0[1], bias: $0[2])]
    }
    expectSameAsLoop("bias alone", [x, b]) {
      [try layerNorm($0[0], normalizedShape: [size], bias: $0[1])]
    }
    expectSameAsLoop("rmsNorm", [x, w]) {
      [try rmsNorm($0[0], normalizedShape: [size], weight: $0[1])]
    }
    // A weight that is the same for all, whose gradient is not.
    expectSameAsLoop("gradients of one weight", [x]) { x in
      try grad(at: [w[0], b[0]]) {
        try layerNorm(x[0], normalizedShape: [size], weight: $0[0], bias: $0[1]).sin().sum()
      }
    }
    let half = try x.to(.bfloat16)
    let (halfWeight, halfBias) = (try w.to(.bfloat16), try b.to(.bfloat16))
    let together = try vmap(over: half, halfWeight, halfBias) { x, w, b in
      try layerNorm(x, normalizedShape: [size], weight: w, bias: b)
    }
    for i in 0..<3 {
      #expect(
        try together[i]
          == layerNorm(half[i], normalizedShape: [size], weight: halfWeight[i], bias: halfBias[i]))
    }
  }

  @Test func nestedRows() throws {
    let x = try numbers(anywhere, [2, 3, 4, 5])
    let (w, b) = (try numbers(anywhere, [5], 1), try numbers(anywhere, [5], 2))
    try expectNested("layerNorm", x) { x in
      try grad(at: [x, w, b]) {
        try layerNorm($0[0], normalizedShape: [5], weight: $0[1], bias: $0[2]).sin().sum()
      }
    }
    // Weights that vary with the inner call alone, with the outer one alone, and with both.
    let (inner, outer) = (try numbers(anywhere, [3, 5], 3), try numbers(anywhere, [2, 5], 4))
    let both = try numbers(anywhere, [2, 3, 5], 5)
    let norm: (Tensor, Tensor) throws -> Tensor = {
      try layerNorm($0, normalizedShape: [5], weight: $1)
    }
    let results = [
      try vmap(over: x) { try vmap(over: $0, inner, of: norm) },
      try vmap(over: x, outer) { x, w in try vmap(over: x) { try norm($0, w) } },
      try vmap(over: x, both) { try vmap(over: $0, $1, of: norm) },
    ]
    for i in 0..<2 {
      for j in 0..<3 {
        let weights = [try inner[j], try outer[i], try both[i][j]]
        for (result, weight) in zip(results, weights) {
          #expect(try norm(x[i][j], weight).agrees(with: result[i][j]))
        }
      }
    }
  }

  @Test(arguments: [[1, 4], [2, 4, 3], [2, 4, 3, 9]]) func channels(_ shape: [Int]) throws {
    let x = try numbers(anywhere, [3] + shape)
    let (w, b) = (try numbers(anywhere, [3, 4], 1), try numbers(anywhere, [3, 4], 2))
    expectSameAsLoop("groupNorm", [x, w, b]) {
      [try groupNorm($0[0], groups: 2, weight: $0[1], bias: $0[2])]
    }
    expectSameAsLoop("gradients of one weight", [x]) { x in
      try grad(at: [w[0], b[0]]) {
        try groupNorm(x[0], groups: 2, weight: $0[0], bias: $0[1]).sin().sum()
      }
    }
    guard shape.count > 2 else { return }
    func norm(_ x: Tensor, _ w: Tensor?, _ b: Tensor?, training: Bool = true) throws -> [Tensor] {
      var (mean, variance): (Tensor?, Tensor?) = (b, w)
      let y = try batchNorm(
        x, runningMean: &mean, runningVar: &variance, weight: w, bias: b, training: training)
      return [y] + [mean, variance].compactMap { $0 }
    }
    expectSameAsLoop("batchNorm", [x, try w.square(), b]) { try norm($0[0], $0[1], $0[2]) }
    expectSameAsLoop("without weights", [x]) { try norm($0[0], nil, nil) }
    expectSameAsLoop("one weight", [x]) { try norm($0[0], w[0].square(), b[0]) }
    expectSameAsLoop("with running statistics", [x, try w.square(), b]) {
      try norm($0[0], $0[1], $0[2], training: false)
    }
    try expectNested("batchNorm", try stack([x, x * 2])) { x in
      try grad(at: [x, try w[0].square()]) { try norm($0[0], $0[1], b[0])[0].sin().sum() }
    }
    try expectNested("groupNorm", try stack([x, x * 2])) { x in
      try grad(at: [x, try w[0]]) { try groupNorm($0[0], groups: 2, weight: $0[1]).sin().sum() }
    }
  }

  @Test func channelsLast() throws {
    let kernel = try numbers(anywhere, [16, 3, 3, 3], 1)
    let w = try numbers(anywhere, [3, 16], 2)
    let images = try numbers(anywhere, [3, 2, 3, 6, 6])
    func net(_ images: Tensor, _ w: Tensor, _ kernel: Tensor) throws -> Tensor {
      var (mean, variance): (Tensor?, Tensor?) = (nil, nil)
      let h = try batchNorm(
        conv2d(images, kernel, padding: 1).relu(), runningMean: &mean, runningVar: &variance,
        weight: w, training: true)
      return try conv2d(h, kernel.transpose(0, 1), padding: 1)
    }
    expectSameAsLoop("batchNorm of convolutions", [images, w]) {
      [try net($0[0], $0[1], kernel)]
    }
    // In float32, where convolutions choose their layout.
    let (x, k) = (try images.to(.float32), try kernel.to(.float32))
    let together = try vmap(over: x) { try net($0, w[0].to(.float32), k) }
    for i in 0..<3 {
      let own = try net(x[i], w[0].to(.float32), k)
      #expect(try own.allClose(together[i], rtol: 1e-4, atol: 1e-4))
    }
  }

  @Test func recurrentLayers() throws {
    let x = try numbers(anywhere, [3, 4, 2, 3])
    let layers: [any Module] = [
      LSTM(3, 4, layers: 2, bidirectional: true), LSTM(3, 4, projectionSize: 2), GRU(3, 4),
    ]
    for layer in layers {
      try layer.to(dtype: .float64)
      func run(_ x: Tensor) throws -> Tensor {
        switch layer {
        case let layer as LSTM: try layer(x).output
        case let layer as GRU: try layer(x).output
        default: x
        }
      }
      expectSameAsLoop("\(layer)", [x]) { [try run($0[0])] }
      try expectNested("\(layer)", try stack([x, x * 2])) { x in
        try noGrad { [try run(x)] } + [grad(at: x) { try run($0).sin().sum() }]
      }
    }
  }

  @Test func packedSequences() throws {
    let layer = GRU(3, 4)
    try layer.to(dtype: .float64)
    let x = try numbers(anywhere, [3, 5, 2, 3])
    let start = try numbers(anywhere, [3, 1, 2, 4], 1)
    expectSameAsLoop("packed", [x, start]) {
      let packed = try packPaddedSequence($0[0], lengths: [3, 5], enforceSorted: false)
      let (output, last) = try layer(packed, $0[1])
      return [output.data, last]
    }
  }

  /// The gradient of each example by the weights, which all share.
  @Test func gradientsByRecurrentWeights() throws {
    let layer = LSTM(3, 4)
    try layer.to(dtype: .float64)
    let parameters = layer.parameterDictionary()
    let x = try numbers(anywhere, [3, 4, 2, 3])
    func slopes(_ x: Tensor) throws -> TensorDictionary {
      try noGrad {
        try grad(at: parameters) {
          try functionalCall(layer, $0, (.padded(x), nil)).1.hidden.sin().sum()
        }
      }
    }
    let together = try vmap(over: x, of: slopes)
    for i in 0..<3 {
      for (name, slope) in try slopes(x[i]) {
        #expect(try slope.agrees(with: together[name]?[i] ?? slope), "\(name)")
      }
    }
  }
}
