import CKernels
import Testing

@testable import Martlet

/// Elementwise functions of one tensor: the switch names each, so that none can be added without a
/// place here.
@Suite struct UnaryGradientTests {
  /// Where it is twice differentiable; nil if its result or its input is not floating point.
  static func kind(_ op: Unary) -> [ClosedRange<Double>]? {
    switch op {
    case .neg, .square, .exp, .exp2, .expm1, .sin, .cos, .atan, .sinh, .cosh, .tanh, .asinh, .erf,
      .erfc, .sigmoid, .silu, .gelu, .gelu_tanh, .ndtr, .erfcx, .i0, .i1, .bessel_j0, .bessel_j1:
      anywhere
    case .abs, .sign, .relu, .reciprocal, .i0e, .i1e: awayFromZero
    case .sqrt, .rsqrt, .log, .log2, .log10: [0.4...3]
    case .log1p: [-0.6...2]
    case .tan: [-1.1...1.1]
    case .asin, .acos, .atanh, .erfinv: [-0.7...0.7]
    case .acosh: [1.3...3]
    case .lgamma, .digamma, .entr, .k0e, .k1e, .bessel_y0, .bessel_y1: [0.4...4]
    case .ndtri: [0.2...0.8]
    case .floor, .ceil, .round, .trunc, .exponent: [0.1...0.4, 0.6...0.9, -0.9...(-0.6), 1.1...1.4]
    case .airy_ai, .bitwise_not, .logical_not, .is_nan, .is_inf, .is_finite, .signbit: nil
    }
  }

  static func samples() throws -> [PrimitiveSample] {
    try Unary.allCases.flatMap { op in
      try kind(op).map { try PrimitiveSample.each(op.name, $0) { try op($0) } } ?? []
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
