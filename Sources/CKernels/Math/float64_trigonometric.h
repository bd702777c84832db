// Circular functions of one float64. They hold for |x| <= MK_TRIGONOMETRIC_LIMIT_F64; beyond it the argument needs
// more digits of pi than are spent here.
#ifndef MK_MATH_FLOAT64_TRIGONOMETRIC_H
#define MK_MATH_FLOAT64_TRIGONOMETRIC_H

#include "../Support/bits.h"
#include "horner.h"

#define MK_TRIGONOMETRIC_LIMIT_F64 5e5

// sin and cos of x less a multiple of pi / 2, and that multiple modulo 2^32.
MK_INLINE uint32_t mk_sincos_reduced_f64(double x, double *sine, double *cosine) {
  double rounded = x * 0x1.45f306dc9c883p-1 + 0x1.8p52;
  double n = rounded - 0x1.8p52;
  // Three parts of pi / 2 of 33 bits or fewer, so that the first two products are exact; the remainder is kept in
  // two parts, since it may be small.
  double first = x - n * 0x1.921fb544p+0, middle = n * 0x1.0b4611a4p-34;
  double second = first - middle;
  double lost = (first - second) - middle;
  double last = n * 0x1.13198a2e03707p-65 - lost;
  double r = second - last, low = (second - r) - last;
  double u = r * r, half = 0.5 * u;
  double s = MK_HORNER6(u, -0x1.ab17a792c9454p-41, 0x1.61217ec01840fp-33, -0x1.ae6454126638cp-26,
                        0x1.71de3a54605eep-19, -0x1.a01a01a019936p-13, 0x1.1111111111110p-7);
  *sine = r - ((u * (0.5 * low - r * u * s) - low) + r * u * 0x1.5555555555555p-3);
  double c = MK_HORNER7(u, 0x1.ab78337717bb6p-45, -0x1.9394b9c9c2e61p-37, 0x1.1eed8deb6d56ap-29,
                        -0x1.27e4fb7712bdfp-22, 0x1.a01a01a01a019p-16, -0x1.6c16c16c16c16p-10,
                        0x1.5555555555555p-5);
  double one = 1.0 - half;
  *cosine = one + ((1.0 - one - half) + (u * u * c - r * low));
  return (uint32_t)mk_bits_f64(rounded);
}

MK_INLINE double mk_sin_f64(double x) {
  double s, c;
  uint64_t quadrant = mk_sincos_reduced_f64(x, &s, &c);
  double y = quadrant & 1 ? c : s;
  y = mk_from_bits_f64(mk_bits_f64(y) ^ (quadrant & 2) << 62);
  return x == 0.0 ? x : y;
}

MK_INLINE double mk_cos_f64(double x) {
  double s, c;
  uint64_t quadrant = (uint64_t)mk_sincos_reduced_f64(x, &s, &c) + 1;
  double y = quadrant & 1 ? c : s;
  return mk_from_bits_f64(mk_bits_f64(y) ^ (quadrant & 2) << 62);
}

MK_INLINE double mk_tan_f64(double x) {
  double s, c;
  uint32_t quadrant = mk_sincos_reduced_f64(x, &s, &c);
  double y = quadrant & 1 ? -c / s : s / c;
  return x == 0.0 ? x : y;
}

#endif
