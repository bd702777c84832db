// Logarithms of one float64.
#ifndef MK_MATH_FLOAT64_LOG_H
#define MK_MATH_FLOAT64_LOG_H

#include "float64_exp.h"

// x = (1 + fraction) * 2^exponent with 1 + fraction in [sqrt(1/2), sqrt(2)], for positive finite x.
MK_INLINE void mk_split_f64(double x, double *fraction, double *exponent) {
  bool subnormal = x < 0x1p-1022;
  uint64_t bits = mk_bits_f64(subnormal ? x * 0x1p52 : x) - 0x3fe6a09e667f3bcdu;
  *fraction = mk_from_bits_f64((bits & 0x000fffffffffffffu) + 0x3fe6a09e667f3bcdu) - 1.0;
  // The exponent's 12 bits become a number by way of a fraction: AVX2 lacks the conversion of 64-bit integers.
  double biased = mk_from_bits_f64((bits + 0x8000000000000000u) >> 52 | 0x4330000000000000u);
  *exponent = biased - (subnormal ? 0x1.0000000000834p52 : 0x1.00000000008p52);
}

// log(1 + f) - f + f^2 / 2, after fdlibm's identity in s = f / (2 + f).
MK_INLINE double mk_log_tail_f64(double f) {
  double s = f / (2.0 + f), u = s * s, half = 0.5 * f * f;
  double p = MK_HORNER8(u, 0x1.0c04595972ab8p-3, 0x1.0fbe83c2cbcf3p-3, 0x1.3b1c360763b8ap-3,
                        0x1.745cf901605f7p-3, 0x1.c71c720160b47p-3, 0x1.2492492476c87p-2,
                        0x1.9999999999a38p-2, 0x1.5555555555555p-1);
  return s * (half + u * p);
}

// Replaces the logarithm of what has none: zero, negative numbers, infinity, NaN.
MK_INLINE double mk_log_special_f64(double x, double y) {
  y = x == 0.0 ? -__builtin_inf() : y;
  y = x < 0.0 ? __builtin_nan("") : y;
  return x < __builtin_inf() ? y : x;
}

MK_INLINE double mk_log_f64(double x) {
  double f, e;
  mk_split_f64(x, &f, &e);
  double y = e * 0x1.62e42feep-1 - (0.5 * f * f - (mk_log_tail_f64(f) + e * 0x1.a39ef35793c76p-33) - f);
  return mk_log_special_f64(x, y);
}

// log(1 + f) = high + low, with a `high` of at most 32 bits.
MK_INLINE double mk_log_parts_f64(double f, double *low) {
  double half = 0.5 * f * f;
  double high = mk_from_bits_f64(mk_bits_f64(f - half) & 0xffffffff00000000u);
  *low = (f - high) - half + mk_log_tail_f64(f);
  return high;
}

MK_INLINE double mk_log2_f64(double x) {
  double f, e, low;
  mk_split_f64(x, &f, &e);
  double high = mk_log_parts_f64(f, &low);
  // log2(e) is 0x1.71547652p+0 + 0x1.705fc2eefa2p-33.
  double y = high * 0x1.71547652p+0, rest = (low + high) * 0x1.705fc2eefa2p-33 + low * 0x1.71547652p+0;
  double sum = e + y;
  return mk_log_special_f64(x, sum + (rest + (e - sum + y)));
}

MK_INLINE double mk_log10_f64(double x) {
  double f, e, low;
  mk_split_f64(x, &f, &e);
  double high = mk_log_parts_f64(f, &low);
  // log10(e) is 0x1.bcb7b150p-2 + 0x1.37287195355bbp-33, log10(2) is 0x1.34413509p-2 + 0x1.ef3fde623e256p-35.
  double y = high * 0x1.bcb7b15p-2;
  double rest = (low + high) * 0x1.37287195355bbp-33 + low * 0x1.bcb7b15p-2 + e * 0x1.ef3fde623e256p-35;
  double whole = e * 0x1.34413509p-2, sum = whole + y;
  return mk_log_special_f64(x, sum + (rest + (whole - sum + y)));
}

MK_INLINE double mk_log1p_f64(double x) {
  double sum = 1.0 + x, f, e;
  mk_split_f64(sum, &f, &e);
  // What the addition lost, on the scale of the fraction.
  double lost = sum >= 2.0 ? 1.0 - (sum - x) : x - (sum - 1.0);
  double exponent = e < 1000.0 ? e : 1000.0;
  f += lost * mk_from_bits_f64(mk_bits_f64(1023.0 - exponent + 0x1p52) << 52);
  double y = e * 0x1.62e42feep-1 - (0.5 * f * f - (mk_log_tail_f64(f) + e * 0x1.a39ef35793c76p-33) - f);
  y = mk_log_special_f64(sum, y);
  return x == 0.0 ? x : y;
}

// log(exp(x) + exp(y))
MK_INLINE double mk_logaddexp_f64(double x, double y) {
  double greatest = x > y ? x : y, distance = x > y ? y - x : x - y;
  // Equal infinities have no distance.
  double sum = greatest + mk_log1p_f64(mk_exp_f64(distance));
  return x == y ? x + 0x1.62e42fefa39efp-1 : sum;
}

#endif
