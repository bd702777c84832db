import Glibc
import Testing

@testable import Martlet

/// Special functions where conformance data does not look: identities between them, from the
/// smallest arguments to the largest, and what they refuse.
@Suite struct SpecialFunctionTests {
  static let arguments = (0..<400).map { exp2(Double($0) / 400 * 24 - 16) }

  private func expectClose(
    _ x: Tensor, _ y: Tensor, _ tolerance: Double, _ comment: Comment? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let worst = try ((x - y).abs() / (y.abs() + 1e-300)).amax().item()
    #expect(worst <= tolerance, comment, sourceLocation: sourceLocation)
  }

  /// Abramowitz and Stegun, 9.6.15 and 9.1.16.
  @Test func wronskians() throws {
    let x = try Tensor(Self.arguments, dtype: .float64)
    let modified = try x.i0e() * x.k1e() + x.i1e() * x.k0e()
    try expectClose(modified * x, x.onesLike(), 4e-15, "modified Bessel functions")
    let plain = try x.besselJ1() * x.besselY0() - x.besselJ0() * x.besselY1()
    // Beyond, what the argument itself leaves open counts.
    let near = try x .< 200
    try expectClose(
      (plain * x * (Double.pi / 2)).filled(1, where: near.logicalNot()), x.onesLike(), 1e-12,
      "Bessel functions")
  }

  @Test func incompleteGammaFunctions() throws {
    let x = try Tensor(Self.arguments, dtype: .float64)
    for a in [0.01, 0.5, 1, 7, 99.9, 100, 1e4] {
      let order = try x.fullLike(a)
      let lower = try order.igamma(x * a)
      let upper = try order.igammac(x * a)
      try expectClose(lower + upper, x.onesLike(), 1e-14, "order \(a)")
      // P(a, x) - P(a + 1, x) is the density of a + 1 (6.5.21).
      let density = try ((x * a).log() * a - x * a - (order + 1).lgamma()).exp()
      let difference = try lower - (order + 1).igamma(x * a)
      #expect(try (difference - density).abs().amax().item() <= 1e-11)
    }
    let exponential = try Tensor([1.0], dtype: .float64).igammac(Tensor([2.0], dtype: .float64))
    #expect(abs(try exponential.item() - exp(-2)) <= 1e-16)
  }

  @Test func normalDistribution() throws {
    let p = try Tensor((1..<1000).map { Double($0) / 1000 }, dtype: .float64)
    // The probability is within 12 units in the last place, its inverse within a few.
    try expectClose(p.ndtri().ndtr(), p, 2e-15)
    let small = try Tensor((1..<300).map { pow(10, -Double($0)) }, dtype: .float64)
    try expectClose(small.ndtri().ndtr(), small, 1e-12)
    let x = try Tensor((0..<200).map { Double($0) * -0.19 }, dtype: .float64)
    try expectClose(x.logNdtr().exp(), x.ndtr(), 2e-13)
    #expect(abs(try Tensor([-1000.0]).logNdtr().item() + 500007.83) < 0.05)
    #expect(try Tensor([0.0, 1.0, 2.0]).ndtri().array(of: Float.self)[1] == .infinity)
  }

  /// Degrees on both sides of where closed forms take over, and degrees that no loop could reach.
  @Test func chebyshevPolynomials() throws {
    let x = try Tensor((0...60).map { Double($0) / 20 - 1.5 }, dtype: .float64)
    for n in 1...20 {
      func degree(_ n: Int) throws -> Tensor { try Tensor(Double(n), dtype: .float64) }
      for polynomial in [
        Tensor.chebyshevPolynomialT, Tensor.chebyshevPolynomialU, Tensor.chebyshevPolynomialV,
        Tensor.chebyshevPolynomialW,
      ] {
        let (before, now, next) = try (
          polynomial(x)(degree(n - 1)), polynomial(x)(degree(n)), polynomial(x)(degree(n + 1))
        )
        let scale = try now.abs().amax().item() + 1
        #expect(try (x * now * 2 - before - next).abs().amax().item() <= 1e-12 * scale, "\(n)")
      }
    }
    let great = try Tensor([0.3, 1.0, -1.0]).chebyshevPolynomialT(Tensor([1e15]))
    #expect(try great.array(of: Float.self).allSatisfy { abs($0) <= 1 })
    #expect(try Tensor([2.0]).legendrePolynomialP(Tensor([1e9])).item() == .infinity)
    #expect(try Tensor([0.5]).hermitePolynomialH(Tensor([-3.0])).item() == 0)
  }

  @Test func mantissasAndExponents() throws {
    let values = [1.0, -10.0, 0.1, 0, 0x1p-1074, 1.7e308, -0x1.8p-1030]
    let (mantissa, exponent) = try Tensor(values, dtype: .float64).frexp()
    let parts = zip(
      try mantissa.array(of: Double.self), try exponent.to(.int64).array(of: Int.self))
    for (value, (m, e)) in zip(values, parts) {
      var expected: Int32 = 0
      #expect(m == Glibc.frexp(value, &expected) && e == Int(expected), "\(value)")
    }
  }

  /// Every finite bfloat16 and float16 number has its neighbours.
  @Test(arguments: [DType.bfloat16, .float16]) func neighbours(_ dtype: DType) throws {
    let limit = dtype == .bfloat16 ? Float.greatestFiniteMagnitude : 65504
    let all = (0..<65536).map { bits in
      dtype == .bfloat16
        ? Float(bitPattern: UInt32(bits) << 16) : Float(Float16(bitPattern: UInt16(bits)))
    }
    let numbers = all.filter { abs($0) < limit * 0.99 }.sorted()
    let distinct = numbers.indices.dropFirst().filter { numbers[$0] != numbers[$0 - 1] }
    let sorted = [numbers[0]] + distinct.map { numbers[$0] }
    let x = try Tensor(sorted).to(dtype)
    let up = try x.nextafter(Tensor.full([], Double.infinity)).to(.float32).array(of: Float.self)
    expectEqual(up.dropLast(), sorted.dropFirst())
    let down = try x.nextafter(Tensor.full([], -Double.infinity)).to(.float32).array(of: Float.self)
    expectEqual(down.dropFirst(), sorted.dropLast())
  }

  /// Names the first difference: a report of all would take minutes.
  private func expectEqual(_ x: ArraySlice<Float>, _ y: ArraySlice<Float>) {
    #expect(x.count == y.count)
    let different = zip(x, y).first { $0 != $1 }
    #expect(different == nil)
  }

  @Test func errors() {
    let x = Tensor.ones([2])
    #expect(errorText { try x.mvlgamma(0) } == "mvlgamma: p is 0, not at least 1")
    #expect(
      errorText { try Tensor.ones([2], dtype: .int64).frexp() }
        == "frexp: takes floating point (got int64)")
    #expect(
      errorText { try Tensor.ones([2], dtype: .int64).nextafter(Tensor.ones([2], dtype: .int8)) }
        == "nextafter: takes floating point (got int64, int8)")
  }
}
