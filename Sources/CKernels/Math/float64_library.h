// float64 functions of C's library under this project's names, with what is built on them.
#ifndef MK_MATH_FLOAT64_LIBRARY_H
#define MK_MATH_FLOAT64_LIBRARY_H

#include <math.h>

#include "float64_exp.h"

MK_INLINE double mk_tan_f64(double x) { return tan(x); }
MK_INLINE double mk_asin_f64(double x) { return asin(x); }
MK_INLINE double mk_acos_f64(double x) { return acos(x); }
MK_INLINE double mk_atan_f64(double x) { return atan(x); }
MK_INLINE double mk_atan2_f64(double y, double x) { return atan2(y, x); }
MK_INLINE double mk_sinh_f64(double x) { return sinh(x); }
MK_INLINE double mk_cosh_f64(double x) { return cosh(x); }
MK_INLINE double mk_asinh_f64(double x) { return asinh(x); }
MK_INLINE double mk_acosh_f64(double x) { return acosh(x); }
MK_INLINE double mk_atanh_f64(double x) { return atanh(x); }
MK_INLINE double mk_erf_f64(double x) { return erf(x); }
MK_INLINE double mk_erfc_f64(double x) { return erfc(x); }
MK_INLINE double mk_pow_f64(double x, double y) { return pow(x, y); }
MK_INLINE double mk_hypot_f64(double x, double y) { return hypot(x, y); }
MK_INLINE double mk_fmod_f64(double x, double y) { return fmod(x, y); }

MK_INLINE double mk_gelu_f64(double x) { return 0.5 * x * erfc(-x * 0x1.6a09e667f3bcdp-1); }
MK_INLINE double mk_gelu_grad_f64(double gradient, double x) {
  double density = mk_exp_f64(-0.5 * x * x) * 0x1.9884533d43651p-2;
  return gradient * (0.5 * erfc(-x * 0x1.6a09e667f3bcdp-1) + (density == 0 ? 0 : x * density));
}

#endif
