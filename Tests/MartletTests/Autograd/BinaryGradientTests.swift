import CKernels
import Testing

@testable import Martlet

/// Elementwise functions of two or three tensors, on operands of different layouts that broadcast:
/// the switches name each.
@Suite struct BinaryGradientTests {
  /// Where it is twice differentiable in both operands (some: in the second); nil if its result
  /// or its inputs are not floating point.
  static func kind(_ op: Binary) -> ([ClosedRange<Double>], [ClosedRange<Double>])? {
    switch op {
    case .add, .sub, .mul, .logaddexp, .silu_grad, .gelu_grad, .gelu_tanh_grad:
      (anywhere, anywhere)
    case .div, .copysign, .relu_grad, .heaviside: (awayFromZero, awayFromZero)
    case .hypot, .atan2: ([0.5...2], awayFromZero)
    // Quotients between whole numbers, of either sign.
    case .floor_divide, .trunc_divide, .remainder, .fmod:
      ([2.1...2.3, -2.3...(-2.1)], [0.9...0.95])
    case .pow: ([0.4...2], anywhere)
    // Never equal.
    case .maximum, .minimum, .fmax, .fmin, .nextafter: ([-2...(-1.1), 1.1...2], [-1...1])
    case .xlogy, .xlog1py: ([0.3...2], [0.3...2])
    case .zeta, .igamma, .igammac: ([2...4], [0.5...3])
    case .sigmoid_grad: (anywhere, [0.1...0.9])
    case .tanh_grad: (anywhere, [-0.9...0.9])
    case .eq, .ne, .lt, .le, .gt, .ge, .logical_and, .logical_or, .logical_xor, .bitwise_and,
      .bitwise_or, .bitwise_xor, .shift_left, .shift_right, .gcd, .lcm, .chebyshev_t,
      .chebyshev_u, .chebyshev_v, .chebyshev_w, .hermite_h, .hermite_he, .laguerre_l, .legendre_p:
      nil
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

  static func samples() throws -> [PrimitiveSample] {
    try Binary.allCases.flatMap { op -> [PrimitiveSample] in
      guard let (left, right) = kind(op) else { return [] }
      let x = try numbers(left, [2, 3])
      if [.zeta, .igamma, .igammac].contains(op) {
        return try PrimitiveSample.each(op.name, right, matrices) { try op(x, $0) }
      }
      let y = try numbers(right, [2, 3], 1)
      // Where only one of them needs a gradient, the other's values must still be there.
      return try PrimitiveSample.pairs(op.name, left, right, pairs) { try op($0, $1) } + [
        PrimitiveSample("\(op.name), only x", [x]) { try op($0[0], y) },
        PrimitiveSample("\(op.name), only y", [y]) { try op(x, $0[0]) },
      ]
    }
  }

  private static let matrices = Operand.withDimensions.filter { $0.name != "empty" }

  @Test(arguments: [Binary.zeta, .igamma, .igammac])
  func someHaveNoDerivativeByTheirFirstArgument(_ op: Binary) throws {
    let x = Tensor.ones([2], requiresGrad: true)
    #expect(
      errorText { try op(x + 1, x).sum().backward() }
        == "\(op.name) has no derivative by its first argument")
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

  static func ternarySamples() throws -> [PrimitiveSample] {
    let row = Operand(name: "row", shape: [3]) { $0 }
    let column = Operand(name: "column", shape: [2, 1]) { $0 }
    let operands: [[Operand]] = [
      [.contiguous, .contiguous, .contiguous], [Operand.all[1], row, column],
      [.scalar, .contiguous, Operand.all[2]], [.scalar, .scalar, .scalar],
      [Operand.all[6], row, .scalar],
    ]
    return try Ternary.allCases.flatMap { op in
      try operands.map { operands in
        let name = "\(op.name), \(operands.map(\.name))"
        if let intervals = ternaryKind(op) {
          let inputs = try operands.indices.map {
            try numbers(intervals[$0], operands[$0].shape, $0)
          }
          return PrimitiveSample(name, inputs) { x in
            try op(
              operands[0].arrange(x[0]), operands[1].arrange(x[1]), operands[2].arrange(x[2]))
          }
        }
        let condition = try operands[0].arrange(numbers(anywhere, operands[0].shape)) .> 0
        let inputs = try [1, 2].map { try numbers(anywhere, operands[$0].shape, $0) }
        return PrimitiveSample(name, inputs) { x in
          try op(condition, operands[1].arrange(x[0]), operands[2].arrange(x[1]))
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
