import Testing

@testable import Martlet

@Suite struct JacobianTests {
  /// Counts how often it is differentiated.
  final class Counter: Function, @unchecked Sendable {
    var passes = 0
    func forward(_ inputs: [Tensor], _ context: FunctionContext) throws -> Tensor {
      try inputs[0] * 3
    }
    func backward(_ gradient: Tensor, _ context: FunctionContext) throws -> [Tensor?] {
      passes += 1
      return [try gradient * 3]
    }
  }

  /// Its derivative depends on the value of an element.
  struct Stepped: Function {
    func forward(_ inputs: [Tensor], _ context: FunctionContext) throws -> Tensor { inputs[0] }
    func backward(_ gradient: Tensor, _ context: FunctionContext) throws -> [Tensor?] {
      [try gradient.amax().item(Double.self) > 0 ? gradient * 2 : gradient]
    }
  }

  /// Both modes in chunks of any size against difference quotients.
  @Test(arguments: [DerivativeMode.reverse, .forward], [nil, 1, 2, 5, 100])
  func differences(_ mode: DerivativeMode, _ chunkSize: Int?) throws {
    let w = try numbers(anywhere, [3, 2, 2, 2], 1)
    let inputs = [try numbers(anywhere, [1, 2, 3, 3]), w, try numbers(anywhere, [3], 2)]
    let function: ([Tensor]) throws -> [Tensor] = { inputs in
      let h = try conv2d(inputs[0], inputs[1], inputs[2])
      return [try h.softmax(dim: 1) * h.tanh(), try h.square().sum(), try inputs[2].exp()]
    }
    let blocks = try jacobian(at: inputs, mode: mode, chunkSize: chunkSize, of: function)
    let outputs = try function(inputs)
    let step = 1e-6
    for (k, input) in inputs.enumerated() {
      for place in 0..<input.count {
        let direction = try (Tensor.arange(input.count) .== place).to(.float64)
          .reshape(input.shape)
        func moved(_ factor: Double) throws -> [Tensor] {
          var moved = inputs
          moved[k] = try input + direction * factor
          return try function(moved)
        }
        let (up, down) = (try moved(step), try moved(-step))
        for i in outputs.indices {
          let quotient = try (up[i] - down[i]) / (2 * step)
          let column = try blocks[i][k].reshape(outputs[i].shape + [input.count])
            .select(-1, place)
          #expect(try column.allClose(quotient, rtol: 1e-6, atol: 1e-7))
        }
      }
    }
  }

  @Test func passesRunTogether() throws {
    let counter = Counter()
    let x = try numbers(anywhere, [4, 2])
    for (size, passes) in [(nil, 1), (3, 3), (1, 8)] {
      counter.passes = 0
      let slopes = try jacobian(at: x, chunkSize: size) { try counter($0) }
      #expect(counter.passes == passes)
      #expect(try slopes.reshape(8, 8) == Tensor.eye(8, dtype: .float64) * 3)
    }
    // Forward mode goes through the function once, whatever the number of columns.
    counter.passes = 0
    let columns = try jacobian(at: x, mode: .forward) { try counter($0) }
    #expect(try columns.reshape(8, 8) == Tensor.eye(8, dtype: .float64) * 3)
    #expect(counter.passes == 1)
  }

  /// The mode follows from the numbers of rows and columns: forward mode differentiates a
  /// derivative, which this one refuses.
  @Test func modeBySize() throws {
    struct Once: Function {
      func forward(_ inputs: [Tensor], _ context: FunctionContext) throws -> Tensor { inputs[0] }
      func backward(_ gradient: Tensor, _ context: FunctionContext) throws -> [Tensor?] {
        if Mode.isRecording { throw TensorError.autograd("differentiated again") }
        return [gradient]
      }
    }
    let x = try numbers(anywhere, [4])
    #expect(
      try jacobian(at: x) { try cat([Once()($0)] + Array(repeating: $0, count: 2 - 1)) }.shape == [
        8, 4,
      ])
    #expect(
      errorText {
        try jacobian(at: x) { try cat([Once()($0)] + Array(repeating: $0, count: 3 - 1)) }
      } == "differentiated again")
    #expect(
      try jacobian(at: x, mode: .reverse) {
        try cat([Once()($0)] + Array(repeating: $0, count: 3 - 1))
      }.shape == [12, 4])
  }

  @Test func valuesDecideInSingleRows() throws {
    let x = try numbers(anywhere, [3])
    #expect(throws: TensorError.self) { try jacobian(at: x) { try Stepped()($0) } }
    let slopes = try jacobian(at: x, chunkSize: 1) { try Stepped()($0) }
    #expect(try slopes == Tensor.eye(3, dtype: .float64) * 2)
  }

  @Test func emptyAndWholeNumbers() throws {
    for mode in [DerivativeMode.reverse, .forward] {
      let blocks = try jacobian(
        at: [Tensor.ones([2], dtype: .float64), Tensor([1, 2]), Tensor.ones([0])], mode: mode
      ) { [try $0[0] * $0[1], Tensor.zeros([0, 3])] }
      #expect(
        blocks.map { $0.map(\.shape) } == [
          [[2, 2], [2, 2], [2, 0]], [[0, 3, 2], [0, 3, 2], [0, 3, 0]],
        ])
      #expect(try blocks[0][0] == Tensor([[1.0, 0], [0, 2]], dtype: .float64))
      #expect(try blocks[0][1].countNonzero().item() == 0)
    }
    #expect(
      errorText { try jacobian(at: Tensor.ones([2]), chunkSize: 0) { $0 } }
        == "jacobian: 0 passes at a time, expected at least 1")
  }

  /// Derivatives of a Jacobian, of itself and by what the function captures.
  @Test(arguments: [DerivativeMode.reverse, .forward])
  func differentiatedAgain(_ mode: DerivativeMode) throws {
    let x = try numbers(anywhere, [3])
    let cube = try grad(at: x) { try jacobian(at: $0, mode: mode) { try $0.pow(3) }.sum() }
    #expect(try cube.agrees(with: x * 6))
    let w = Tensor.full([3], 2.0, dtype: .float64, requiresGrad: true)
    try jacobian(at: x, mode: mode) { try $0.square() * w }.sum().backward()
    #expect(try w.grad?.agrees(with: x * 2) == true)
    let curvature = try hessian(at: x, chunkSize: 2) { try $0.pow(4).sum() }
    #expect(try curvature.agrees(with: (x.square() * 12).diagEmbed()))
    let forwardOverReverse = try jacobian(at: x, mode: .forward) {
      try grad(at: $0) { try $0.pow(4).sum() }
    }
    #expect(try curvature.agrees(with: forwardOverReverse))
  }

  @Test func linearized() throws {
    let x = try numbers(anywhere, [2, 3])
    let counter = Counter()
    let (outputs, pushforward) = try linearize(at: [x]) { [try counter($0[0]).sin()] }
    #expect(try outputs[0] == (x * 3).sin())
    for seed in 1...3 {
      let v = try numbers(anywhere, [2, 3], seed)
      #expect(try pushforward([v])[0].agrees(with: (x * 3).cos() * v * 3))
    }
    #expect(counter.passes == 1)
    #expect(
      errorText { try pushforward([Tensor.ones([3])]) }
        == "linearize: a tangent must have its input's shape: [2, 3] x [3]")
    #expect(errorText { try pushforward([]) } == "linearize: 0 tangents for 1 inputs")
  }
}
