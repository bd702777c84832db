import CKernels

// Abramowitz and Stegun, "Handbook of Mathematical Functions", 1964, chapter 9. Integers give
// float32.
extension Tensor {
  /// The Bessel function of the first kind of order 0.
  ///
  ///     try Tensor([0.0]).besselJ0()  // [1]
  public func besselJ0() throws -> Tensor { try Unary.bessel_j0(self) }
  /// The Bessel function of the first kind of order 1.
  ///
  ///     try Tensor([1.0]).besselJ1()  // [0.4401]
  public func besselJ1() throws -> Tensor { try Unary.bessel_j1(self) }
  /// The Bessel function of the second kind of order 0: negative infinity at 0, NaN below.
  ///
  ///     try Tensor([1.0]).besselY0()  // [0.0883]
  public func besselY0() throws -> Tensor { try Unary.bessel_y0(self) }
  /// The Bessel function of the second kind of order 1: negative infinity at 0, NaN below.
  ///
  ///     try Tensor([1.0]).besselY1()  // [-0.7812]
  public func besselY1() throws -> Tensor { try Unary.bessel_y1(self) }

  /// The modified Bessel function of the first kind of order 0.
  ///
  ///     try Tensor([1.0]).i0()  // [1.2661]
  public func i0() throws -> Tensor { try Unary.i0(self) }
  /// `exp(-|x|) i0(x)`.
  ///
  ///     try Tensor([1000.0]).i0e()  // [0.01262]
  public func i0e() throws -> Tensor { try Unary.i0e(self) }
  /// The modified Bessel function of the first kind of order 1.
  ///
  ///     try Tensor([1.0]).i1()  // [0.5652]
  public func i1() throws -> Tensor { try Unary.i1(self) }
  /// `exp(-|x|) i1(x)`.
  ///
  ///     try Tensor([1000.0]).i1e()  // [0.01261]
  public func i1e() throws -> Tensor { try Unary.i1e(self) }

  /// The modified Bessel function of the second kind of order 0: infinite at 0, NaN below.
  ///
  ///     try Tensor([1.0]).k0()  // [0.421]
  public func k0() throws -> Tensor { try unscaled(Unary.k0e) }
  /// `exp(x) k0(x)`.
  ///
  ///     try Tensor([1000.0]).k0e()  // [0.03963]
  public func k0e() throws -> Tensor { try Unary.k0e(self) }
  /// The modified Bessel function of the second kind of order 1: infinite at 0, NaN below.
  ///
  ///     try Tensor([1.0]).k1()  // [0.6019]
  public func k1() throws -> Tensor { try unscaled(Unary.k1e) }
  /// `exp(x) k1(x)`.
  ///
  ///     try Tensor([1000.0]).k1e()  // [0.03964]
  public func k1e() throws -> Tensor { try Unary.k1e(self) }

  private func unscaled(_ scaled: Unary) throws -> Tensor {
    dtype.isFloatingPoint
      ? try widened { try scaled($0) * (-$0).exp() }
      : try to(.float64).unscaled(scaled).to(.float32)
  }
}
