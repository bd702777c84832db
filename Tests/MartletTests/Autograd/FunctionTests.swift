import Testing

@testable import Martlet

@Suite struct FunctionTests {
  /// x^3 with a derivative written by hand.
  struct Cube: Function {
    func forward(_ inputs: [Tensor], _ context: FunctionContext) throws -> Tensor {
      context.save(inputs[0])
      return try inputs[0] * inputs[0] * inputs[0]
    }
    func backward(_ gradient: Tensor, _ context: FunctionContext) throws -> [Tensor?] {
      try [gradient * context.saved(0).square() * 3]
    }
  }

  /// x y, reporting which gradients are wanted.
  struct Product: Function {
    func forward(_ inputs: [Tensor], _ context: FunctionContext) throws -> Tensor {
      context.save(inputs[0], inputs[1])
      return try inputs[0] * inputs[1]
    }
    func backward(_ gradient: Tensor, _ context: FunctionContext) throws -> [Tensor?] {
      [
        context.needsGradient[0] ? try gradient * context.saved(1) : nil,
        context.needsGradient[1] ? try gradient * context.saved(0) : nil,
      ]
    }
  }

  @Test func firstAndSecondDerivative() throws {
    expectGradients("cube", [try numbers(anywhere, [3])]) { try Cube()($0[0]) }
    expectGradients("cube inside", [try numbers(anywhere, [3])]) { try Cube()($0[0].sin()).exp() }
    expectGradients("product", [try numbers(anywhere, [3]), try numbers(anywhere, [3], 1)]) {
      try Product()($0[0], $0[1])
    }
    let x = try Tensor(2.0, requiresGrad: true)
    let first = try #require(gradients(of: Cube()(x), for: [x], createGraph: true)[0])
    let second = try #require(gradients(of: first, for: [x], createGraph: true)[0])
    #expect(try [first.item(), second.item()] == [12, 12])
    #expect(try #require(gradients(of: second, for: [x])[0]).item() == 6)
  }

  @Test func inputsWithoutGradients() throws {
    let x = try Tensor([2.0], requiresGrad: true)
    let y = try Tensor([5.0])
    try Product()(x, y).sum().backward()
    #expect(try #require(x.grad).item() == 5)
    #expect(try !Product()(y, y).requiresGrad)
    #expect(try !noGrad { try Product()(x, x) }.requiresGrad)
    // The same input twice.
    x.grad = nil
    try Product()(x, x).sum().backward()
    #expect(try #require(x.grad).item() == 4)
  }

  struct Faulty: Function {
    var gradients: @Sendable (Tensor) throws -> [Tensor?]
    func forward(_ inputs: [Tensor], _ context: FunctionContext) throws -> Tensor {
      try inputs[0] * 1
    }
    func backward(_ gradient: Tensor, _ context: FunctionContext) throws -> [Tensor?] {
      _ = errorText { try context.saved(3) }
      return try gradients(gradient)
    }
  }

  @Test func mistakesAreErrors() throws {
    let x = Tensor.ones([2], requiresGrad: true)
    #expect(
      errorText { try Faulty { _ in [] }(x).sum().backward() }
        == "Faulty: backward gives 0 gradients for 1 inputs")
    #expect(
      errorText { try Faulty { _ in [Tensor.ones([3])] }(x).sum().backward() }
        == "Faulty: backward gives a gradient of another shape than input 0 has: [3] x [2]")
    #expect(throws: Never.self) { try Faulty { _ in [nil] }(x).sum().backward() }
    #expect(x.grad == nil)
    let y = try Cube()(x).sum()
    try y.backward()
    #expect(errorText { try y.backward() }.contains("second time"))
    let context = FunctionContext()
    #expect(
      errorText { try context.saved(0) } == "a function saved 0 tensors and reads number 0")
  }

  /// Its derivative runs the engine over the record that is being differentiated.
  struct SquareOfRecord: Function {
    func forward(_ inputs: [Tensor], _ context: FunctionContext) throws -> Tensor {
      context.save(inputs[0])
      return try inputs[0].square()
    }
    func backward(_ gradient: Tensor, _ context: FunctionContext) throws -> [Tensor?] {
      let x = try context.saved(0)
      let slope = try enableGrad {
        try gradients(of: x.square().sum(), for: [x], retainGraph: true)
      }
      return [try slope[0].map { try gradient * $0 }]
    }
  }

  @Test func aRunInsideOfARun() throws {
    let x = try Tensor([1.0, 2.0], requiresGrad: true)
    let middle = try x * 3
    // Both ways from the middle on are under way while the derivative runs.
    let y = try SquareOfRecord()(middle).sum() + middle.exp().sum() + x.sum()
    try y.backward()
    let expected = try (middle * 2 + middle.exp()) * 3 + 1
    #expect(try #require(x.grad).allClose(expected.detached(), rtol: 1e-6))
  }
}
