// exp, exp2, expm1 and the logistic function of one float32.
#ifndef MK_MATH_FLOAT32_EXP_H
#define MK_MATH_FLOAT32_EXP_H

#include "../Support/bits.h"
#include "horner.h"

// Adding this rounds to an integer, which then stands in the low bits.
#define MK_ROUNDER_F32 0x1.8p23f

// 2^n for n in [-126, 127].
MK_INLINE float mk_power_of_two_f32(int32_t n) { return mk_from_bits_f32((uint32_t)(n + 127) << 23); }

// x * 2^n rounded once, for n in [-252, 254].
MK_INLINE float mk_scale_f32(float x, int32_t n) {
  int32_t half = n >> 1;
  return x * mk_power_of_two_f32(half) * mk_power_of_two_f32(n - half);
}

// exp(x + low) * 2^shift for a `low` that is small beside x: the parts of an argument known to more than 24 bits.
MK_INLINE float mk_exp_parts_f32(float x, float low, int32_t shift) {
  x = x > 100.0f ? 100.0f : x;
  x = x < -120.0f ? -120.0f : x;
  float rounded = (x + low) * 0x1.715476p+0f + MK_ROUNDER_F32;
  float n = rounded - MK_ROUNDER_F32;
  float r = x - n * 0x1.62e4p-1f - n * 0x1.7f7d1cp-20f + low;
  float p = MK_HORNER5(r, 0.00139261759f, 0.00836317334f, 0.0416665561f, 0.166665778f, 0.5f);
  p = r * r * p + r + 1.0f;
  int32_t exponent = (int32_t)(mk_bits_f32(rounded) - mk_bits_f32(MK_ROUNDER_F32)) + shift;
  return mk_scale_f32(p, exponent);
}

MK_INLINE float mk_exp_f32(float x) { return mk_exp_parts_f32(x, 0.0f, 0); }

MK_INLINE float mk_exp2_f32(float x) {
  x = x > 200.0f ? 200.0f : x;
  x = x < -200.0f ? -200.0f : x;
  float rounded = x + MK_ROUNDER_F32;
  float r = x - (rounded - MK_ROUNDER_F32);
  float p = MK_HORNER6(r, 0.000154531634f, 0.00133908633f, 0.00961808302f, 0.0555035695f, 0.240226507f,
                       0.693147182f);
  return mk_scale_f32(r * p + 1.0f, (int32_t)(mk_bits_f32(rounded) - mk_bits_f32(MK_ROUNDER_F32)));
}

MK_INLINE float mk_expm1_f32(float x) {
  float bounded = x > 88.8f ? 88.8f : x;
  bounded = bounded < -30.0f ? -30.0f : bounded;
  float rounded = bounded * 0x1.715476p+0f + MK_ROUNDER_F32;
  float n = rounded - MK_ROUNDER_F32;
  float r = bounded - n * 0x1.62e4p-1f - n * 0x1.7f7d1cp-20f;
  float p = MK_HORNER5(r, 0.00139261759f, 0.00836317334f, 0.0416665561f, 0.166665778f, 0.5f);
  p = r * r * p + r;
  // Half of 2^n, so that n = 128 does not overflow before its time.
  float half = mk_power_of_two_f32((int32_t)(mk_bits_f32(rounded) - mk_bits_f32(MK_ROUNDER_F32)) - 1);
  float y = (half * p + (half - 0.5f)) * 2.0f;
  return __builtin_fabsf(x) < 0x1p-25f ? x : y;
}

// x / (1 + exp(-u)), by way of exp(-|u|), which does not overflow.
MK_INLINE float mk_gate_f32(float x, float u) {
  float e = mk_exp_f32(-__builtin_fabsf(u));
  return (u < 0 ? x * e : x) / (1.0f + e);
}

// exp(-|x|), but at least 2^-126: cheaper, as it is a normal number.
MK_INLINE float mk_exp_fall_f32(float x) {
  float a = -__builtin_fabsf(x);
  a = a < -87.3f ? -87.3f : a;
  float rounded = a * 0x1.715476p+0f + MK_ROUNDER_F32;
  float n = rounded - MK_ROUNDER_F32;
  float r = a - n * 0x1.62e4p-1f - n * 0x1.7f7d1cp-20f;
  float p = MK_HORNER5(r, 0.00139261759f, 0.00836317334f, 0.0416665561f, 0.166665778f, 0.5f);
  return mk_from_bits_f32(mk_bits_f32(r * r * p + r + 1.0f) + (mk_bits_f32(rounded) << 23));
}

// expm1(-2 |x|).
MK_INLINE float mk_expm1_fall_f32(float x) {
  float a = -2.0f * __builtin_fabsf(x);
  a = a < -40.0f ? -40.0f : a;
  float rounded = a * 0x1.715476p+0f + MK_ROUNDER_F32;
  float n = rounded - MK_ROUNDER_F32;
  float r = a - n * 0x1.62e4p-1f - n * 0x1.7f7d1cp-20f;
  float p = MK_HORNER5(r, 0.00139261759f, 0.00836317334f, 0.0416665561f, 0.166665778f, 0.5f);
  float power = mk_from_bits_f32((mk_bits_f32(rounded) << 23) + 0x3f800000u);
  return power * (r * r * p + r) + (power - 1.0f);
}

MK_INLINE float mk_sigmoid_f32(float x) { return mk_gate_f32(1.0f, x); }

MK_INLINE float mk_silu_f32(float x) { return mk_gate_f32(x, x); }

MK_INLINE float mk_tanh_f32(float x) {
  float t = mk_expm1_f32(-2.0f * __builtin_fabsf(x));
  return __builtin_copysignf(t / (2.0f + t), x);
}

#endif
