import CKernels

// One line each; the formulas stand in elementwise.def, the derivatives with the primitive.
extension Tensor {
  /// `-x`; as the prefix operator `-`.
  ///
  ///     try Tensor([1.0, -2.0]).neg()  // [-1, 2]
  public func neg() throws -> Tensor { try Unary.neg(self) }

  /// The absolute value of each element.
  ///
  ///     try Tensor([1.0, -2.0]).abs()  // [1, 2]
  public func abs() throws -> Tensor { try dtype == .uint8 ? self : Unary.abs(self) }

  /// -1, 0 or 1; NaN for NaN.
  ///
  ///     try Tensor([-3.0, 0.0, 2.0]).sign()  // [-1, 0, 1]
  public func sign() throws -> Tensor { try dtype == .bool ? self : Unary.sign(self) }

  /// `x * x`; of bools in int64, as `pow(2)`.
  ///
  ///     try Tensor([2.0, -3.0]).square()  // [4, 9]
  public func square() throws -> Tensor { try Unary.square(dtype == .bool ? to(.int64) : self) }

  /// `1 / x`; of integers in float32.
  ///
  ///     try Tensor([2, 4]).reciprocal()  // [0.5, 0.25]
  public func reciprocal() throws -> Tensor { try Unary.reciprocal(self) }

  /// The square root; NaN below 0.
  ///
  ///     try Tensor([4.0, 2.25]).sqrt()  // [2, 1.5]
  public func sqrt() throws -> Tensor { try Unary.sqrt(self) }

  /// `1 / sqrt(x)`.
  ///
  ///     try Tensor([4.0, 0.25]).rsqrt()  // [0.5, 2]
  public func rsqrt() throws -> Tensor { try Unary.rsqrt(self) }

  /// e to the power of each element.
  ///
  ///     try Tensor([0.0, 1.0]).exp()  // [1, 2.7183]
  public func exp() throws -> Tensor { try Unary.exp(self) }

  /// Two to the power of each element.
  ///
  ///     try Tensor([3.0, -1.0]).exp2()  // [8, 0.5]
  public func exp2() throws -> Tensor { try Unary.exp2(self) }

  /// `exp(x) - 1`, accurate near 0.
  ///
  ///     try Tensor([1e-10]).expm1()  // [1e-10]
  public func expm1() throws -> Tensor { try Unary.expm1(self) }

  /// The natural logarithm; NaN below 0 and minus infinity at 0.
  ///
  ///     try Tensor([1.0, 2.7182818]).log()  // [0, 1]
  public func log() throws -> Tensor { try Unary.log(self) }

  /// The logarithm to base 2.
  ///
  ///     try Tensor([8.0, 0.5]).log2()  // [3, -1]
  public func log2() throws -> Tensor { try Unary.log2(self) }

  /// The logarithm to base 10.
  ///
  ///     try Tensor([100.0, 0.1]).log10()  // [2, -1]
  public func log10() throws -> Tensor { try Unary.log10(self) }

  /// `log(1 + x)`, accurate near 0.
  ///
  ///     try Tensor([1e-10]).log1p()  // [1e-10]
  public func log1p() throws -> Tensor { try Unary.log1p(self) }

  /// The sine of each element, in radians.
  ///
  ///     try Tensor([0.0, .pi / 2]).sin()  // [0, 1]
  public func sin() throws -> Tensor { try Unary.sin(self) }

  /// The cosine of each element, in radians.
  ///
  ///     try Tensor([0.0, .pi / 3]).cos()  // [1, 0.5]
  public func cos() throws -> Tensor { try Unary.cos(self) }

  /// The tangent of each element, in radians.
  ///
  ///     try Tensor([0.0, .pi / 4]).tan()  // [0, 1]
  public func tan() throws -> Tensor { try Unary.tan(self) }

  /// The angle in [-pi/2, pi/2] whose sine each element is; NaN outside of [-1, 1].
  ///
  ///     try Tensor([0.0, 1.0]).asin()  // [0, 1.5708]
  public func asin() throws -> Tensor { try Unary.asin(self) }

  /// The angle in [0, pi] whose cosine each element is; NaN outside of [-1, 1].
  ///
  ///     try Tensor([1.0, 0.0]).acos()  // [0, 1.5708]
  public func acos() throws -> Tensor { try Unary.acos(self) }

  /// The angle in (-pi/2, pi/2) whose tangent each element is. `atan2` knows the quadrant.
  ///
  ///     try Tensor([0.0, 1.0]).atan()  // [0, 0.7854]
  public func atan() throws -> Tensor { try Unary.atan(self) }

  /// `(exp(x) - exp(-x)) / 2`.
  ///
  ///     try Tensor([0.0, 1.0]).sinh()  // [0, 1.1752]
  public func sinh() throws -> Tensor { try Unary.sinh(self) }

  /// `(exp(x) + exp(-x)) / 2`.
  ///
  ///     try Tensor([0.0, 1.0]).cosh()  // [1, 1.5431]
  public func cosh() throws -> Tensor { try Unary.cosh(self) }

  /// `sinh(x) / cosh(x)`, in (-1, 1).
  ///
  ///     try Tensor([0.0, 1.0]).tanh()  // [0, 0.7616]
  public func tanh() throws -> Tensor { try Unary.tanh(self) }

  /// The inverse of `sinh`.
  ///
  ///     try Tensor([0.0, 1.1752012]).asinh()  // [0, 1]
  public func asinh() throws -> Tensor { try Unary.asinh(self) }

  /// The inverse of `cosh` that is not negative; NaN below 1.
  ///
  ///     try Tensor([1.0, 1.5430806]).acosh()  // [0, 1]
  public func acosh() throws -> Tensor { try Unary.acosh(self) }

  /// The inverse of `tanh`; NaN outside of [-1, 1].
  ///
  ///     try Tensor([0.0, 0.76159416]).atanh()  // [0, 1]
  public func atanh() throws -> Tensor { try Unary.atanh(self) }

  /// The error function, `2 / sqrt(pi)` times the integral of `exp(-t^2)` from 0 to x.
  ///
  ///     try Tensor([0.0, 1.0]).erf()  // [0, 0.8427]
  public func erf() throws -> Tensor { try Unary.erf(self) }

  /// `1 - erf(x)`, accurate for large x.
  ///
  ///     try Tensor([0.0, 5.0]).erfc()  // [1, 1.5375e-12]
  public func erfc() throws -> Tensor { try Unary.erfc(self) }

  /// The inverse of the error function on (-1, 1); NaN outside of [-1, 1].
  ///
  ///     try Tensor([0.0, 0.84270079]).erfinv()  // [0, 1]
  public func erfinv() throws -> Tensor { try Unary.erfinv(self) }

  /// The logarithm of the absolute value of the gamma function.
  ///
  ///     try Tensor([5.0]).lgamma().exp()  // [24]
  public func lgamma() throws -> Tensor { try Unary.lgamma(self) }

  /// The derivative of `lgamma`.
  ///
  ///     try Tensor([1.0]).digamma()  // [-0.5772]
  public func digamma() throws -> Tensor { try Unary.digamma(self) }

  /// The derivative of `digamma` of order `order`: `(-1)^(n + 1) n! zeta(n + 1, x)` (Abramowitz and
  /// Stegun, 6.4.10).
  ///
  ///     try Tensor([1.0]).polygamma(1)  // [1.6449]
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
  ///
  ///     try Tensor([0.0, 2.0]).sigmoid()  // [0.5, 0.8808]
  public func sigmoid() throws -> Tensor { try Unary.sigmoid(self) }

  /// `max(x, 0)`.
  ///
  ///     try Tensor([-1.0, 2.0]).relu()  // [0, 2]
  public func relu() throws -> Tensor { try Unary.relu(self) }

  /// `x sigmoid(x)`: Hendrycks, Gimpel, 2016; also known as swish.
  ///
  ///     try Tensor([-1.0, 2.0]).silu()  // [-0.2689, 1.7616]
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
  ///
  ///     try Tensor([-1.0, 2.0]).gelu()  // [-0.1587, 1.9545]
  public func gelu(approximate: GELUApproximation = .none) throws -> Tensor {
    try approximate == .none ? Unary.gelu(self) : Unary.gelu_tanh(self)
  }

  /// Rounded down; integers stay as they are.
  ///
  ///     try Tensor([1.5, -1.5]).floor()  // [1, -2]
  public func floor() throws -> Tensor { try rounded(.floor) }

  /// Rounded up; integers stay as they are.
  ///
  ///     try Tensor([1.5, -1.5]).ceil()  // [2, -1]
  public func ceil() throws -> Tensor { try rounded(.ceil) }

  /// Rounded to the nearest whole number, halves to the even one; integers stay as they are.
  ///
  ///     try Tensor([1.5, 2.5, -0.7]).round()  // [2, 2, -1]
  public func round() throws -> Tensor { try rounded(.round) }

  /// Rounded towards zero; integers stay as they are.
  ///
  ///     try Tensor([1.5, -1.5]).trunc()  // [1, -1]
  public func trunc() throws -> Tensor { try rounded(.trunc) }

  /// What `trunc` cuts off.
  ///
  ///     try Tensor([1.5, -1.25]).frac()  // [0.5, -0.25]
  public func frac() throws -> Tensor { try self - trunc() }

  private func rounded(_ op: Unary) throws -> Tensor {
    if dtype == .bool {
      throw TensorError.dtype(operation: op.name, dtypes: [dtype], reason: "takes numbers")
    }
    return dtype.isFloatingPoint ? try op(self) : self
  }

  /// Whether each element is NaN; bool. Integers never are.
  ///
  ///     try Tensor([1.0, .nan]).isNaN()  // [false, true]
  public func isNaN() throws -> Tensor { try classified(.is_nan, integers: false) }

  /// Whether each element is infinite, of either sign; bool. Integers never are.
  ///
  ///     try Tensor([1.0, -.infinity]).isInf()  // [false, true]
  public func isInf() throws -> Tensor { try classified(.is_inf, integers: false) }

  /// Whether each element is neither infinite nor NaN; bool. Integers always are.
  ///
  ///     try Tensor([1.0, .nan]).isFinite()  // [true, false]
  public func isFinite() throws -> Tensor { try classified(.is_finite, integers: true) }

  /// Whether the sign bit is set, also of -0.
  ///
  ///     try Tensor([1.0, -0.0]).signbit()  // [false, true]
  public func signbit() throws -> Tensor {
    try dtype == .bool ? fullLike(false, dtype: .bool) : Unary.signbit(self)
  }

  private func classified(_ op: Unary, integers: Bool) throws -> Tensor {
    dtype.isFloatingPoint ? try op(self) : try fullLike(integers, dtype: .bool)
  }

  func hasNaN() throws -> Bool { try isNaN().ofAllExamples.any().item(Bool.self) }
}
