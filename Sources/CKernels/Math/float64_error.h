// The error function of one float64, and what the normal distribution's functions are made of: as for float32.
#ifndef MK_MATH_FLOAT64_ERROR_H
#define MK_MATH_FLOAT64_ERROR_H

#include "float64_exp.h"

MK_INLINE double mk_bounded_f64(double x, double bound) {
  double a = __builtin_fabs(x);
  return a > bound ? bound : a;
}

MK_INLINE double mk_erf_f64(double x) {
  double a = mk_bounded_f64(x, 5.95), u = a * a;
  double near = a * MK_HORNER13(u, 0x1.abce3a228d7adp-35, -0x1.238d0b2dbd201p-30, 0x1.ef8de06dac7efp-27,
                                -0x1.5e349684fec6bp-23, 0x1.b9bd7e06cb38dp-20, -0x1.f4ceab06df5ffp-17,
                                0x1.f9a2ecd1dfae6p-14, -0x1.c02db197e4162p-11, 0x1.565bccfdf9e40p-8,
                                -0x1.b82ce31202a1dp-6, 0x1.ce2f21a04083dp-4, -0x1.812746b0379abp-2,
                                0x1.06eba8214db68p-3) + a;
  double root = MK_HORNER17(a, 0x1.186450f4bf2dfp-40, -0x1.8a3b15ee48fc1p-35, 0x1.f188085e39ec9p-31,
                            -0x1.6990e50522339p-27, 0x1.3efa61e80fd09p-24, -0x1.3e3ee66720948p-22,
                            0x1.b3cadd3a248a6p-22, 0x1.f1e4635b29500p-20, -0x1.118f13632d17fp-16,
                            0x1.f7b9ccd60ae89p-14, -0x1.29164eebf5b76p-11, 0x1.0790793f56f6cp-12,
                            0x1.ac29c201fdbc5p-8, -0x1.0d59c9dbe127ap-9, -0x1.1d434dd13423fp-4, -0x1.20dba5e0d51f9p-3,
                            0x1.fffff2a849c95p-1);
  double square = root * root, fourth = square * square, far = 1.0 - fourth * fourth;
  return __builtin_copysign(a < 1.2 ? near : far, x);
}

// 2^64 exp(-factor a^2), for factor a^2 <= 750.
MK_INLINE double mk_gaussian_f64(double a, double factor) {
  const double rounder = MK_ROUNDER_F64 + 1023.0 + 64.0;
  double b = -factor * a;
  double rounded = b * a * 0x1.71547652b82fep+0 + rounder;
  double n = rounded - rounder, whole = n * 0x1.62e42feep-1;
  double r = b * a - whole;
  r = r - n * 0x1.a39ef35793c76p-33;
  return (mk_exp_tail_f64(r) + r + 1.0) * mk_from_bits_f64(mk_bits_f64(rounded) << 52);
}

// 2^64 exp(-a (slope + rest)), for a slope <= 754, where it becomes 0.
MK_INLINE double mk_decay_f64(double a, double slope, double rest) {
  const double rounder = MK_ROUNDER_F64 + 1023.0 + 64.0;
  double rounded = a * slope * -0x1.71547652b82fep+0 + rounder;
  double n = rounded - rounder, whole = n * 0x1.62e42feep-1;
  double r = -a * slope - whole;
  r = r - n * 0x1.a39ef35793c76p-33;
  r = r - a * rest;
  return (mk_exp_tail_f64(r) + r + 1.0) * mk_from_bits_f64(mk_bits_f64(rounded) << 52);
}
#define MK_GAUSSIAN_UNIT_F64 0x1p-64
#define MK_ERFC_LIMIT_F64 27.3
#define MK_NORMAL_LIMIT_F64 38.7
#define MK_GELU_TANH_LIMIT_F64 21.6

// For 0 <= a <= 38.7.
MK_INLINE double mk_mills_ratio_f64(double a, double *denominator) {
  *denominator = MK_HORNER11(a, 0x1.d111aa3990ad9p-19, 0x1.86e6e16f36cefp-14, 0x1.42a37e6352689p-10,
                             0x1.527e7f58eda94p-7, 0x1.ee8cde5ecb8b7p-5, 0x1.04db12be41cffp-2, 0x1.90246fd5a4495p-1,
                             0x1.b6acb7eb4f078p+0, 0x1.47bd28922109ep+1, 0x1.2c740724c6d6fp+1, 0x1.0000000000000p+0);
  return MK_HORNER10(a, 0x1.731245cfc0334p-20, 0x1.37e502b8111dap-15, 0x1.00b4222e397b3p-11, 0x1.0ba47f1f3d428p-8,
                     0x1.829e093d73defp-6, 0x1.8fd7ae3938ca6p-4, 0x1.2817a0dbf89bep-2, 0x1.3006183c70d25p-1,
                     0x1.8ca5e4aaebfe0p-1, 0x1.0000000000000p-1);
}

#endif
