// Circular functions of one float32 and their inverses. sin, cos and tan hold for |x| <= MK_TRIGONOMETRIC_LIMIT_F32;
// beyond it the argument needs more digits of pi than are spent here.
#ifndef MK_MATH_FLOAT32_TRIGONOMETRIC_H
#define MK_MATH_FLOAT32_TRIGONOMETRIC_H

#include "../Support/bits.h"
#include "horner.h"

#define MK_TRIGONOMETRIC_LIMIT_F32 1e6f

// sin and cos of x less a multiple of pi / 2, and that multiple modulo 2^32. The reduction is done in float64,
// where it is exact to more digits than the result holds.
MK_INLINE uint32_t mk_sincos_reduced_f32(float x, float *sine, float *cosine) {
  double rounded = (double)x * 0x1.45f306dc9c883p-1 + 0x1.8p52;
  double n = rounded - 0x1.8p52;
  float r = (float)((double)x - n * 0x1.921fb544p+0 - n * 0x1.0b4611a626331p-34);
  float u = r * r;
  *sine = r * u * MK_HORNER4(u, 2.72498642e-06f, -0.000198400856f, 0.00833333191f, -0.166666672f) + r;
  *cosine = u * u * MK_HORNER3(u, 2.45478914e-05f, -0.00138883025f, 0.0416666642f) - 0.5f * u + 1.0f;
  return (uint32_t)mk_bits_f64(rounded);
}

MK_INLINE float mk_sin_f32(float x) {
  float s, c;
  uint32_t quadrant = mk_sincos_reduced_f32(x, &s, &c);
  float y = quadrant & 1 ? c : s;
  y = mk_from_bits_f32(mk_bits_f32(y) ^ (quadrant & 2) << 30);
  return x == 0.0f ? x : y;
}

MK_INLINE float mk_cos_f32(float x) {
  float s, c;
  uint32_t quadrant = mk_sincos_reduced_f32(x, &s, &c) + 1;
  float y = quadrant & 1 ? c : s;
  return mk_from_bits_f32(mk_bits_f32(y) ^ (quadrant & 2) << 30);
}

MK_INLINE float mk_tan_f32(float x) {
  float s, c;
  uint32_t quadrant = mk_sincos_reduced_f32(x, &s, &c);
  float y = quadrant & 1 ? -c / s : s / c;
  return x == 0.0f ? x : y;
}

// atan(numerator / denominator) for 0 <= numerator <= denominator, in [0, pi / 4].
MK_INLINE float mk_atan_ratio_f32(float numerator, float denominator) {
  bool great = numerator > 0.41421356f * denominator;
  float t = (great ? numerator - denominator : numerator) / (great ? numerator + denominator : denominator);
  float u = t * t;
  float p = MK_HORNER5(u, -0.0645192787f, 0.107437313f, -0.142639562f, 0.199995399f, -0.333333313f);
  float low = great ? -0x1.777a5cp-26f : 0.0f, high = great ? 0x1.921fb6p-1f : 0.0f;
  return high + (t + (t * u * p + low));
}

MK_INLINE float mk_atan_f32(float x) {
  float a = __builtin_fabsf(x);
  bool inverse = a > 1.0f;
  float y = mk_atan_ratio_f32(inverse ? 1.0f : a, inverse ? a : 1.0f);
  y = inverse ? 0x1.921fb6p+0f - (y + 0x1.777a5cp-25f) : y;
  return __builtin_copysignf(y, x);
}

MK_INLINE float mk_atan2_f32(float y, float x) {
  float a = __builtin_fabsf(y), b = __builtin_fabsf(x);
  float least = a > b ? b : a, greatest = a > b ? a : b;
  // Keeps the sum of the two finite.
  float scale = greatest > 0x1p126f ? 0.25f : 1.0f;
  bool infinite = greatest == __builtin_inff();
  least = infinite ? (least == greatest ? 1.0f : 0.0f) : least * scale;
  greatest = infinite || greatest == 0.0f ? 1.0f : greatest * scale;
  float angle = mk_atan_ratio_f32(least, greatest);
  angle = a > b ? 0x1.921fb6p+0f - (angle + 0x1.777a5cp-25f) : angle;
  angle = mk_bits_f32(x) >> 31 ? 0x1.921fb6p+1f - (angle + 0x1.777a5cp-24f) : angle;
  angle = x != x || y != y ? __builtin_nanf("") : angle;
  return __builtin_copysignf(angle, y);
}

// (asin(x) - x) / x for a square u = x^2 <= 1/4.
MK_INLINE float mk_asin_series_f32(float u) {
  return u * MK_HORNER6(u, 0.0336908475f, 0.0171492379f, 0.0311006624f, 0.0445994027f, 0.0750009418f,
                        0.166666657f);
}

MK_INLINE float mk_asin_f32(float x) {
  float a = __builtin_fabsf(x);
  bool great = a > 0.5f;
  float u = great ? 0.5f - 0.5f * a : a * a;
  float s = great ? __builtin_elementwise_sqrt(u) : a;
  float y = s + s * mk_asin_series_f32(u);
  y = great ? 0x1.921fb6p+0f - (2.0f * y + 0x1.777a5cp-25f) : y;
  return __builtin_copysignf(y, x);
}

MK_INLINE float mk_acos_f32(float x) {
  float a = __builtin_fabsf(x);
  bool great = a > 0.5f;
  float u = great ? 0.5f - 0.5f * a : a * a;
  float s = great ? __builtin_elementwise_sqrt(u) : x;
  float y = s + s * mk_asin_series_f32(u);
  float far = x < 0.0f ? 0x1.921fb6p+1f - (2.0f * y + 0x1.777a5cp-24f) : 2.0f * y;
  return great ? far : 0x1.921fb6p+0f - (y + 0x1.777a5cp-25f);
}

#endif
