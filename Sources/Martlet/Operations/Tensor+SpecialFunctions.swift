import CKernels

// Names and definitions as in Abramowitz and Stegun, "Handbook of Mathematical Functions", 1964.
// Integers give float32.
extension Tensor {
  /// `self * log(1 + other)`, 0 where self is 0.
  ///
  ///     try x.xlog1py(y)
  public func xlog1py(_ other: Tensor) throws -> Tensor { try Binary.xlog1py(self, other) }

  /// The inverse of `sigmoid`: `log(x / (1 - x))`, NaN outside of 0 to 1. With `eps`, elements less
  /// than that are replaced by it, others greater than `1 - eps` by that, and neither have a
  /// gradient.
  ///
  ///     try Tensor([0.5]).logit()  // [0]
  public func logit(eps: Double? = nil) throws -> Tensor {
    try inFloatingPoint { x in
      var p = x
      if let eps {
        p = try x.filled(1 - eps, where: x .> 1 - eps).filled(eps, where: x .< eps)
      }
      return try (p / (1 - p)).log()
    }
  }

  /// `sin(pi x) / (pi x)`, 1 at 0.
  ///
  ///     try Tensor([0.0, 0.5]).sinc()  // [1, 0.6366]
  public func sinc() throws -> Tensor {
    try inFloatingPoint { x in
      let zero = try x .== 0
      let angle = try x.filled(1, where: zero) * Double.pi
      return try (angle.sin() / angle).filled(1, where: zero)
    }
  }

  /// The entropy of each element, `-x log(x)`: 0 at 0, negative infinity below.
  ///
  ///     try Tensor([0.5]).entr()  // [0.3466]
  public func entr() throws -> Tensor { try Unary.entr(self) }

  /// The probability that a standard normal variable is less than each element.
  ///
  ///     try Tensor([0.0]).ndtr()  // [0.5]
  public func ndtr() throws -> Tensor { try Unary.ndtr(self) }

  /// The logarithm of `ndtr`, also where that is too small for a number.
  ///
  ///     try Tensor([-100.0]).logNdtr()  // [-5005.524]
  public func logNdtr() throws -> Tensor {
    try inFloatingPoint { x in
      let low = try x .< -1
      // Each side is filled where it is not taken, so that its derivative is finite there.
      let tail = try x.filled(-1, where: low.logicalNot())
      let scaled = try (Unary.erfcx(tail * -Constants.sqrtHalf) * 0.5).log() - tail.square() * 0.5
      return try scaled.where(low, else: (-Unary.ndtr(-x.filled(-1, where: low))).log1p())
    }
  }

  /// The inverse of `ndtr` on (0, 1).
  ///
  ///     try Tensor([0.975]).ndtri()  // [1.96]
  public func ndtri() throws -> Tensor { try Unary.ndtri(self) }

  /// `exp(x^2) erfc(x)`, which does not underflow for large x.
  ///
  ///     try Tensor([100.0]).erfcx()  // [0.005642]
  public func erfcx() throws -> Tensor { try Unary.erfcx(self) }

  /// The logarithm of the multivariate gamma function of dimension p:
  /// `p (p - 1) / 4 log(pi) + sum of lgamma(x - j / 2) for j in 0..<p`.
  ///
  ///     try Tensor([3.0]).mvlgamma(2)  // [1.5501]
  ///
  /// - Throws: `TensorError.argument` unless p is positive.
  public func mvlgamma(_ p: Int) throws -> Tensor {
    guard p >= 1 else {
      throw TensorError.argument(operation: "mvlgamma", reason: "p is \(p), not at least 1")
    }
    return try inFloatingPoint { x in
      let steps = try Tensor.arange(0, p, dtype: x.dtype, device: x.device) * 0.5
      let logPi = 1.144729885849400174143
      return try (x.unsqueezed(-1) - steps).lgamma().sum(-1)
        + Double(p) * Double(p - 1) * 0.25 * logPi
    }
  }

  /// The regularised lower incomplete gamma function P(self, other); differentiable by `other`.
  ///
  ///     try Tensor([1.0]).igamma(Tensor([2.0]))  // [1 - exp(-2)]
  public func igamma(_ other: Tensor) throws -> Tensor { try Binary.igamma(self, other) }
  /// The regularised upper incomplete gamma function Q(self, other), `1 - igamma`; differentiable
  /// by `other`.
  ///
  ///     try Tensor([1.0]).igammac(Tensor([2.0]))  // [exp(-2)]
  public func igammac(_ other: Tensor) throws -> Tensor { try Binary.igammac(self, other) }

  /// `sin(x) / x`, 1 at 0: the spherical Bessel function of the first kind of order 0.
  ///
  ///     try Tensor([0.0]).sphericalBesselJ0()  // [1]
  public func sphericalBesselJ0() throws -> Tensor {
    try inFloatingPoint { x in
      let zero = try x .== 0
      let infinite = try x.isInf()
      let safe = try x.filled(1, where: zero.logicalOr(infinite))
      return try (safe.sin() / safe).filled(1, where: zero).filled(0, where: infinite)
    }
  }

  /// Airy's function Ai.
  ///
  ///     try Tensor([0.0]).airyAi()  // [0.355]
  public func airyAi() throws -> Tensor { try Unary.airy_ai(self) }

  /// `body` of this tensor in a dtype in which compositions lose little: half precision in float32,
  /// integers in float64 with a float32 result.
  private func inFloatingPoint(_ body: (Tensor) throws -> Tensor) throws -> Tensor {
    dtype.isFloatingPoint ? try widened(body) : try body(to(.float64)).to(.float32)
  }
}
