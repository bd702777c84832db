import CKernels

// One line each; the formulas stand in elementwise.def, the derivatives with the primitive.
extension Tensor {
  public func neg() throws -> Tensor { try Unary.neg(self) }
  public func abs() throws -> Tensor { try dtype == .uint8 ? self : Unary.abs(self) }
  /// -1, 0 or 1; NaN for NaN.
  public func sign() throws -> Tensor { try dtype == .bool ? self : Unary.sign(self) }
  /// Of bools int64, as `pow(2)`.
  public func square() throws -> Tensor { try Unary.square(dtype == .bool ? to(.int64) : self) }
  public func reciprocal() throws -> Tensor { try Unary.reciprocal(self) }
  public func sqrt() throws -> Tensor { try Unary.sqrt(self) }
  /// `1 / sqrt(x)`.
  public func rsqrt() throws -> Tensor { try Unary.rsqrt(self) }
  public func exp() throws -> Tensor { try Unary.exp(self) }
  /// Two to the power of each element.
  public func exp2() throws -> Tensor { try Unary.exp2(self) }
  /// `exp(x) - 1`, accurate near 0.
  public func expm1() throws -> Tensor { try Unary.expm1(self) }
  public func log() throws -> Tensor { try Unary.log(self) }
  public func log2() throws -> Tensor { try Unary.log2(self) }
  public func log10() throws -> Tensor { try Unary.log10(self) }
  /// `log(1 + x)`, accurate near 0.
  public func log1p() throws -> Tensor { try Unary.log1p(self) }
  public func sin() throws -> Tensor { try Unary.sin(self) }
  public func cos() throws -> Tensor { try Unary.cos(self) }
  public func tan() throws -> Tensor { try Unary.tan(self) }
  public func asin() throws -> Tensor { try Unary.asin(self) }
  public func acos() throws -> Tensor { try Unary.acos(self) }
  public func atan() throws -> Tensor { try Unary.atan(self) }
  public func sinh() throws -> Tensor { try Unary.sinh(self) }
  public func cosh() throws -> Tensor { try Unary.cosh(self) }
  public func tanh() throws -> Tensor { try Unary.tanh(self) }
  public func asinh() throws -> Tensor { try Unary.asinh(self) }
  public func acosh() throws -> Tensor { try Unary.acosh(self) }
  public func atanh() throws -> Tensor { try Unary.atanh(self) }
  /// The error function.
  public func erf() throws -> Tensor { try Unary.erf(self) }
  /// `1 - erf(x)`, accurate for large x.
  public func erfc() throws -> Tensor { try Unary.erfc(self) }
  /// The inverse of the error function on (-1, 1).
  public func erfinv() throws -> Tensor { try Unary.erfinv(self) }
  /// The logarithm of the absolute value of the gamma function.
  public func lgamma() throws -> Tensor { try Unary.lgamma(self) }
  /// The derivative of `lgamma`.
  public func digamma() throws -> Tensor { try Unary.digamma(self) }
  /// The derivative of `digamma` of order `order`: `(-1)^(n + 1) n! zeta(n + 1, x)` (Abramowitz and
  /// Stegun, 6.4.10).
  ///
  /// - Throws: `TensorError.argument` for a negative order.
  public func polygamma(_ order: Int) throws -> Tensor {
    guard order >= 0 else {
      throw TensorError.argument(operation: "polygamma", reason: "the order is negative (\(order))")
    }
    if order == 0 { return try digamma() }
    // Beyond 170 the factorial is not a finite number.
    let factorial = (1...Swift.min(order, 171)).reduce(1.0) { $0 * Double($1) }
    let zeta = try Binary.zeta(.float(Double(order) + 1), self)
    return try zeta * (order % 2 == 0 ? -factorial : factorial)
  }

  /// `1 / (1 + exp(-x))`.
  public func sigmoid() throws -> Tensor { try Unary.sigmoid(self) }
  /// `max(x, 0)`.
  public func relu() throws -> Tensor { try Unary.relu(self) }
  /// `x sigmoid(x)`: Hendrycks, Gimpel, 2016; also known as swish.
  public func silu() throws -> Tensor { try Unary.silu(self) }

  /// How `gelu` computes the normal distribution's cumulative function.
  public enum GELUApproximation: Sendable {
    /// By the error function, exactly.
    case none
    /// `(1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2`.
    case tanh
  }

  /// x times the probability that a standard normal variable is less than x: Hendrycks, Gimpel,
  /// "Gaussian Error Linear Units", 2016.
  public func gelu(approximate: GELUApproximation = .none) throws -> Tensor {
    try approximate == .none ? Unary.gelu(self) : Unary.gelu_tanh(self)
  }

  /// Rounded down; integers stay as they are.
  public func floor() throws -> Tensor { try rounded(.floor) }
  /// Rounded up.
  public func ceil() throws -> Tensor { try rounded(.ceil) }
  /// Rounded to the nearest whole number, halves to the even one.
  public func round() throws -> Tensor { try rounded(.round) }
  /// Rounded towards zero.
  public func trunc() throws -> Tensor { try rounded(.trunc) }
  /// What `trunc` cuts off.
  public func frac() throws -> Tensor { try self - trunc() }

  private func rounded(_ op: Unary) throws -> Tensor {
    if dtype == .bool {
      throw TensorError.dtype(operation: op.name, dtypes: [dtype], reason: "takes numbers")
    }
    return dtype.isFloatingPoint ? try op(self) : self
  }

  public func isNaN() throws -> Tensor { try classified(.is_nan, integers: false) }
  public func isInf() throws -> Tensor { try classified(.is_inf, integers: false) }
  public func isFinite() throws -> Tensor { try classified(.is_finite, integers: true) }
  /// Whether the sign bit is set, also of -0.
  public func signbit() throws -> Tensor {
    try dtype == .bool ? fullLike(false, dtype: .bool) : Unary.signbit(self)
  }

  private func classified(_ op: Unary, integers: Bool) throws -> Tensor {
    dtype.isFloatingPoint ? try op(self) : try fullLike(integers, dtype: .bool)
  }

  func hasNaN() throws -> Bool { try isNaN().any().item(Bool.self) }
}
