// Hyperbolic functions of one float32 and their inverses.
#ifndef MK_MATH_FLOAT32_HYPERBOLIC_H
#define MK_MATH_FLOAT32_HYPERBOLIC_H

#include "float32_exp.h"
#include "float32_log.h"

MK_INLINE float mk_tanh_f32(float x) {
  float t = mk_expm1_f32(-2.0f * __builtin_fabsf(x));
  return __builtin_copysignf(t / (2.0f + t), x);
}

MK_INLINE float mk_sinh_f32(float x) {
  float a = __builtin_fabsf(x), t = mk_expm1_f32(a);
  float y = 0.5f * (t + t / (t + 1.0f));
  y = a < 0x1p-13f ? a : y;
  y = a > 80.0f ? mk_exp_parts_f32(a, 0.0f, -1) : y;
  return __builtin_copysignf(y, x);
}

MK_INLINE float mk_cosh_f32(float x) {
  // Half of exp(|x|), which overflows only where cosh does.
  float half = mk_exp_parts_f32(__builtin_fabsf(x), 0.0f, -1);
  return half + 0.25f / half;
}

MK_INLINE float mk_asinh_f32(float x) {
  float a = __builtin_fabsf(x), square = a * a;
  float root = __builtin_elementwise_sqrt(square + 1.0f);
  bool great = a > 1e9f;
  float argument = great ? a - 1.0f : a + square / (1.0f + root);
  float y = mk_log1p_f32(argument) + (great ? 0x1.62e43p-1f : 0.0f);
  return __builtin_copysignf(y, x);
}

MK_INLINE float mk_acosh_f32(float x) {
  float t = x - 1.0f;
  bool great = x > 1e9f;
  float argument = great ? t : t + __builtin_elementwise_sqrt(2.0f * t + t * t);
  float y = mk_log1p_f32(argument) + (great ? 0x1.62e43p-1f : 0.0f);
  return x < 1.0f ? __builtin_nanf("") : y;
}

MK_INLINE float mk_atanh_f32(float x) {
  float a = __builtin_fabsf(x);
  return __builtin_copysignf(0.5f * mk_log1p_f32((a + a) / (1.0f - a)), x);
}

#endif
