// log|gamma(x)| of one float32, in the arithmetic of float64: what cancels near its zeros leaves enough.
#ifndef MK_MATH_FLOAT32_GAMMA_H
#define MK_MATH_FLOAT32_GAMMA_H

#include "float64_log.h"
#include "horner.h"

// sin(pi r) for |r| <= 1/2, by Taylor's series.
MK_INLINE double mk_sine_of_pi_f64(double r) {
  double t = r * r;
  double p = MK_HORNER12(t, -0x1.7215f879e1ac9p-37, 0x1.2877020d52cf0p-31, -0x1.8a404211f9547p-26,
                         0x1.aaec32af93359p-21, -0x1.6fadb9f155744p-16, 0x1.e8f434d018d63p-12, -0x1.e3074fde8871fp-8,
                         0x1.50783487ee782p-4, -0x1.32d2cce62bd86p-1, 0x1.466bc6775aae2p1, -0x1.4abbce625be53p2,
                         0x1.921fb54442d18p1);
  return r * p;
}

// Stirling's series from 8 on; before that by the recurrence gamma(z + 1) = z gamma(z), and for negative numbers by
// reflection, gamma(x) gamma(1 - x) = pi / sin(pi x).
MK_INLINE float mk_lgamma_f32(float x) {
  double wide = (double)x;
  bool reflects = wide < 0;
  double start = reflects ? 1 - wide : wide, factors[8];
  for (int i = 0; i < 8; i++) factors[i] = start + i < 8 ? start + i : 1.0;
  double product = ((factors[0] * factors[1]) * (factors[2] * factors[3])) *
                   ((factors[4] * factors[5]) * (factors[6] * factors[7]));
  double z = start < 8 ? start + __builtin_ceil(8 - start) : start;
  double r = 1 / z, s = r * r;
  double series = r * MK_HORNER7(s, 1.0 / 156, -691.0 / 360360, 1.0 / 1188, -1.0 / 1680, 1.0 / 1260, -1.0 / 360,
                                  1.0 / 12);
  double stirling = (z - 0.5) * mk_log_f64(z) - z + (0x1.d67f1c864beb5p-1 + series);
  double sine = mk_sine_of_pi_f64(wide - __builtin_rint(wide));
  double factor = reflects ? product * 0x1.921fb54442d18p1 / __builtin_fabs(sine) : product;
  double y = stirling - mk_log_f64(factor);
  y = reflects ? -y : y;
  y = x == 1 || x == 2 ? 0 : y;
  return __builtin_fabsf(x) == __builtin_inff() ? __builtin_inff() : (float)y;
}

#endif
