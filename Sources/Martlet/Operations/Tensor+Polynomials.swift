import CKernels

// Orthogonal polynomials of a degree that may differ by element: Abramowitz and Stegun, "Handbook
// of Mathematical Functions", 1964, chapter 22. Degrees are truncated to whole numbers; for a
// negative one the result is 0. There are no derivatives.
extension Tensor {
  /// Chebyshev's polynomial of the first kind of degree `n`.
  ///
  ///     try Tensor([0.5]).chebyshevPolynomialT(Tensor(2))
  public func chebyshevPolynomialT(_ n: Tensor) throws -> Tensor { try Binary.chebyshev_t(self, n) }
  /// Chebyshev's polynomial of the second kind of degree `n`.
  ///
  ///     try Tensor([0.5]).chebyshevPolynomialU(Tensor(2))
  public func chebyshevPolynomialU(_ n: Tensor) throws -> Tensor { try Binary.chebyshev_u(self, n) }
  /// Chebyshev's polynomial of the third kind of degree `n`.
  ///
  ///     try Tensor([0.5]).chebyshevPolynomialV(Tensor(2))
  public func chebyshevPolynomialV(_ n: Tensor) throws -> Tensor { try Binary.chebyshev_v(self, n) }
  /// Chebyshev's polynomial of the fourth kind of degree `n`.
  ///
  ///     try Tensor([0.5]).chebyshevPolynomialW(Tensor(2))
  public func chebyshevPolynomialW(_ n: Tensor) throws -> Tensor { try Binary.chebyshev_w(self, n) }
  /// The physicists' Hermite polynomial of degree `n`.
  ///
  ///     try Tensor([0.5]).hermitePolynomialH(Tensor(2))
  public func hermitePolynomialH(_ n: Tensor) throws -> Tensor { try Binary.hermite_h(self, n) }
  /// The probabilists' Hermite polynomial of degree `n`.
  ///
  ///     try Tensor([0.5]).hermitePolynomialHe(Tensor(2))
  public func hermitePolynomialHe(_ n: Tensor) throws -> Tensor { try Binary.hermite_he(self, n) }
  /// Laguerre's polynomial of degree `n`.
  ///
  ///     try Tensor([0.5]).laguerrePolynomialL(Tensor(2))
  public func laguerrePolynomialL(_ n: Tensor) throws -> Tensor { try Binary.laguerre_l(self, n) }
  /// Legendre's polynomial of degree `n`.
  ///
  ///     try Tensor([0.5]).legendrePolynomialP(Tensor(2))
  public func legendrePolynomialP(_ n: Tensor) throws -> Tensor { try Binary.legendre_p(self, n) }
  /// Chebyshev's polynomial of the first kind of degree `n` at `2 x - 1`.
  ///
  ///     try Tensor([0.5]).shiftedChebyshevPolynomialT(Tensor(2))
  public func shiftedChebyshevPolynomialT(_ n: Tensor) throws -> Tensor {
    try Binary.chebyshev_t(self * 2 - 1, n)
  }
  /// Chebyshev's polynomial of the second kind of degree `n` at `2 x - 1`.
  ///
  ///     try Tensor([0.5]).shiftedChebyshevPolynomialU(Tensor(2))
  public func shiftedChebyshevPolynomialU(_ n: Tensor) throws -> Tensor {
    try Binary.chebyshev_u(self * 2 - 1, n)
  }
  /// Chebyshev's polynomial of the third kind of degree `n` at `2 x - 1`.
  ///
  ///     try Tensor([0.5]).shiftedChebyshevPolynomialV(Tensor(2))
  public func shiftedChebyshevPolynomialV(_ n: Tensor) throws -> Tensor {
    try Binary.chebyshev_v(self * 2 - 1, n)
  }
  /// Chebyshev's polynomial of the fourth kind of degree `n` at `2 x - 1`.
  ///
  ///     try Tensor([0.5]).shiftedChebyshevPolynomialW(Tensor(2))
  public func shiftedChebyshevPolynomialW(_ n: Tensor) throws -> Tensor {
    try Binary.chebyshev_w(self * 2 - 1, n)
  }
}
