import CKernels

extension mk_unary_op {
  /// The derivatives of what belongs to the normal distribution.
  func normalSlope(_ record: Recorded<Unary>) throws -> Tensor {
    switch self {
    case .ndtr: try (record.x.square() * -0.5).exp() * Constants.oneOverSqrtTwoPi
    case .ndtri: try (record.output.square() * 0.5).exp() * Constants.sqrtTwoPi
    case .erfcx: try record.x * record.output * 2 - Constants.twoOverSqrtPi
    default: try -record.x.log() - 1
    }
  }

  /// The derivatives of Bessel functions (Abramowitz and Stegun, 9.1.27 and 9.6.26), those that end
  /// in e by the rule for products.
  func besselSlope(_ record: Recorded<Unary>) throws -> Tensor {
    let x = try record.x
    switch self {
    case .i0: return try Unary.i1(x)
    case .i0e: return try Unary.i1e(x) - x.sign() * record.output
    case .i1: return try Unary.i0(x) - overX(record)
    case .i1e: return try Unary.i0e(x) - x.sign() * record.output - overX(record)
    case .k0e: return try record.output - Unary.k1e(x)
    case .k1e: return try record.output - Unary.k0e(x) - overX(record)
    case .bessel_j0: return try -Unary.bessel_j1(x)
    case .bessel_y0: return try -Unary.bessel_y1(x)
    case .bessel_j1: return try Unary.bessel_j0(x) - overX(record)
    default: return try Unary.bessel_y0(x) - overX(record)
    }
  }

  /// The result over x: of `i1`, `i1e` and `bessel_j1` 1/2 at 0.
  private func overX(_ record: Recorded<Unary>) throws -> Tensor {
    let x = try record.x
    if self == .k1e || self == .bessel_y1 { return try record.output / x }
    let zero = try x .== 0
    return try (record.output / x.filled(1, where: zero)).filled(0.5, where: zero)
  }
}
