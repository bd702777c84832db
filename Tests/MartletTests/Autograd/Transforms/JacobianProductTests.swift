import Testing

@testable import Martlet

@Suite struct JacobianProductTests {
  /// Refuses to be differentiated: so it tells whether the engine went through it.
  struct Untouchable: Function {
    func forward(_ inputs: [Tensor], _ context: FunctionContext) throws -> Tensor { inputs[0] }
    func backward(_ gradient: Tensor, _ context: FunctionContext) throws -> [Tensor?] {
      throw TensorError.autograd("went through")
    }
  }

  @Test func bothModesGiveTheJacobian() throws {
    let x = try Tensor([1.0, 2.0], dtype: .float64)
    let function: ([Tensor]) throws -> [Tensor] = { [try $0[0].square(), try $0[0].sum()] }
    let (outputs, tangents) = try jvp(at: [x], [Tensor([3.0, 5.0], dtype: .float64)], function)
    #expect(try outputs[0].array(of: Double.self) == [1, 4])
    #expect(try tangents[0].array(of: Double.self) == [6, 20])
    #expect(try tangents[1].item(Double.self) == 8)
    #expect(!outputs[0].requiresGrad && !tangents[0].requiresGrad)
    let (_, pullback) = try vjp(at: [x], function)
    let both = try pullback([Tensor([1.0, 0.5], dtype: .float64), Tensor(10.0, dtype: .float64)])
    #expect(try both[0].array(of: Double.self) == [12, 12])
    // Again, and with one output left out.
    let second = try pullback([nil, Tensor(1.0, dtype: .float64)])
    #expect(try second[0].array(of: Double.self) == [1, 1])
  }

  @Test func whatDoesNotDependIsZero() throws {
    let x = try Tensor([1.0, 2.0])
    let (_, tangents) = try jvp(at: [x, x], [x, nil]) { [try $0[1] * 2, try Tensor([7.0]), $0[0]] }
    #expect(tangents[0] == Tensor.zeros([2]))
    #expect(tangents[1] == Tensor.zeros([1]))
    #expect(tangents[2] == x)
    let (_, pullback) = try vjp(at: [x, x]) { [try $0[1] * 2] }
    #expect(try pullback([Tensor.ones([2])])[0] == Tensor.zeros([2]))
  }

  /// Forward over reverse: a Hessian-vector product.
  @Test func theyNest() throws {
    let x = try Tensor([1.0, 2.0, 3.0], dtype: .float64)
    let v = try Tensor([1.0, 0.0, -1.0], dtype: .float64)
    let gradient: ([Tensor]) throws -> [Tensor] = { inputs in
      let (_, pullback) = try vjp(at: inputs) { [try ($0[0].prod() + $0[0].pow(3).sum())] }
      return try pullback([Tensor(1.0, dtype: .float64)])
    }
    let product = try jvp(at: [x], [v], gradient).tangents[0]
    // The Hessian of xyz + x^3 + y^3 + z^3 at (1, 2, 3).
    #expect(try product.array(of: Double.self) == [6 - 2, 3 - 1, 2 - 18])
    // Reverse over forward.
    let slope: ([Tensor]) throws -> [Tensor] = { inputs in
      try jvp(at: inputs, [v]) { [try $0[0].pow(3).sum()] }.tangents
    }
    let (_, pullback) = try vjp(at: [x], slope)
    #expect(
      try pullback([Tensor(1.0, dtype: .float64)])[0].array(of: Double.self) == [6, 0, -18])
  }

  /// A function may capture the very tensor that it is differentiated at: only its argument counts.
  @Test func whatIsCapturedIsConstant() throws {
    let x = try Tensor([2.0, 3.0], dtype: .float64)
    let ones = try x.onesLike()
    let product: ([Tensor]) throws -> [Tensor] = { outer in
      try jvp(at: outer, [ones]) { [try $0[0] * outer[0]] }.tangents
    }
    let (slopes, pullback) = try vjp(at: [x], product)
    #expect(slopes[0] == x)
    // The derivative of x by x, and not of 2 x.
    #expect(try pullback([ones])[0] == ones)
    let variable = try x.requiringGrad()
    let (_, inner) = try vjp(at: [variable]) { [try $0[0] * variable] }
    #expect(try inner([ones])[0].detached() == x)
  }

  @Test func onlyWhatIsAskedForIsComputed() throws {
    let x = Tensor.ones([2], requiresGrad: true)
    let w = Tensor.ones([2], requiresGrad: true)
    let y = try (x * Untouchable()(w)).sum()
    let found = try gradients(of: y, for: [x], retainGraph: true)
    #expect(found[0] == Tensor.ones([2]))
    #expect(errorText { _ = try gradients(of: y, for: [x, w]) } == "went through")
    // A result in the middle is a target like a variable.
    let middle = try x * 3
    let end = try (middle * middle).sum()
    let slopes = try gradients(of: end, for: [middle, x], retainGraph: true)
    #expect(slopes[0] == Tensor.full([2], 6.0))
    #expect(slopes[1] == Tensor.full([2], 18.0))
    // And a later run over all of it is whole.
    try end.backward()
    #expect(x.grad == Tensor.full([2], 18.0))
  }

  @Test func errors() throws {
    let x = Tensor.ones([2])
    #expect(
      errorText { _ = try jvp(at: [x], [Tensor.ones([3])]) { $0 } }
        == "jvp: a tangent must have its input's shape: [2] x [3]")
    #expect(
      errorText { _ = try jvp(at: [x], []) { $0 } } == "jvp: 0 tangents for 1 inputs")
    let (_, pullback) = try vjp(at: [x]) { [try $0[0] * 2] }
    #expect(errorText { _ = try pullback([]) } == "vjp: 0 cotangents for 1 outputs")
  }
}
