// Special functions computed in float64 whatever the dtype, and those that float64 takes from C's library.
#ifndef MK_MATH_SPECIAL_H
#define MK_MATH_SPECIAL_H

#include "float32_gamma.h"
#include "float64_exp.h"
#include "float64_log.h"

double lgamma_r(double x, int *sign);

// log|gamma(x)|; the library's `lgamma` writes a global variable.
MK_INLINE double mk_lgamma_f64(double x) {
  int sign;
  return lgamma_r(x, &sign);
}

// The derivative of lgamma: recurrence up to 10, reflection for negative numbers, then the asymptotic series
// (Abramowitz and Stegun, 6.3.18).
double mk_digamma_f64(double x);
MK_INLINE float mk_digamma_f32(float x) { return (float)mk_digamma_f64((double)x); }

// Hurwitz's zeta function: the sum of (q + k)^-s over k = 0, 1, ... Infinite for s = 1 and where a term is (q = 0, -1, ...); NaN for
// s < 1, and for negative q unless s is whole.
double mk_zeta_f64(double s, double q);
MK_INLINE float mk_zeta_f32(float s, float q) { return (float)mk_zeta_f64((double)s, (double)q); }

double mk_erfinv_f64(double x);
MK_INLINE float mk_erfinv_f32(float x) { return (float)mk_erfinv_f64((double)x); }

#define MK_SPECIAL(name)         \
  double mk_##name##_f64(double x); \
  MK_INLINE float mk_##name##_f32(float x) { return (float)mk_##name##_f64((double)x); }
#define MK_SPECIAL_PAIR(name)              \
  double mk_##name##_f64(double x, double y); \
  MK_INLINE float mk_##name##_f32(float x, float y) { return (float)mk_##name##_f64((double)x, (double)y); }

// exp(x^2) erfc(x), and the inverse of the normal distribution's cumulative function.
MK_SPECIAL(erfcx)
MK_SPECIAL(ndtri)

// Modified Bessel functions I and K; those that end in e are multiplied by exp(-|x|) and exp(x).
MK_SPECIAL(i0)
MK_SPECIAL(i0e)
MK_SPECIAL(i1)
MK_SPECIAL(i1e)
MK_SPECIAL(k0e)
MK_SPECIAL(k1e)
MK_SPECIAL(bessel_j0)
MK_SPECIAL(bessel_j1)
MK_SPECIAL(bessel_y0)
MK_SPECIAL(bessel_y1)
MK_SPECIAL(airy_ai)

// The regularised incomplete gamma functions P(x, y) and Q(x, y) = 1 - P.
MK_SPECIAL_PAIR(igamma)
MK_SPECIAL_PAIR(igammac)

// Polynomials of degree y, truncated, at x.
MK_SPECIAL_PAIR(chebyshev_t)
MK_SPECIAL_PAIR(chebyshev_u)
MK_SPECIAL_PAIR(chebyshev_v)
MK_SPECIAL_PAIR(chebyshev_w)
MK_SPECIAL_PAIR(hermite_h)
MK_SPECIAL_PAIR(hermite_he)
MK_SPECIAL_PAIR(laguerre_l)
MK_SPECIAL_PAIR(legendre_p)

#undef MK_SPECIAL
#undef MK_SPECIAL_PAIR

#endif
