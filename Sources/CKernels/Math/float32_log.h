// Logarithms of one float32.
#ifndef MK_MATH_FLOAT32_LOG_H
#define MK_MATH_FLOAT32_LOG_H

#include "../Support/bits.h"
#include "horner.h"

// x = (1 + fraction) * 2^exponent with 1 + fraction in [sqrt(1/2), sqrt(2)], for positive finite x.
MK_INLINE void mk_split_f32(float x, float *fraction, float *exponent) {
  bool subnormal = x < 0x1p-126f;
  uint32_t bits = mk_bits_f32(subnormal ? x * 0x1p23f : x) - 0x3f3504f3u;
  *fraction = mk_from_bits_f32((bits & 0x007fffffu) + 0x3f3504f3u) - 1.0f;
  *exponent = (float)((int32_t)bits >> 23) - (subnormal ? 23.0f : 0.0f);
}

// Replaces the logarithm of what has none: zero, negative numbers, infinity, NaN.
MK_INLINE float mk_log_special_f32(float x, float y) {
  y = x == 0.0f ? -__builtin_inff() : y;
  y = x < 0.0f ? __builtin_nanf("") : y;
  return x < __builtin_inff() ? y : x;
}

// (log(1 + f) - f + f^2 / 2) / f^3
MK_INLINE float mk_log_series_f32(float f) {
  return MK_HORNER9(f, 0.0697161183f, -0.114797339f, 0.116854198f, -0.124256872f, 0.142490581f, -0.166678026f,
                    0.200007156f, -0.24999997f, 0.333333313f);
}

MK_INLINE float mk_log_f32(float x) {
  float f, e;
  mk_split_f32(x, &f, &e);
  float square = f * f;
  float y = square * f * mk_log_series_f32(f) + e * 0x1.7f7d1cp-20f - 0.5f * square + f + e * 0x1.62e4p-1f;
  return mk_log_special_f32(x, y);
}

MK_INLINE float mk_log2_f32(float x) {
  float f, e;
  mk_split_f32(x, &f, &e);
  float q = MK_HORNER10(f, 0.0976563767f, -0.166736424f, 0.170413107f, -0.17919448f, 0.205328941f,
                        -0.240461722f, 0.288559884f, -0.360673904f, 0.480898201f, -0.721347511f);
  float y = e + (f * 0x1.715476p+0f + f * f * q);
  return mk_log_special_f32(x, y);
}

MK_INLINE float mk_log10_f32(float x) {
  float f, e;
  mk_split_f32(x, &f, &e);
  float q = MK_HORNER10(f, 0.0293974988f, -0.0501926653f, 0.0512994565f, -0.0539429113f, 0.0618101694f,
                        -0.0723861903f, 0.0868651792f, -0.108573668f, 0.144764781f, -0.217147246f);
  // log10(2) in two parts, the first short enough for an exact product.
  float y = e * 0x1.344p-2f + (f * 0x1.bcb7b2p-2f + (e * 0x1.3509f8p-18f + f * f * q));
  return mk_log_special_f32(x, y);
}

MK_INLINE float mk_log1p_f32(float x) {
  float sum = 1.0f + x, f, e;
  mk_split_f32(sum, &f, &e);
  // What the addition lost, on the scale of the fraction.
  float lost = sum >= 2.0f ? 1.0f - (sum - x) : x - (sum - 1.0f);
  int32_t exponent = (int32_t)e;
  f += lost * mk_from_bits_f32((uint32_t)(127 - (exponent < 100 ? exponent : 100)) << 23);
  float square = f * f;
  float y = square * f * mk_log_series_f32(f) + e * 0x1.7f7d1cp-20f - 0.5f * square + f + e * 0x1.62e4p-1f;
  y = mk_log_special_f32(sum, y);
  return x == 0.0f ? x : y;
}

// log(exp(x) + exp(y))
MK_INLINE float mk_logaddexp_f32(float x, float y) {
  float greatest = x > y ? x : y, distance = x > y ? y - x : x - y;
  // Equal infinities have no distance.
  float sum = greatest + mk_log1p_f32(mk_exp_f32(distance));
  sum = x == y ? x + 0x1.62e43p-1f : sum;
  return sum;
}

#endif
