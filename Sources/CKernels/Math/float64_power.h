// Powers of float64. The logarithm is kept in two numbers, as an error in it is one of the result times the exponent: their
// low parts are exact where products and sums are fused. Other processors take the library's function.
#ifndef MK_MATH_FLOAT64_POWER_H
#define MK_MATH_FLOAT64_POWER_H

#include "float64_log.h"

// log2 of a positive finite number in two parts, by 2 atanh(s) of s = f / (2 + f).
MK_INLINE double mk_log2_parts_f64(double x, double *low) {
  double f, e;
  mk_split_f64(x, &f, &e);
  double t = 2.0 + f, t_low = f - (t - 2.0);
  double s = f / t;
  double rest = f - s * t;
  double s_low = (rest - s * t_low) / t;
  double u = s * s;
  double u_low = s * s - u;
  u_low = u_low + 2.0 * s * s_low;
  // atanh(s) / s is 1 + u / 3 + u^2 q(u).
  double third = u * 0x1.5555555555555p-2;
  double third_low = u * 0x1.5555555555555p-2 - third;
  third_low = third_low + (u_low * 0x1.5555555555555p-2 + u * 0x1.5555555555555p-56);
  double q = MK_HORNER8(u, 0x1.eb137b27ead47p-5, 0x1.de33237338a0ap-5, 0x1.1120b7ae7f7e0p-4,
                        0x1.3b1362a72d5a9p-4, 0x1.745d1832904f0p-4, 0x1.c71c71c57fd83p-4,
                        0x1.249249249303ap-3, 0x1.9999999999996p-3);
  double ratio = 1.0 + third, ratio_low = third - (ratio - 1.0) + (third_low + u * u * q);
  double half = s * ratio;
  double half_low = s * ratio - half;
  half_low = half_low + (s * ratio_low + s_low * ratio);
  // 2 log2(e)
  double y = half * 0x1.71547652b82fep+1;
  double y_low = half * 0x1.71547652b82fep+1 - y;
  y_low = y_low + (half_low * 0x1.71547652b82fep+1 + half * 0x1.777d0ffda0d24p-55);
  double sum = e + y, remainder = y - (sum - e) + y_low, total = sum + remainder;
  *low = remainder - (total - sum);
  return total;
}

MK_INLINE double mk_pow_f64(double x, double y) {
  double a = __builtin_fabs(x), b = __builtin_fabs(y), low;
  double logarithm = mk_log2_parts_f64(a, &low);
  // Beyond this every power but that of 1 overflows or vanishes.
  double bounded = b > 0x1p70 ? __builtin_copysign(0x1p70, y) : y;
  double t = bounded * logarithm;
  double t_low = bounded * logarithm - t;
  t_low = t_low + bounded * low;
  bool great = __builtin_fabs(t) > 1200.0;
  t_low = great ? 0.0 : t_low;
  t = great ? __builtin_copysign(1200.0, t) : t;
  double power = mk_exp2_parts_f64(t, t_low);
  double zero_base = y > 0.0 ? 0.0 : __builtin_inf(), infinite_base = y > 0.0 ? __builtin_inf() : 0.0;
  power = a == 0.0 ? zero_base : power;
  power = a == __builtin_inf() ? infinite_base : power;
  // From 2^53 on every float64 is an even integer; below, rounding to an integer tells which y is one.
  double whole = (b + 0x1p52) - 0x1p52, half = (0.5 * b + 0x1p52) - 0x1p52;
  whole = b >= 0x1p52 ? b : whole;
  half = b >= 0x1p53 ? 0.5 * b : half;
  bool odd = whole == b && half != 0.5 * b;
  bool negative = mk_bits_f64(x) >> 63;
  power = negative && odd ? -power : power;
  power = x < 0.0 && a < __builtin_inf() && whole != b ? __builtin_nan("") : power;
  power = x != x || y != y ? x + y : power;
  // (-1)^inf is 1, as are NaN^0 and 1^NaN.
  power = b == __builtin_inf() && a == 1.0 ? 1.0 : power;
  return y == 0.0 || x == 1.0 ? 1.0 : power;
}

#endif
