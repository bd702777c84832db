import Testing

@testable import Martlet

@Suite struct GradientTransformTests {
  static let x = Tensor.arange(1, 4, dtype: .float64)

  @Test func gradientsOfGroups() throws {
    let x = try Tensor([1.0, 2.0], dtype: .float64)
    let (value, slope) = try valueAndGrad(at: x) { try $0.square().sum() }
    #expect(try value.item() == 5 && !value.requiresGrad && !slope.requiresGrad)
    #expect(try slope.array(of: Double.self) == [2, 4])
    let parameters: TensorDictionary = ["w": x, "unused": x, "places": try Tensor([1, 0])]
    let (named, listed) = try grad(at: parameters, [x, x]) { named, listed in
      guard let w = named["w"], let places = named["places"] else { return x }
      return try (w * listed[1])[places].sum()
    }
    #expect(named.names == ["w", "unused", "places"])
    #expect(named["w"] == x && named["unused"] == Tensor.zeros([2], dtype: .float64))
    #expect(named["places"]?.dtype == .int64)
    #expect(listed == [Tensor.zeros([2], dtype: .float64), x])
  }

  @Test func theyNest() throws {
    let third = try grad(at: Tensor(2.0, dtype: .float64)) { x in
      try grad(at: x) { y in try grad(at: y) { try $0.pow(4) } }
    }
    #expect(try third.item() == 48)
    // The derivative of x d(xy)/dy by x, where x is captured by the inner function.
    let mixed = try grad(at: Tensor(3.0, dtype: .float64)) { x in
      try x * grad(at: Tensor(5.0, dtype: .float64)) { y in try x * y }
    }
    #expect(try mixed.item() == 6)
  }

  /// What a function captures is a constant for it, and a variable for who made it one.
  @Test func capturedVariables() throws {
    let w = try Tensor([2.0, 3.0], dtype: .float64).requiringGrad()
    let x = try Tensor([1.0, 1.0], dtype: .float64)
    let (value, slope) = try valueAndGrad(at: x) { try ($0.square() * w).sum() }
    #expect(slope.requiresGrad)
    #expect(slope.detached() == (try Tensor([4.0, 6.0], dtype: .float64)))
    try (slope.sum() + value).backward()
    #expect(w.grad == (try Tensor([3.0, 3.0], dtype: .float64)))
    let (_, pullback) = try vjp(at: [x]) { [try $0[0] * w] }
    #expect(try pullback([x])[0].requiresGrad)
    #expect(try noGrad { try grad(at: x) { try ($0 * w).sum() } }.requiresGrad == false)
  }

  @Test func jacobians() throws {
    let x = Self.x
    let square = try jacobian(at: x) { try $0.square().unsqueezed(1) }
    #expect(square.shape == [3, 1, 3])
    #expect(
      try square.reshape(3, 3) == Tensor([[2.0, 0, 0], [0, 4, 0], [0, 0, 6]], dtype: .float64))
    let blocks = try jacobian(at: [x, Tensor(2.0, dtype: .float64)]) {
      [try $0[0] * $0[1], try $0[0].sum(), Tensor.ones([0, 2], dtype: .float64)]
    }
    #expect(blocks[0].map(\.shape) == [[3, 3], [3]])
    #expect(blocks[0][1] == x)
    #expect(try blocks[1][1].item() == 0)
    #expect(blocks[2].map(\.shape) == [[0, 2, 3], [0, 2]])
    let named = try jacobian(at: ["x": x] as TensorDictionary) { try ($0["x"] ?? x).exp() }
    #expect(try named["x"]?.allClose(x.exp().diagEmbed()) == true)
  }

  @Test func hessians() throws {
    let x = Self.x
    let function: (Tensor) throws -> Tensor = { try $0.prod() + $0.sin().sum() * $0[0] }
    let exact = try hessian(at: x, of: function)
    // Differences of gradients.
    let h = 1e-5
    for i in 0..<3 {
      let step = try (Tensor.arange(3) .== i).to(.float64) * h
      let slope = try grad(at: x + step, of: function) - grad(at: x - step, of: function)
      #expect(try exact[i].allClose(slope / (2 * h), rtol: 1e-8, atol: 1e-8))
    }
    #expect(try exact.allClose(exact.t(), rtol: 1e-14, atol: 1e-14))
    let blocks = try hessian(at: [x, Tensor(2.0, dtype: .float64)]) {
      try ($0[0].square() * $0[1]).sum()
    }
    #expect(try blocks[0][0].allClose(Tensor.eye(3, dtype: .float64) * 4))
    #expect(try blocks[0][1].allClose(x * 2) && blocks[1][0].allClose(x * 2))
    #expect(try blocks[1][1].item() == 0)
    // The trace of a Hessian, differentiated once more.
    let slope = try grad(at: x) { try hessian(at: $0) { try $0.pow(4).sum() }.trace() }
    #expect(try slope.allClose(x * 24))
  }

  @Test func errors() throws {
    #expect(
      errorText { try grad(at: Self.x) { try $0 * 2 } }
        == "grad: the function must give a single element: [3]")
    #expect(errorText { try grad(at: Self.x) { _ in Tensor.ones([-1]) } }.contains("negative"))
  }
}
