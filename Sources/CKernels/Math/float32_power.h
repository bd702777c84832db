// Powers, remainders and lengths in float32, computed in float64 where that spares a correction.
#ifndef MK_MATH_FLOAT32_POWER_H
#define MK_MATH_FLOAT32_POWER_H

#include "../Support/bits.h"
#include "horner.h"

// log2 of a positive finite number to about 50 bits.
MK_INLINE double mk_log2_accurate_f32(float x) {
  // Every subnormal float32 is a normal float64.
  uint64_t bits = mk_bits_f64((double)x) - 0x3fe6a09e667f3bcdu;
  // The exponent's 12 bits, by way of the fraction of a number that is large enough, as AVX2 lacks the
  // conversion and the arithmetic shift for 64-bit integers.
  double exponent = mk_from_bits_f64((bits + 0x8000000000000000u) >> 52 | 0x4330000000000000u) - 0x1.00000000008p52;
  double m = mk_from_bits_f64((bits & 0x000fffffffffffffu) + 0x3fe6a09e667f3bcdu);
  double s = (m - 1.0) / (m + 1.0), u = s * s;
  double p = MK_HORNER8(u, 0x1.b594042f590e9p-3, 0x1.c46df723fd2ebp-3, 0x1.0ca160eda205bp-2,
                        0x1.484afb77d8797p-2, 0x1.a61762d699b46p-2, 0x1.2776c50ee39a4p-1,
                        0x1.ec709dc3a047dp-1, 0x1.71547652b82fep+1);
  return exponent + s * p;
}

// 2^t rounded to float32.
MK_INLINE float mk_exp2_accurate_f32(double t) {
  t = t > 200.0 ? 200.0 : t;
  t = t < -200.0 ? -200.0 : t;
  double rounded = t + 0x1.8p52, r = t - (rounded - 0x1.8p52);
  double p = MK_HORNER8(r, 0x1.00c0e4e15189cp-16, 0x1.446c79efd4834p-13, 0x1.5d877598350dep-10,
                        0x1.3b29d8bb0b97ep-7, 0x1.c6b08da70cce3p-5, 0x1.ebfbe0aa03df0p-3,
                        0x1.62e42fef9cc69p-1, 0x1.ffffffffa7135p-1);
  double scale = mk_from_bits_f64((mk_bits_f64(rounded) + 1023) << 52);
  return (float)(p * scale);
}

MK_INLINE float mk_pow_f32(float x, float y) {
  float a = __builtin_fabsf(x), b = __builtin_fabsf(y);
  double logarithm = mk_log2_accurate_f32(a);
  logarithm = a == 0.0f ? -__builtin_inf() : logarithm;
  logarithm = a < __builtin_inff() ? logarithm : (double)a;
  float power = mk_exp2_accurate_f32((double)y * logarithm);
  // From 2^24 on every float32 is an even integer; below, rounding to an integer tells which y is one.
  float whole = (b + 0x1p23f) - 0x1p23f, half = (0.5f * b + 0x1p23f) - 0x1p23f;
  whole = b >= 0x1p23f ? b : whole;
  half = b >= 0x1p24f ? 0.5f * b : half;
  bool odd = whole == b && half != 0.5f * b;
  bool negative = mk_bits_f32(x) >> 31;
  power = negative && odd ? -power : power;
  power = x < 0.0f && a < __builtin_inff() && whole != b ? __builtin_nanf("") : power;
  // (-1)^inf and (-inf)^y are as with |x|; NaN^0 and 1^NaN are 1.
  power = b == __builtin_inff() && a == 1.0f ? 1.0f : power;
  return y == 0.0f || x == 1.0f ? 1.0f : power;
}

MK_INLINE float mk_hypot_f32(float x, float y) {
  double a = x, b = y;
  float root = (float)__builtin_elementwise_sqrt(a * a + b * b);
  bool infinite = __builtin_fabsf(x) == __builtin_inff() || __builtin_fabsf(y) == __builtin_inff();
  return infinite ? __builtin_inff() : root;
}

// Exact while |x| < 2^28 |y|: the quotient and its product then fit into float64.
#define MK_FMOD_LIMIT_F32 0x1p28f

MK_INLINE float mk_fmod_f32(float x, float y) {
  double q = __builtin_elementwise_trunc((double)x / (double)y);
  float r = __builtin_copysignf((float)((double)x - q * (double)y), x);
  return __builtin_fabsf(y) == __builtin_inff() && __builtin_fabsf(x) < __builtin_inff() ? x : r;
}

#endif
