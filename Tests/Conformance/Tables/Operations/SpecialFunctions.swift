import Martlet

extension OperationTable {
  /// The functions of `torch.special` and what floating-point numbers are made of.
  mutating func addSpecialFunctions() {
    lifted("special.xlog1py") { try $0.xlog1py($1) }
    add("logit") { try $0.tensor(0).logit(eps: $0[1, "eps"]?.double()) }
    unary("sinc") { try $0.sinc() }
    unary("special.entr") { try $0.entr() }
    unary("special.ndtr") { try $0.ndtr() }
    unary("special.log_ndtr") { try $0.logNdtr() }
    unary("special.ndtri") { try $0.ndtri() }
    unary("special.erfcx") { try $0.erfcx() }
    add("mvlgamma") { try $0.tensor(0).mvlgamma($0.int(1, "p")) }
    add("special.polygamma") { try $0.tensor(1).polygamma($0.int(0, "n")) }
    binary("igamma") { try $0.igamma($1) }
    binary("igammac") { try $0.igammac($1) }
    unary("i0", "special.modified_bessel_i0") { try $0.i0() }
    unary("special.i0e") { try $0.i0e() }
    unary("special.i1", "special.modified_bessel_i1") { try $0.i1() }
    unary("special.i1e") { try $0.i1e() }
    unary("special.modified_bessel_k0") { try $0.k0() }
    unary("special.modified_bessel_k1") { try $0.k1() }
    unary("special.scaled_modified_bessel_k0") { try $0.k0e() }
    unary("special.scaled_modified_bessel_k1") { try $0.k1e() }
    unary("special.bessel_j0") { try $0.besselJ0() }
    unary("special.bessel_j1") { try $0.besselJ1() }
    unary("special.bessel_y0") { try $0.besselY0() }
    unary("special.bessel_y1") { try $0.besselY1() }
    unary("special.spherical_bessel_j0") { try $0.sphericalBesselJ0() }
    unary("special.airy_ai") { try $0.airyAi() }
    lifted("special.chebyshev_polynomial_t") { try $0.chebyshevPolynomialT($1) }
    lifted("special.chebyshev_polynomial_u") { try $0.chebyshevPolynomialU($1) }
    lifted("special.chebyshev_polynomial_v") { try $0.chebyshevPolynomialV($1) }
    lifted("special.chebyshev_polynomial_w") { try $0.chebyshevPolynomialW($1) }
    lifted("special.shifted_chebyshev_polynomial_t") { try $0.shiftedChebyshevPolynomialT($1) }
    lifted("special.shifted_chebyshev_polynomial_u") { try $0.shiftedChebyshevPolynomialU($1) }
    lifted("special.shifted_chebyshev_polynomial_v") { try $0.shiftedChebyshevPolynomialV($1) }
    lifted("special.shifted_chebyshev_polynomial_w") { try $0.shiftedChebyshevPolynomialW($1) }
    lifted("special.hermite_polynomial_h") { try $0.hermitePolynomialH($1) }
    lifted("special.hermite_polynomial_he") { try $0.hermitePolynomialHe($1) }
    lifted("special.laguerre_polynomial_l") { try $0.laguerrePolynomialL($1) }
    lifted("special.legendre_polynomial_p") { try $0.legendrePolynomialP($1) }
    binary("nextafter") { try $0.nextafter($1) }
    binary("float_power") {
      try $0.floatPower($1)
    } scalar: {
      try $0.floatPower($1)
    } scalarFirst: {
      try Tensor.full([], $0).floatPower($1)
    }
    add("frexp") { arguments in
      let parts = try arguments.tensor(0).frexp()
      return [parts.mantissa, parts.exponent]
    }
    unary("angle") { try $0.angle() }
    unary("sgn") { try $0.sign() }
    unary("isreal") { try $0.isReal() }
    // Of real numbers these are the numbers themselves.
    unary("real", "conj", "resolve_conj", "resolve_neg") { $0 }
    unary("conj_physical") { $0 }
    unary("mH", "H") { try $0.mT }
  }
}
