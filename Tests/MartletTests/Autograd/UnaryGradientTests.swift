import CKernels
import Testing

@testable import Martlet

/// Every elementwise function of one tensor: the switch names each, so that none can be added
/// without a place here.
@Suite struct UnaryGradientTests {
  enum Kind {
    /// Differentiable twice on these intervals.
    case smooth([ClosedRange<Double>])
    /// Its result is not floating point, or it does not take floating point.
    case discrete
  }

  static func kind(_ op: Unary) -> Kind {
    switch op {
    case .neg, .square, .exp, .exp2, .expm1, .sin, .cos, .atan, .sinh, .cosh, .tanh, .asinh, .erf,
      .erfc, .sigmoid, .silu, .gelu, .gelu_tanh:
      .smooth(anywhere)
    case .abs, .sign, .relu, .reciprocal: .smooth(awayFromZero)
    case .sqrt, .rsqrt, .log, .log2, .log10: .smooth([0.4...3])
    case .log1p: .smooth([-0.6...2])
    case .tan: .smooth([-1.1...1.1])
    case .asin, .acos, .atanh, .erfinv: .smooth([-0.7...0.7])
    case .acosh: .smooth([1.3...3])
    case .lgamma, .digamma: .smooth([0.4...4])
    case .floor, .ceil, .round, .trunc: .smooth([0.1...0.4, 0.6...0.9, -0.9...(-0.6), 1.1...1.4])
    case .bitwise_not, .logical_not, .is_nan, .is_inf, .is_finite, .signbit: .discrete
    }
  }

  @Test(arguments: Unary.allCases.map(\.name)) func derivative(_ name: String) throws {
    let op = try #require(Unary.allCases.first { $0.name == name })
    switch Self.kind(op) {
    case .smooth(let intervals):
      for operand in Operand.all {
        expectGradients(
          "\(name), \(operand.name)", [try numbers(intervals, operand.shape)]
        ) { try op(operand.arrange($0[0])) }
      }
    case .discrete:
      let x = Tensor.ones([2], requiresGrad: true)
      let text = errorText {
        if try op(x).requiresGrad { throw TensorError.autograd("recorded") }
      }
      #expect(
        text
          == (op.table.domain == .integers
            ? "\(name): takes integers and bools (got float32)" : "no error"))
    }
  }

  /// At kinks and poles, as PyTorch has it.
  @Test func edges() throws {
    func slope(_ x: Double, _ function: (Tensor) throws -> Tensor) throws -> Double {
      let variable = try Tensor(x, dtype: .float64, requiresGrad: true)
      try function(variable).backward()
      return try #require(variable.grad).item()
    }
    #expect(try slope(0) { try $0.abs() } == 0)
    #expect(try slope(0) { try $0.relu() } == 0)
    #expect(try slope(0) { try $0.sqrt() } == .infinity)
    #expect(try slope(0) { try $0.sign() } == 0)
    #expect(try slope(1000) { try $0.sigmoid() } == 0)
    #expect(try slope(1000) { try $0.gelu() } == 1)
    #expect(try slope(1000) { try $0.gelu(approximate: .tanh) } == 1)
    #expect(try slope(-1000) { try $0.gelu() } == 0)
    #expect(try slope(1000) { try $0.silu() } == 1)
    #expect(try slope(1) { try $0.clamp(min: 1, max: 2) } == 1)
    #expect(try slope(0.5) { try $0.clamp(min: 1, max: 2) } == 0)
    #expect(try slope(1e200) { try $0.acosh() } == 1e-200)
  }
}
