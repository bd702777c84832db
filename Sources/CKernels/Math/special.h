// Special functions computed in float64 whatever the dtype, and those that float64 takes from C's library.
#ifndef MK_MATH_SPECIAL_H
#define MK_MATH_SPECIAL_H

#include "float64_exp.h"
#include "float64_log.h"

double lgamma_r(double x, int *sign);
double erf(double x);
double erfc(double x);

// log|gamma(x)|; the library's `lgamma` writes a global variable.
MK_INLINE double mk_lgamma_f64(double x) {
  int sign;
  return lgamma_r(x, &sign);
}
MK_INLINE float mk_lgamma_f32(float x) { return (float)mk_lgamma_f64((double)x); }

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

#endif
