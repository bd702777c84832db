// The error function of one float32, and what the normal distribution's functions are made of.
#ifndef MK_MATH_FLOAT32_ERROR_H
#define MK_MATH_FLOAT32_ERROR_H

#include "float32_exp.h"

MK_INLINE float mk_bounded_f32(float x, float bound) {
  float a = __builtin_fabsf(x);
  return a > bound ? bound : a;
}

// A polynomial in x^2 near 0; further out 1 less the eighth power of a polynomial, which follows the complement down to
// where it no longer counts.
MK_INLINE float mk_erf_f32(float x) {
  float a = mk_bounded_f32(x, 4.0f), u = a * a;
  float near = a * MK_HORNER7(u, 6.52739473e-05f, -0.000756219204f, 0.00513127353f, -0.0268201698f, 0.112826854f,
                              -0.376125365f, 0.12837911f) + a;
  float root = MK_HORNER7(a, 0.000168749088f, -0.00267686206f, 0.0138525525f, -0.0135413604f, -0.0586276688f,
                          -0.146952838f, 1.00135863f);
  float square = root * root, fourth = square * square, far = 1.0f - fourth * fourth;
  return __builtin_copysignf(a < 1.2f ? near : far, x);
}

// 2^64 exp(-factor a^2), for factor a^2 <= 110: so what is subnormal in the end is not yet. The square is never
// rounded where products and sums are fused; without that the relative error grows to 2^-24 factor a^2.
MK_INLINE float mk_gaussian_f32(float a, float factor) {
  const float rounder = MK_ROUNDER_F32 + 127.0f + 64.0f, f = -factor;
  float rounded = a * a * (f * 0x1.715476p+0f) + rounder;
  float n = rounded - rounder, whole = n * (0x1.62e4p-1f / f);
  float r = a * a - whole;
  r = r - n * (0x1.7f7d1cp-20f / f);
  float p = MK_HORNER6(r, f * f * f * f * f * 0.00829029466f, f * f * f * f * 0.0418980229f,
                       f * f * f * 0.16667637f, f * f * 0.499991488f, f * 0.999999707f, 1.0f);
  // The rounder has put n and the bias where a shift makes them the exponent.
  return p * mk_from_bits_f32(mk_bits_f32(rounded) << 23);
}

// 2^64 exp(-a (slope + rest)), for a slope <= 130 and a `rest` that is small beside the slope: a product whose error
// would be one of the result.
MK_INLINE float mk_decay_f32(float a, float slope, float rest) {
  const float rounder = MK_ROUNDER_F32 + 127.0f + 64.0f;
  float rounded = a * slope * -0x1.715476p+0f + rounder;
  float n = rounded - rounder, whole = n * 0x1.62e4p-1f;
  float r = -a * slope - whole;
  r = r - n * 0x1.7f7d1cp-20f;
  r = r - a * rest;
  float p = MK_HORNER6(r, 0.00829029466f, 0.0418980229f, 0.16667637f, 0.499991488f, 0.999999707f, 1.0f);
  return p * mk_from_bits_f32(mk_bits_f32(rounded) << 23);
}
#define MK_GAUSSIAN_UNIT_F32 0x1p-64f
// Where the complement and the tail of the normal distribution have become 0.
#define MK_ERFC_LIMIT_F32 10.3f
#define MK_NORMAL_LIMIT_F32 14.5f
// The same for the approximation of gelu by tanh.
#define MK_GELU_TANH_LIMIT_F32 11.5f

// The probability that a standard normal variable exceeds a, over its density's exponential exp(-a^2 / 2), for
// 0 <= a <= 14.57, where that is subnormal: a numerator and a denominator of positive terms.
MK_INLINE float mk_mills_ratio_f32(float a, float *denominator) {
  *denominator = MK_HORNER5(a, 0.0357509777f, 0.268005341f, 0.892011702f, 1.47599101f, 1.0f);
  return MK_HORNER5(a, 2.43612675e-07f, 0.0142511521f, 0.107145563f, 0.339055628f, 0.5f);
}

#endif
