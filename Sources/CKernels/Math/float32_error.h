// The error function of one float32, its complement, and the Gaussian error linear unit.
#ifndef MK_MATH_FLOAT32_ERROR_H
#define MK_MATH_FLOAT32_ERROR_H

#include "float32_exp.h"
#include "float32_log.h"

// erf(x) / x for a square u = x^2 < 0.85.
MK_INLINE float mk_erf_series_f32(float u) {
  return MK_HORNER7(u, 8.39977802e-05f, -0.000815005042f, 0.00520171458f, -0.0268596914f, 0.112837009f,
                    -0.376126349f, 1.12837923f);
}

MK_INLINE float mk_erf_f32(float x) {
  float a = __builtin_fabsf(x), near = a * mk_erf_series_f32(a * a);
  // 1 - erf is at most 0.2 here, so that a few units of error in it do not matter.
  float b = a > 4.0f ? 4.0f : a;
  float logarithm = MK_HORNER9(b, 1.64306368e-06f, -4.61638592e-05f, 0.000597585749f, -0.00476262579f,
                               0.0264276378f, -0.110087164f, -0.631823897f, -1.13023102f, 0.000318539649f);
  float far = 1.0f - mk_exp_f32(logarithm);
  return __builtin_copysignf(a < 0.92f ? near : far, x);
}

// exp(-a^2 * factor) to full relative precision: a is split so that the square of its first part is exact.
MK_INLINE float mk_exp_square_f32(float a, float factor) {
  float high = mk_from_bits_f32(mk_bits_f32(a) & 0xfffff000u);
  return mk_exp_parts_f32(-(high * high) * factor, -(a - high) * (a + high) * factor, 0);
}

MK_INLINE float mk_erfc_f32(float x) {
  float a = __builtin_fabsf(x);
  a = a > 10.3f ? 10.3f : a;
  // exp(a^2) erfc(a) (1 + 2a), fitted in a variable that maps [0, inf) to [-1, 1).
  float t = (a - 3.0f) / (a + 3.0f);
  float p = MK_HORNER12(t, 3.69894369e-05f, -0.000178775968f, -0.0007398132f, 0.00194785499f, 0.002527948f,
                        -0.023787288f, 0.0683064386f, -0.119271643f, 0.129645362f, -0.0475623831f,
                        -0.135621116f, 1.25300801f);
  float y = p * mk_exp_square_f32(a, 1.0f) / (1.0f + 2.0f * a);
  y = x < 0.0f ? 2.0f - y : y;
  return a < 0.4f ? 1.0f - x * mk_erf_series_f32(a * a) : y;
}

// The normal distribution's probability below x, with the density's exponential exp(-x^2 / 2).
MK_INLINE float mk_normal_f32(float x, float *exponential) {
  float a = __builtin_fabsf(x);
  a = a > 14.4f ? 14.4f : a;
  float t = (a - 3.0f) / (a + 3.0f);
  float p = MK_HORNER11(t, 0.000126403305f, -1.8412431e-05f, -0.00142125424f, -0.000673161412f,
                        0.00927493908f, 0.000858028012f, -0.0693607107f, 0.166029632f, -0.148560688f,
                        -0.102029458f, 1.27410793f);
  *exponential = mk_exp_square_f32(a, 0.5f);
  float tail = 0.5f * p * *exponential / (1.0f + 0x1.6a09e6p+0f * a);
  return x > 0.0f ? 1.0f - tail : tail;
}

MK_INLINE float mk_gelu_f32(float x) {
  float exponential;
  return x * mk_normal_f32(x, &exponential);
}

MK_INLINE float mk_gelu_grad_f32(float gradient, float x) {
  float exponential, below = mk_normal_f32(x, &exponential);
  // Infinity times a density of zero would be NaN.
  x = x > 14.4f ? 14.4f : x;
  x = x < -14.4f ? -14.4f : x;
  return gradient * (below + x * (exponential * 0x1.988454p-2f));
}

#endif
