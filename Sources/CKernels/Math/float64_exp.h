// exp, exp2, expm1 and the logistic function of one float64.
#ifndef MK_MATH_FLOAT64_EXP_H
#define MK_MATH_FLOAT64_EXP_H

#include "../Support/bits.h"
#include "horner.h"

// Adding this rounds to an integer, which then stands in the low bits.
#define MK_ROUNDER_F64 0x1.8p52

// x * 2^n rounded once, for n in [-2044, 2046].
MK_INLINE double mk_scale_f64(double x, int32_t n) {
  int32_t half = n >> 1;
  double first = mk_from_bits_f64((uint64_t)(uint32_t)(half + 1023) << 52);
  return x * first * mk_from_bits_f64((uint64_t)(uint32_t)(n - half + 1023) << 52);
}

// (exp(r) - 1 - r) for |r| <= log(2) / 2.
MK_INLINE double mk_exp_tail_f64(double r) {
  double p = MK_HORNER11(r, 0x1.1f72fc730b4ffp-29, 0x1.af4ddd84882fep-26, 0x1.27e4db67b4303p-22,
                         0x1.71de02375656cp-19, 0x1.a01a01a6d7808p-16, 0x1.a01a01abe62ddp-13,
                         0x1.6c16c16c162d6p-10, 0x1.11111111100dfp-7, 0x1.5555555555556p-5,
                         0x1.5555555555557p-3, 0x1.0000000000000p-1);
  return r * r * p;
}

// exp(x + low) * 2^shift for a `low` that is small beside x.
MK_INLINE double mk_exp_parts_f64(double x, double low, int32_t shift) {
  x = x > 800.0 ? 800.0 : x;
  x = x < -800.0 ? -800.0 : x;
  double rounded = (x + low) * 0x1.71547652b82fep+0 + MK_ROUNDER_F64;
  double n = rounded - MK_ROUNDER_F64;
  double r = x - n * 0x1.62e42feep-1 - n * 0x1.a39ef35793c76p-33 + low;
  double p = mk_exp_tail_f64(r) + r + 1.0;
  return mk_scale_f64(p, (int32_t)(uint32_t)mk_bits_f64(rounded) + shift);
}

MK_INLINE double mk_exp_f64(double x) { return mk_exp_parts_f64(x, 0.0, 0); }

// 2^(x + low) for |x| <= 1200 and a `low` that is small beside x.
MK_INLINE double mk_exp2_parts_f64(double x, double low) {
  double rounded = x + MK_ROUNDER_F64, r = x - (rounded - MK_ROUNDER_F64) + low;
  double p = MK_HORNER11(r, 0x1.c48f769ad2c46p-36, 0x1.e9d3fe3952179p-32, 0x1.e4cf1cd08d4b8p-28,
                         0x1.b524fae627834p-24, 0x1.62c022401b97dp-20, 0x1.ffcbfc670dcd4p-17,
                         0x1.430912f86bf52p-13, 0x1.5d87fe78a5276p-10, 0x1.3b2ab6fba4e78p-7,
                         0x1.c6b08d704a0c2p-5, 0x1.ebfbdff82c58fp-3);
  return mk_scale_f64(r * r * p + r * 0x1.62e42fefa39efp-1 + 1.0, (int32_t)(uint32_t)mk_bits_f64(rounded));
}

MK_INLINE double mk_exp2_f64(double x) {
  x = x > 1200.0 ? 1200.0 : x;
  x = x < -1200.0 ? -1200.0 : x;
  return mk_exp2_parts_f64(x, 0.0);
}

MK_INLINE double mk_expm1_f64(double x) {
  double bounded = x > 710.0 ? 710.0 : x;
  bounded = bounded < -60.0 ? -60.0 : bounded;
  double rounded = bounded * 0x1.71547652b82fep+0 + MK_ROUNDER_F64;
  double n = rounded - MK_ROUNDER_F64;
  double r = bounded - n * 0x1.62e42feep-1 - n * 0x1.a39ef35793c76p-33;
  double p = mk_exp_tail_f64(r) + r;
  // Half of 2^n, so that n = 1024 does not overflow before its time.
  double half = mk_from_bits_f64((uint64_t)(uint32_t)((int32_t)(uint32_t)mk_bits_f64(rounded) + 1022) << 52);
  double y = (half * p + (half - 0.5)) * 2.0;
  return __builtin_fabs(x) < 0x1p-54 ? x : y;
}

// x / (1 + exp(-u)), by way of exp(-|u|), which does not overflow.
MK_INLINE double mk_gate_f64(double x, double u) {
  double e = mk_exp_f64(-__builtin_fabs(u));
  return (u < 0 ? x * e : x) / (1.0 + e);
}

// exp(-|x|) and expm1(-2 |x|).
MK_INLINE double mk_exp_fall_f64(double x) { return mk_exp_f64(-__builtin_fabs(x)); }
MK_INLINE double mk_expm1_fall_f64(double x) { return mk_expm1_f64(-2.0 * __builtin_fabs(x)); }

MK_INLINE double mk_sigmoid_f64(double x) { return mk_gate_f64(1.0, x); }

MK_INLINE double mk_silu_f64(double x) { return mk_gate_f64(x, x); }

MK_INLINE double mk_tanh_f64(double x) {
  double t = mk_expm1_f64(-2.0 * __builtin_fabs(x));
  return __builtin_copysign(t / (2.0 + t), x);
}

#endif
