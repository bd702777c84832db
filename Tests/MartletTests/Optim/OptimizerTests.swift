import Testing

@testable import Martlet

/// What every optimizer has in common.
@Suite struct OptimizerTests {
  static let optimizers = OptimizerCatalog.elementwise

  @Test(arguments: optimizers.indices) func frozenAndUnusedAreSkipped(_ number: Int) throws {
    let used = Parameter(Tensor.ones([3]))
    let frozen = Parameter(Tensor.ones([3]))
    let unused = Parameter(Tensor.ones([3]))
    let optimizer = try Self.optimizers[number]([used, frozen, unused])
    used.grad = Tensor.ones([3])
    frozen.grad = Tensor.ones([3])
    frozen.requiresGrad = false
    try optimizer.step()
    #expect(frozen.value == Tensor.ones([3]))
    #expect(unused.value.detached() == Tensor.ones([3]))
    #expect(try used.value.amax().item() < 1)
    optimizer.zeroGrad()
    #expect(used.grad == nil && frozen.grad == nil)
    let before = used.value.detached()
    try optimizer.step()
    #expect(used.value.detached() == before)
  }

  /// Copies of a parameter's value, and its gradient, are not written.
  @Test(arguments: optimizers.indices) func copiesKeepTheirElements(_ number: Int) throws {
    let p = Parameter(Tensor.ones([4]))
    let optimizer = try Self.optimizers[number]([p])
    let gradient = Tensor.full([4], 0.5)
    for _ in 0..<3 {
      let copy = p.value.detached()
      let numbers = try copy.array(of: Float.self)
      p.grad = gradient
      try optimizer.step()
      #expect(try copy.array(of: Float.self) == numbers)
      #expect(gradient == Tensor.full([4], 0.5))
      #expect(p.value.detached() != copy)
    }
    #expect(p.value.isLeaf && p.value.requiresGrad)
  }

  /// An unshared parameter is written where it is; one that is not row-major gets new memory once.
  @Test(arguments: optimizers.indices) func layouts(_ number: Int) throws {
    let plain = Parameter(try sample([2, 3], 1, dtype: .float32))
    let turned = Parameter(try sample([2, 3], 1, dtype: .float32).t().contiguous().t())
    let a = try Self.optimizers[number]([plain])
    let b = try Self.optimizers[number]([turned])
    let gradient = try sample([2, 3], 2, dtype: .float32)
    for _ in 0..<3 {
      plain.grad = try gradient.t().contiguous().t()
      turned.grad = gradient
      let address = plain.value.buffer.data
      try a.step()
      #expect(plain.value.buffer.data == address)
      try b.step()
    }
    #expect(plain.value.detached() == turned.value.detached())
  }

  @Test(arguments: optimizers.indices) func learns(_ number: Int) throws {
    let p = Parameter(try Tensor([3.0, -2.0]))
    let optimizer = try Self.optimizers[number]([p])
    for _ in 0..<400 {
      optimizer.zeroGrad()
      try (p.value - Tensor([1.0, 1.0])).square().sum().backward()
      try optimizer.step()
    }
    #expect(try (p.value - 1).abs().amax().item() < 0.2)
  }

  /// An error of one parameter leaves the others as they are.
  @Test func nothingOrAll() throws {
    let good = Parameter(Tensor.ones([3]))
    let bad = Parameter(Tensor.ones([3]))
    let optimizer = try Adam([good, bad])
    good.grad = Tensor.ones([3])
    bad.grad = Tensor.ones([2])
    #expect(throws: TensorError.self) { try optimizer.step() }
    #expect(good.value.detached() == Tensor.ones([3]))
    bad.grad = Tensor.ones([3])
    try optimizer.step()
    #expect(good.value.detached() == bad.value.detached())
    #expect(try optimizer.stateDict()["state.0.step"]?.item() == 1)
  }

  @Test func parametersThatChange() throws {
    let p = Parameter(Tensor.ones([3]))
    let optimizer = try SGD([p], learningRate: 1, momentum: 0.5)
    p.grad = Tensor.ones([3])
    try optimizer.step()
    p.value = try p.value.to(.float64)
    p.grad = Tensor.ones([3], dtype: .float64)
    try optimizer.step()
    #expect(p.value.detached() == Tensor.full([3], -1.5, dtype: .float64))
    p.value = Tensor.ones([4])
    p.grad = Tensor.ones([4])
    #expect(
      errorText { try optimizer.step() }
        == "step: a parameter has changed its shape since its last step: [4] x [3]")
  }

  @Test func gradientsOfAnotherShape() {
    let p = Parameter(Tensor.ones([3]))
    p.grad = Tensor.ones([2])
    #expect(
      errorText { try SGD([p]).step() }
        == "step: a gradient differs in shape from its parameter: [3] x [2]")
  }
}
