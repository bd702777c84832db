import Testing

@testable import Martlet

@Suite struct RematTests {
  let x = Tensor.arange(1, 5, dtype: .float64)

  /// Counts how often it is called.
  final class Block: Module {
    @Parameter var weight = Tensor.full([4], 0.5, dtype: .float64)
    @ModuleBuffer var calls = Tensor.zeros([])
    var computed = 0

    func forward(_ x: Tensor) throws -> Tensor {
      computed += 1
      calls = try calls + 1
      return try (x * weight).sin() + x
    }
  }

  @Test func gradientsOfArgumentsAndWhatIsCaptured() throws {
    let block = Block()
    let captured = try x.requiringGrad()
    let middle = try captured.square()
    func loss(_ x: Tensor, _ isSecond: Bool) throws -> Tensor {
      // What is captured comes from what else is captured.
      let function: (Tensor) throws -> (Tensor, [Tensor]) = {
        (try block($0) * middle, [try $0 * captured, try Tensor([1])])
      }
      let (a, b) = isSecond ? try remat(at: x, of: function) : try function(x)
      #expect(b[1].dtype == .int64 && !b[1].requiresGrad)
      return try (a * middle + b[0]).sum()
    }
    let expected = try valueAndGrad(at: x) { try loss($0, false) }
    try expected.value.backward(retainGraph: true)
    let slopes = (try #require(captured.grad), try #require(block.$weight.grad))
    captured.grad = nil
    block.zeroGrad()
    let got = try valueAndGrad(at: x) { try loss($0, true) }
    #expect(got.value.detached() == expected.value.detached())
    #expect(got.gradient.detached() == expected.gradient.detached())
    try got.value.backward()
    #expect(try captured.grad?.allClose(slopes.0, rtol: 1e-14) == true)
    #expect(try block.$weight.grad?.allClose(slopes.1, rtol: 1e-14) == true)
  }

  /// Nothing of the function is kept; it runs once more for each backward pass, and leaves the
  /// module's state alone.
  @Test func functionsAreCalledAgain() throws {
    let block = Block()
    let y = try remat(at: x) { try block($0) }
    #expect(block.computed == 1)
    try y.sum().backward(retainGraph: true)
    #expect(block.computed == 2)
    try y.sum().backward()
    #expect(block.computed == 3)
    #expect(try block.calls.item() == 1)
    #expect(errorText { try y.sum().backward() }.contains("remat a second time"))
    let plain = try noGrad { try remat(at: x) { try block($0) } }
    #expect(!plain.requiresGrad && block.computed == 4)
  }

  @Test func derivativesOfDerivatives() throws {
    let block = Block()
    func third(_ function: @escaping (Tensor) throws -> Tensor) throws -> Tensor {
      try grad(at: x) { x in
        try hessian(at: x) { try (function($0) * x).sum() }.square().sum()
      }
    }
    let expected = try third { try block(block($0)) }
    let inner = try third { try block(remat(at: $0) { try block($0) }) }
    let nested = try third { x in
      try remat(at: x) { x in try block(remat(at: x) { try block($0) }) }
    }
    #expect(try inner.allClose(expected, rtol: 1e-12))
    #expect(try nested.allClose(expected, rtol: 1e-12))
    try gradientGradientCheck([x]) { inputs in
      [try remat(at: inputs[0]) { try block($0).exp() }]
    }
  }

  @Test func randomNumbersAreRepeated() throws {
    let x = Tensor.ones([64])
    func noisy(_ x: Tensor) throws -> Tensor {
      try dropout(x, p: 0.5) * x.randLike() + Tensor.randn([64])
    }
    func run(_ function: (Tensor) throws -> Tensor) throws -> (Tensor, Tensor, Tensor) {
      try withSeed(5) {
        let (value, slope) = try valueAndGrad(at: x) { try function($0).sum() }
        return (value, slope, Tensor.rand([8]))
      }
    }
    let plain = try run(noisy)
    let again = try run { try remat(at: $0) { try noisy($0) } }
    #expect(again.0 == plain.0 && again.1 == plain.1 && again.2 == plain.2)
  }

  @Test func functionalCalls() throws {
    let block = Block()
    final class Outer: Module {
      let block: Block
      init(_ block: Block) { self.block = block }
      func forward(_ x: Tensor) throws -> Tensor { try remat(at: x) { [block] in try block($0) } }
    }
    let weight = Tensor.full([4], 2.0, dtype: .float64)
    let slopes = try grad(at: ["block.weight": weight] as TensorDictionary) {
      try functionalCall(Outer(block), $0, x).sum()
    }
    #expect(try slopes["block.weight"]?.allClose(x * (x * weight).cos(), rtol: 1e-14) == true)
    #expect(block.$weight.grad == nil)
    #expect(try block.calls.item() == 0)
  }

  @Test func mixedPrecision() throws {
    let x = try x.to(.float32)
    let layer = Linear(4, 4)
    func slopes(_ function: (Tensor) throws -> Tensor) throws -> [Tensor] {
      layer.zeroGrad()
      // A weight that is converted before, inside and after.
      let loss = try autocast { try (function(layer(x)).to(.float32) + layer(x)).sum() }
      try loss.backward()
      return layer.parameters().compactMap(\.grad)
    }
    let expected = try slopes { try layer(layer($0)) }
    #expect(expected.count == 2)
    let got = try slopes { h in try remat(at: h) { try layer(layer($0)) } }
    // Sums of gradients are rounded to bfloat16 where one conversion serves several uses.
    for (a, b) in zip(got, expected) { #expect(try a.allClose(b, rtol: 0.02, atol: 0.02)) }
  }

  @Test func manySteps() throws {
    // A chain that is longer than the stack is deep.
    var h = try x.requiringGrad()
    let start = h
    for _ in 0..<20_000 { h = try remat(at: h) { try $0 * 1.0 } }
    try h.sum().backward()
    #expect(start.grad == (try x.onesLike()))
    h = start
  }

  @Test func errors() throws {
    var calls = 0
    let x = try x.requiringGrad()
    let y = try remat(at: x) { x in
      calls += 1
      return calls == 1 ? try x * 2 : try x[0..<2] * 2
    }
    #expect(
      errorText { try y.sum().backward() }
        == "remat: the function gives the shapes [[2]] when it is called again, and gave [[4]]")
    #expect(
      errorText { _ = try remat(at: x) { try $0.matmul(Tensor.ones([3], dtype: .float64)) } }
        .contains("inner sizes"))
  }
}
