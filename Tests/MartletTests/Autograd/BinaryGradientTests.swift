import CKernels
import Testing

@testable import Martlet

/// Every elementwise function of two or three tensors, on operands of different layouts that
/// broadcast.
@Suite struct BinaryGradientTests {
  enum Kind {
    /// Smooth where the operands come from these intervals.
    case smooth([ClosedRange<Double>], [ClosedRange<Double>])
    /// The same, but constant in the first operand as far as derivatives are concerned.
    case smoothInSecond([ClosedRange<Double>], [ClosedRange<Double>])
    case discrete
  }

  static func kind(_ op: Binary) -> Kind {
    switch op {
    case .add, .sub, .mul, .logaddexp, .silu_grad, .gelu_grad, .gelu_tanh_grad:
      .smooth(anywhere, anywhere)
    case .div, .copysign, .relu_grad, .heaviside: .smooth(awayFromZero, awayFromZero)
    case .hypot, .atan2: .smooth([0.5...2], awayFromZero)
    // Quotients between whole numbers, of either sign.
    case .floor_divide, .trunc_divide, .remainder, .fmod:
      .smooth([2.1...2.3, -2.3...(-2.1)], [0.9...0.95])
    case .pow: .smooth([0.4...2], anywhere)
    // Never equal.
    case .maximum, .minimum, .fmax, .fmin: .smooth([-2...(-1.1), 1.1...2], [-1...1])
    case .xlogy: .smooth([0.3...2], [0.3...2])
    case .zeta: .smoothInSecond([2...4], [0.5...3])
    case .sigmoid_grad: .smooth(anywhere, [0.1...0.9])
    case .tanh_grad: .smooth(anywhere, [-0.9...0.9])
    case .eq, .ne, .lt, .le, .gt, .ge, .logical_and, .logical_or, .logical_xor, .bitwise_and,
      .bitwise_or, .bitwise_xor, .shift_left, .shift_right, .gcd, .lcm:
      .discrete
    }
  }

  static let pairs: [(Operand, Operand)] = [
    (.contiguous, .contiguous), (Operand.all[1], .contiguous), (Operand.all[2], Operand.all[3]),
    (Operand(name: "row", shape: [3]) { $0 }, Operand.all[1]),
    (
      Operand(name: "column", shape: [2, 1]) { $0 }, Operand(name: "row", shape: [1, 3]) { $0 }
    ),
    (.scalar, .contiguous), (Operand.all[4], .scalar), (.scalar, .scalar),
    (Operand.all[6], Operand(name: "row", shape: [1, 3]) { $0 }),
  ]

  @Test(arguments: Binary.allCases.map(\.name)) func derivative(_ name: String) throws {
    let op = try #require(Binary.allCases.first { $0.name == name })
    switch Self.kind(op) {
    case .smooth(let left, let right):
      for (a, b) in Self.pairs {
        let inputs = [try numbers(left, a.shape), try numbers(right, b.shape, 1)]
        expectGradients("\(name), \(a.name) and \(b.name)", inputs) {
          try op(a.arrange($0[0]), b.arrange($0[1]))
        }
      }
      // Only one of them needs a gradient: the other's values must still be there.
      let x = try numbers(left, [3])
      let y = try numbers(right, [3], 1)
      expectGradients("\(name), only x", [x]) { try op($0[0], y) }
      expectGradients("\(name), only y", [y]) { try op(x, $0[0]) }
    case .smoothInSecond(let left, let right):
      let x = try numbers(left, [2, 3])
      for operand in Operand.all where operand.shape.count == 2 && operand.name != "empty" {
        expectGradients("\(name), \(operand.name)", [try numbers(right, operand.shape, 1)]) {
          try op(x, operand.arrange($0[0]))
        }
      }
      #expect(
        errorText { try op(x.requiringGrad(), x).sum().backward() }
          == "\(name) has no derivative by its first argument")
    case .discrete:
      let x = Tensor.ones([2], requiresGrad: true)
      let text = errorText {
        if try op(x, x).requiresGrad { throw TensorError.autograd("recorded") }
      }
      #expect(
        text
          == (op.table.domain == .integers
            ? "\(name): takes integers and bools (got float32)" : "no error"))
    }
  }

  /// The same tensor on both sides receives both parts.
  @Test(arguments: [Binary.mul, .sub, .div, .pow, .hypot]) func twiceTheSame(_ op: Binary) throws {
    expectGradients("\(op.name) with itself", [try numbers([0.5...2], [3])]) {
      try op($0[0], $0[0])
    }
  }

  static func ternaryKind(_ op: Ternary) -> [[ClosedRange<Double>]]? {
    switch op {
    case .where: nil
    case .clamp: [[-2...(-1.2), -0.5...0.5, 1.2...2], [-1...(-0.8)], [0.8...1]]
    case .fma, .lerp: [anywhere, anywhere, anywhere]
    }
  }

  @Test(arguments: Ternary.allCases.map(\.name)) func ofThree(_ name: String) throws {
    let op = try #require(Ternary.allCases.first { $0.name == name })
    let row = Operand(name: "row", shape: [3]) { $0 }
    let column = Operand(name: "column", shape: [2, 1]) { $0 }
    for operands in [
      [Operand.contiguous, .contiguous, .contiguous], [Operand.all[1], row, column],
      [.scalar, .contiguous, Operand.all[2]], [.scalar, .scalar, .scalar],
      [Operand.all[6], row, .scalar],
    ] {
      let label = "\(name), \(operands.map(\.name))"
      if let intervals = Self.ternaryKind(op) {
        let inputs = try operands.indices.map { try numbers(intervals[$0], operands[$0].shape, $0) }
        expectGradients(label, inputs) { x in
          try op(
            operands[0].arrange(x[0]), operands[1].arrange(x[1]), operands[2].arrange(x[2]))
        }
      } else {
        let condition = try numbers(anywhere, operands[0].shape) .> 0
        let inputs = try [1, 2].map { try numbers(anywhere, operands[$0].shape, $0) }
        expectGradients(label, inputs) { x in
          try op(
            operands[0].arrange(condition), operands[1].arrange(x[0]), operands[2].arrange(x[1]))
        }
      }
    }
  }

  /// Ties share or choose; NaN and zeros do not poison what does not depend on them.
  @Test func edges() throws {
    func slopes(_ x: Double, _ y: Double, _ op: Binary) throws -> [Double] {
      let a = try Tensor(x, dtype: .float64, requiresGrad: true)
      let b = try Tensor(y, dtype: .float64, requiresGrad: true)
      try op(a, b).backward()
      return [try #require(a.grad).item(), try #require(b.grad).item()]
    }
    #expect(try slopes(1, 1, .maximum) == [0.5, 0.5])
    #expect(try slopes(1, 1, .minimum) == [0.5, 0.5])
    #expect(try slopes(1, 1, .fmax) == [1, 0])
    #expect(try slopes(.nan, 1, .fmax) == [0, 1])
    #expect(try slopes(1, .nan, .fmin) == [1, 0])
    // Powers at zero.
    #expect(try slopes(0, 2, .pow) == [0, 0])
    #expect(try slopes(0, 0, .pow) == [0, 0])
    #expect(try slopes(0, 1, .pow) == [1, 0])
    #expect(try slopes(-2, 3, .pow)[0] == 12)
    #expect(try slopes(-2, 3, .pow)[1].isNaN)
    #expect(try slopes(0, 0, .xlogy)[0] == 0)
    #expect(try slopes(0, 2, .xlogy)[1] == 0)
    let x = try Tensor([0.0, -2.0, 3.0], dtype: .float64, requiresGrad: true)
    try x.pow(3).sum().backward()
    #expect(try #require(x.grad).array(of: Double.self) == [0, 12, 27])
    x.grad = nil
    try x.pow(0.0).sum().backward()
    #expect(try #require(x.grad).array(of: Double.self) == [0, 0, 0])
    x.grad = nil
    try x.pow(2).sum().backward()
    #expect(try #require(x.grad).array(of: Double.self) == [0, -4, 6])
    let base = try Tensor([1.0, 2.0], dtype: .float64, requiresGrad: true)
    expectGradients("2^x", [base.detached()]) { try Binary.pow(.int(2), $0[0]) }
  }
}
