#if arch(x86_64)
  import CKernels
  import Glibc
  import Testing

  @testable import Martlet

  /// Elementwise kernels against C's library in more digits, in units in the last place. Whichever
  /// clone runs here is tested; `make test-levels` builds and tests each.
  @Suite struct ElementwiseAccuracyTests {
    /// A function, what it is near, where, and within how many units.
    struct Function: Sendable, CustomTestStringConvertible {
      let name: String
      let range: ClosedRange<Double>
      let float32: Double
      let float64: Double
      /// For clones without fused products and sums, where an exponent's square is rounded.
      var unfused: (float32: Double, float64: Double)?
      let apply: @Sendable (Tensor) throws -> Tensor
      let reference: @Sendable (Float80) -> Float80
      var testDescription: String { name }

      func units(_ dtype: DType) -> Double {
        if let unfused, String(cString: mk_instruction_set()) == "baseline" {
          return dtype == .float32 ? unfused.float32 : unfused.float64
        }
        return dtype == .float32 ? float32 : float64
      }
    }

    static let everywhere = -1e30...1e30
    static let positive = 0...1e30
    static let root2: Float80 = 1.41421356237309504880
    static let geluScale: Float80 = 1.59576912160573071176

    private static func make(
      _ name: String, _ range: ClosedRange<Double>, _ float32: Double, _ float64: Double,
      unfused: (Double, Double)? = nil, _ apply: @escaping @Sendable (Tensor) throws -> Tensor,
      _ reference: @escaping @Sendable (Float80) -> Float80
    ) -> Function {
      Function(
        name: name, range: range, float32: float32, float64: float64, unfused: unfused,
        apply: apply, reference: reference)
    }

    static let functions = [
      make("sqrt", positive, 0.5, 0.5, { try $0.sqrt() }, { $0.squareRoot() }),
      make("rsqrt", positive, 1.5, 1.5, { try $0.rsqrt() }, { 1 / $0.squareRoot() }),
      make("exp", -800...800, 2, 2, { try $0.exp() }, { exp($0) }),
      make("exp2", -1100...1100, 2, 2, { try $0.exp2() }, { exp2($0) }),
      make("expm1", -60...720, 3, 3, { try $0.expm1() }, { expm1($0) }),
      make("log", positive, 2, 2, { try $0.log() }, { log($0) }),
      make("log2", positive, 2, 2, { try $0.log2() }, { log2($0) }),
      make("log10", positive, 2, 2, { try $0.log10() }, { log10($0) }),
      make("log1p", -1...1e30, 3, 3, { try $0.log1p() }, { log1p($0) }),
      make("sin", -1e5...1e5, 2, 2, { try $0.sin() }, { sin($0) }),
      make("cos", -1e5...1e5, 2, 2, { try $0.cos() }, { cos($0) }),
      make("tan", -1e5...1e5, 3, 3, { try $0.tan() }, { tan($0) }),
      make("asin", -1...1, 3, 2, { try $0.asin() }, { asin($0) }),
      make("acos", -1...1, 3, 2, { try $0.acos() }, { acos($0) }),
      make("atan", everywhere, 3, 2, { try $0.atan() }, { atan($0) }),
      make("sinh", -720...720, 3, 3, { try $0.sinh() }, { sinh($0) }),
      make("cosh", -720...720, 3, 3, { try $0.cosh() }, { cosh($0) }),
      make("tanh", everywhere, 3, 3, { try $0.tanh() }, { tanh($0) }),
      make("asinh", everywhere, 3, 3, { try $0.asinh() }, { asinh($0) }),
      make("acosh", 1...1e30, 3, 3, { try $0.acosh() }, { acosh($0) }),
      make("atanh", -1...1, 3, 3, { try $0.atanh() }, { atanh($0) }),
      make("erf", everywhere, 3, 3, { try $0.erf() }, { erf($0) }),
      make("erfc", everywhere, 9, 12, unfused: (80, 800), { try $0.erfc() }, { erfc($0) }),
      make(
        "ndtr", everywhere, 9, 12, unfused: (80, 800), { try $0.ndtr() },
        { 0.5 * erfc(-$0 / root2) }),
      make(
        "gelu", everywhere, 9, 12, unfused: (80, 800), { try $0.gelu() },
        { $0 * (0.5 * erfc(-$0 / root2)) }),
      make(
        "gelu, tanh", -30...30, 5, 5, unfused: (150, 1000), { try $0.gelu(approximate: .tanh) },
        { $0 / (1 + exp(-geluScale * ($0 + 0.044715 * $0 * $0 * $0))) }),
      make("sigmoid", -700...700, 3, 3, { try $0.sigmoid() }, { 1 / (1 + exp(-$0)) }),
      make("silu", -80...80, 4, 4, { try $0.silu() }, { $0 / (1 + exp(-$0)) }),
      make("lgamma", -60...1e10, 2, 12, { try $0.lgamma() }, { lgamma($0).0 }),
      make("i0e", -8...8, 4, 12, { try $0.i0e() }, { scaledI0($0) }),
      make("bessel j0", -2...2, 2, 24, { try $0.besselJ0() }, { j0($0) }),
    ]

    @Test(arguments: functions) func accuracy(_ function: Function) throws {
      try check(function, Float.self, .float32)
      try check(function, Double.self, .float64)
    }

    private func check<Number: BinaryFloatingPoint & TensorElement>(
      _ function: Function, _ type: Number.Type, _ dtype: DType
    ) throws where [Number]: TensorConvertible {
      let inputs: [Number] = samples(function.range)
      let results = try function.apply(Tensor(inputs, dtype: dtype)).array(of: Number.self)
      var worst = (units: 0.0, x: Number.zero, got: Number.zero)
      for (x, got) in zip(inputs, results) {
        let exact = function.reference(Float80(x))
        let rounded = Number(exact)
        if rounded.isNaN || rounded.isInfinite {
          #expect(got.isNaN == rounded.isNaN && (rounded.isNaN || got == rounded), "at \(x)")
          continue
        }
        let units = Double(abs(Float80(got) - exact) / Float80(rounded.ulp))
        if !(units <= worst.units) { worst = (units, x, got) }
      }
      #expect(
        worst.units <= function.units(dtype),
        "\(dtype), \(String(cString: mk_instruction_set())): \(worst)")
    }

    /// Numbers of all sizes and, as many, evenly spread.
    private func samples<Number: BinaryFloatingPoint>(_ range: ClosedRange<Double>) -> [Number] {
      var state: UInt64 = 0x9E37_79B9_7F4A_7C15
      func uniform() -> Double {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Double(state >> 11) * 0x1p-53
      }
      var numbers = [Number(range.lowerBound), Number(range.upperBound)]
      while numbers.count < 6000 {
        let small = exp2(uniform() * 60 - 30) * (numbers.count % 2 == 0 ? 1 : -1)
        let even = uniform() * 40 - 20
        let wide = range.lowerBound + (range.upperBound - range.lowerBound) * uniform()
        numbers += [small, even, wide].filter(range.contains).map { Number($0) }
      }
      return numbers
    }

    /// Powers in both signs of both operands, and their products with large exponents.
    @Test func powers() throws {
      let bases = samples(-50...50) as [Double]
      let exponents = (samples(-30...30) as [Double]).reversed().map {
        $0.rounded(.toNearestOrEven)
      }
      try powers(bases, exponents, float32: 2, float64: 2)
      let roots = (samples(-30...30) as [Double]).reversed().map { $0 * 0.37 }
      try powers(bases.map(abs), roots, float32: 2, float64: 2)
    }

    private func powers(
      _ bases: [Double], _ exponents: [Double], float32: Double, float64: Double
    ) throws {
      func worst<Number: BinaryFloatingPoint & TensorElement>(
        _: Number.Type, _ dtype: DType
      ) throws -> Double
      where [Number]: TensorConvertible {
        let x = bases.map { Number($0) }
        let y = exponents.map { Number($0) }
        let results = try Tensor(x, dtype: dtype).pow(Tensor(y, dtype: dtype)).array(
          of: Number.self)
        return x.indices.reduce(0.0) { worst, i in
          let exact = pow(Float80(x[i]), Float80(y[i]))
          let rounded = Number(exact)
          if rounded.isNaN || rounded.isInfinite {
            return (rounded.isNaN ? results[i].isNaN : results[i] == rounded) ? worst : .infinity
          }
          return max(worst, Double(abs(Float80(results[i]) - exact) / Float80(rounded.ulp)))
        }
      }
      #expect(try worst(Float.self, .float32) <= float32)
      #expect(try worst(Double.self, .float64) <= float64)
    }

    /// Every float16 number to float32 and back, and halves between neighbours to the even one.
    @Test func halfPrecision() throws {
      let bits = (0..<65536).map { UInt16($0) }
      let numbers = bits.map { Float(Float16(bitPattern: $0)) }
      let half = try Tensor(numbers).to(.float16)
      let wide = try half.to(.float32).array(of: Float.self)
      for (a, b) in zip(numbers, wide) { #expect(a == b || (a.isNaN && b.isNaN)) }
      let finite = numbers.filter { abs($0) < 60000 }
      var between: [Float] = finite.map { $0 * (1 + 0x1p-11) }
      between += finite.map { $0 * (1 + 0x1p-12) }
      between += finite.map { $0 + 0x1p-25 }
      let rounded = try Tensor(between).to(.float16).to(.float32).array(of: Float.self)
      for (x, y) in zip(between, rounded) { #expect(Float(Float16(x)) == y) }
    }
  }

  /// By its power series (Abramowitz and Stegun, 9.6.12).
  private func scaledI0(_ x: Float80) -> Float80 {
    var sum: Float80 = 1
    var term: Float80 = 1
    for k in 1..<60 {
      term *= x * x / 4 / Float80(k * k)
      sum += term
    }
    return sum * exp(-abs(x))
  }

  private func j0(_ x: Float80) -> Float80 {
    var sum: Float80 = 1
    var term: Float80 = 1
    for k in 1..<40 {
      term *= -x * x / 4 / Float80(k * k)
      sum += term
    }
    return sum
  }
#endif
