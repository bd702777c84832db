import Testing

@testable import Martlet

@Suite struct VmapCompositionTests {
  @Test func jacobians() throws {
    let x = try numbers(anywhere, [3, 4])
    let function: (Tensor) throws -> Tensor = { try $0.sin() * $0.sum() }
    // The Jacobian of a vmap, whose examples do not see each other.
    let all = try jacobian(at: x) { try vmap(over: $0, of: function) }
    let each = try vmap(over: x) { try jacobian(at: $0, of: function) }
    for i in 0..<3 {
      let own = try jacobian(at: x[i], of: function)
      #expect(try own.agrees(with: each[i]) && own.agrees(with: all[i][.all, i]))
      #expect(try all[i][.all, (i + 1) % 3].countNonzero().item() == 0)
    }
    // Hessians, of all examples and of a vmap.
    let scalar: (Tensor) throws -> Tensor = { try function($0).square().sum() }
    let curvatures = try vmap(over: x) { try hessian(at: $0, of: scalar) }
    let whole = try hessian(at: x) { try vmap(over: $0, of: scalar).sum() }
    for i in 0..<3 {
      let own = try hessian(at: x[i], of: scalar)
      #expect(try own.agrees(with: curvatures[i]) && own.agrees(with: whole[i][.all, i]))
    }
  }

  @Test func forwardMode() throws {
    let x = try numbers(anywhere, [3, 4])
    let directions = try numbers(anywhere, [3, 4], 1)
    let function: ([Tensor]) throws -> [Tensor] = { [try $0[0].exp() * $0[0].sum()] }
    let each = try vmap(over: x, directions) { x, v in
      try jvp(at: [x], [v], function).tangents[0]
    }
    let along = try vmap(over: directions) { v in try jvp(at: [x[0]], [v], function).tangents[0] }
    let through = try jvp(at: [x], [directions]) { inputs in
      [try vmap(over: inputs[0]) { try function([$0])[0] }]
    }.tangents[0]
    for i in 0..<3 {
      let own = try jvp(at: [x[i]], [directions[i]], function).tangents[0]
      #expect(try own.agrees(with: each[i]) && own.agrees(with: through[i]))
      #expect(try jvp(at: [x[0]], [directions[i]], function).tangents[0].agrees(with: along[i]))
    }
  }

  /// The gradients of a record that holds a vmap, for several cotangents at once.
  @Test func pullbacksOfAVmap() throws {
    let x = try numbers(anywhere, [3, 4])
    let w = try numbers(anywhere, [4, 2], 1)
    let (y, pullback) = try vjp(at: [x, w]) { inputs in
      [try vmap(over: inputs[0]) { try $0.sin().matmul(inputs[1]).tanh() }]
    }
    let cotangents = try numbers(anywhere, [5] + y[0].shape, 2)
    let got = try vmap(over: cotangents) { try pullback([$0]) }
    for i in 0..<5 {
      let own = try pullback([cotangents[i]])
      #expect(try own[0].agrees(with: got[0][i]) && own[1].agrees(with: got[1][i]))
    }
  }

  final class CNN: Module {
    let conv = Conv2d(2, 4, kernelSize: 3, stride: 2, padding: 1)
    let norm = BatchNorm2d(4)
    let depthwise = Conv2d(4, 4, kernelSize: 2, groups: 4)
    let head = Linear(4, 3)
    @Parameter var scale = Tensor.ones([4])
    func forward(_ x: Tensor) throws -> Tensor {
      let h = try norm(conv(x)).gelu()
      let g = try groupNorm(depthwise(maxPool2d(h, kernelSize: 2)), groups: 2, weight: scale)
      return try head(adaptiveAvgPool2d(g, outputSize: [1, 1]).flatten(from: 1))
    }
  }

  func doubled(_ values: TensorDictionary) throws -> TensorDictionary {
    TensorDictionary(
      try values.map {
        ($0.name, $0.tensor.dtype == .float32 ? try $0.tensor.to(.float64) : $0.tensor)
      })
  }

  @Test func gradientsOfEachExample() throws {
    let net = CNN().eval()
    let buffers = try doubled(net.bufferDictionary())
    let parameters = try doubled(net.parameterDictionary())
    let images = try numbers(anywhere, [5, 2, 8, 8])
    let labels = try Tensor([0, 2, 1, 1, 0])
    func loss(_ parameters: TensorDictionary, _ image: Tensor, _ label: Tensor) throws -> Tensor {
      let values = TensorDictionary(
        (Array(parameters) + Array(buffers)).map { ($0.name, $0.tensor) })
      let y = try functionalCall(net, values, image.unsqueezed(0))
      return try crossEntropy(y, label.unsqueezed(0))
    }
    let (losses, slopes) = try vmap(over: images, labels) { image, label in
      try valueAndGrad(at: parameters) { try loss($0, image, label) }
    }
    let total = try grad(at: parameters) { parameters in
      try vmap(over: images, labels) { try loss(parameters, $0, $1) }.sum()
    }
    for (name, slope) in slopes {
      #expect(try slope.sum(0).agrees(with: total[name] ?? slope), "\(name)")
    }
    for i in 0..<5 {
      let own = try valueAndGrad(at: parameters) { try loss($0, images[i], labels[i]) }
      #expect(try own.value.agrees(with: losses[i]))
      for (name, slope) in own.gradient {
        #expect(try slope.agrees(with: slopes[name]?[i] ?? slope), "\(name) of \(i)")
      }
    }
  }

  /// Several networks of one kind at once: weights vary, and the input may or may not.
  @Test func ensembles() throws {
    let net = CNN()
    let members = try (0..<3).map { number in
      try doubled(net.stateDict()).map { ($0.name, try $0.tensor * (1 + number)) }
    }
    let stacked = TensorDictionary(
      try members[0].indices.map { i in (members[0][i].0, try stack(members.map { $0[i].1 })) })
    let images = try numbers(anywhere, [4, 2, 8, 8])
    for training in [true, false] {
      net.train(training)
      let run: (TensorDictionary, Tensor) throws -> (Tensor, TensorDictionary) = {
        let (y, buffers) = try functionalCallWithBuffers(net, $0, $1)
        return (y, buffers)
      }
      let (y, buffers) = try vmap(over: stacked, images, inDims: [0, nil], of: run)
      for i in 0..<3 {
        let own = try run(TensorDictionary(members[i]), images)
        #expect(try own.0.agrees(with: y[i]))
        for (name, buffer) in own.1 {
          #expect(try buffer.agrees(with: buffers[name]?[i] ?? buffer), "\(name)")
        }
      }
    }
  }

  @Test func recomputation() throws {
    let x = try numbers(anywhere, [3, 4])
    let w = try numbers(anywhere, [4, 4], 1)
    expectSameAsLoop("remat", [x]) { inputs in
      [try remat(at: inputs[0]) { try ($0.matmul(w)).tanh() }]
    }
    let plain = try grad(at: w) { w in try vmap(over: x) { try $0.matmul(w).tanh().sum() }.sum() }
    let around = try grad(at: w) { w in
      try remat(at: w) { w in try vmap(over: x) { try $0.matmul(w).tanh().sum() } }.sum()
    }
    let inside = try grad(at: w) { w in
      try vmap(over: x) { x in try remat(at: x) { try $0.matmul(w).tanh().sum() } }.sum()
    }
    #expect(try plain.agrees(with: around) && plain.agrees(with: inside))
    let random: (Tensor) throws -> Tensor = { try $0 * $0.randLike() }
    let first = try withSeed(2) {
      try grad(at: x) { try vmap(over: $0, randomness: .different, of: random).sum() }
    }
    let again = try withSeed(2) {
      try grad(at: x) {
        try vmap(over: $0, randomness: .different) { try remat(at: $0, of: random) }.sum()
      }
    }
    #expect(first == again)
  }
}
