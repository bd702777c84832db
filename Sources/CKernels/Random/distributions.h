// Draws to numbers of a distribution. Only operations that every instruction set rounds alike are used, and products
// are never fused into sums, so that a seed gives the same bits everywhere.
#ifndef MK_RANDOM_DISTRIBUTIONS_H
#define MK_RANDOM_DISTRIBUTIONS_H

#include "philox.h"

#pragma clang fp contract(off)

// Natural logarithm of x in (0, 1], to about 1 ulp: x = 2^e (1 + f) with 1 + f in [sqrt(1/2), sqrt(2)), and a polynomial
// of least relative error for log(1 + f) = f - f^2 / 2 + f^3 p(f).
MK_INLINE mk_f32x16 mk_log_unit_f32(mk_f32x16 x) {
  mk_i32x16 bits, exponent;
  __builtin_memcpy(&bits, &x, sizeof bits);
  exponent = (bits - 0x3f3504f3) >> 23;
  bits -= exponent << 23;
  mk_f32x16 f, e = __builtin_convertvector(exponent, mk_f32x16);
  __builtin_memcpy(&f, &bits, sizeof f);
  f -= 1.0f;
  mk_f32x16 p = f * 0x1.645de2p-4f - 0x1.2432aap-3f;
  p = p * f + 0x1.317470p-3f;
  p = p * f - 0x1.53824cp-3f;
  p = p * f + 0x1.98d7f0p-3f;
  p = p * f - 0x1.000382p-2f;
  p = p * f + 0x1.5556d8p-2f;
  mk_f32x16 square = f * f;
  // log(2) in two parts, the first exact when multiplied by an exponent.
  mk_f32x16 rest = (square * f) * p + e * -0x1.05c61p-13f;
  return ((f - square * 0.5f) + rest) + e * 0x1.63p-1f;
}

// The same in float64: with s = f / (2 + f), log(1 + f) = 2 (s + s^3 / 3 + s^5 / 5 + ...).
MK_INLINE mk_f64x8 mk_log_unit_f64(mk_f64x8 x) {
  mk_i64x8 bits, exponent;
  __builtin_memcpy(&bits, &x, sizeof bits);
  exponent = (bits - 0x3fe6a09e667f3bcd) >> 52;
  bits -= exponent << 52;
  mk_f64x8 f, e = __builtin_convertvector(exponent, mk_f64x8);
  __builtin_memcpy(&f, &bits, sizeof f);
  f -= 1.0;
  mk_f64x8 s = f / (f + 2.0), z = s * s, p = 0;
  p = z * (2.0 / 21) + 2.0 / 19;
  p = p * z + 2.0 / 17;
  p = p * z + 2.0 / 15;
  p = p * z + 2.0 / 13;
  p = p * z + 2.0 / 11;
  p = p * z + 2.0 / 9;
  p = p * z + 2.0 / 7;
  p = p * z + 2.0 / 5;
  p = p * z + 2.0 / 3;
  mk_f64x8 series = s * z * p + e * 0x1.ef35793c7673p-45;
  return (s * 2.0 + series) + e * 0x1.62e42fefa38p-1;
}

// Sine and cosine of a turn times draw / 2^BITS. The quadrant is split off exactly; what is left, at most an eighth of a turn,
// goes through the Taylor series, whose coefficients come with the highest power first.
#define TURN(s, V, I, U, BITS, QUARTER, SCALE)                                                    \
  MK_INLINE void mk_turn_##s(U draw, V *sine, V *cosine) {                                        \
    U shifted = draw + (QUARTER >> 1);                                                            \
    I quadrant = (I)(shifted >> (BITS - 2));                                                      \
    I fraction = (I)(shifted & (QUARTER - 1)) - (QUARTER >> 1);                                   \
    V x = __builtin_convertvector(fraction, V) * SCALE, z = x * x;                                \
    V odd_part = mk_sine_##s[0], even_part = mk_cosine_##s[0];                                    \
    for (unsigned k = 1; k < sizeof mk_sine_##s / sizeof *mk_sine_##s; k++)                       \
      odd_part = odd_part * z + mk_sine_##s[k];                                                   \
    for (unsigned k = 1; k < sizeof mk_cosine_##s / sizeof *mk_cosine_##s; k++)                   \
      even_part = even_part * z + mk_cosine_##s[k];                                               \
    V p = odd_part * z * x + x;                                                                   \
    I odd = (quadrant & 1) != 0;                                                                  \
    I flip_sine = (quadrant & 2) << (BITS - 2), flip_cosine = ((quadrant + 1) & 2) << (BITS - 2); \
    I si, ci;                                                                                     \
    __builtin_memcpy(&si, &p, sizeof si);                                                         \
    __builtin_memcpy(&ci, &even_part, sizeof ci);                                                 \
    I sine_bits = ((si & ~odd) | (ci & odd)) ^ flip_sine;                                         \
    I cosine_bits = ((ci & ~odd) | (si & odd)) ^ flip_cosine;                                     \
    __builtin_memcpy(sine, &sine_bits, sizeof *sine);                                             \
    __builtin_memcpy(cosine, &cosine_bits, sizeof *cosine);                                       \
  }

static const float mk_sine_f32[] = {1.0f / 362880, -1.0f / 5040, 1.0f / 120, -1.0f / 6};
static const float mk_cosine_f32[] = {1.0f / 40320, -1.0f / 720, 1.0f / 24, -0.5f, 1.0f};
static const double mk_sine_f64[] = {1.0 / 355687428096000, -1.0 / 1307674368000, 1.0 / 6227020800, -1.0 / 39916800,
                                     1.0 / 362880,          -1.0 / 5040,          1.0 / 120,        -1.0 / 6};
static const double mk_cosine_f64[] = {1.0 / 20922789888000, -1.0 / 87178291200, 1.0 / 479001600,
                                       -1.0 / 3628800,       1.0 / 40320,        -1.0 / 720,
                                       1.0 / 24,             -0.5,               1.0};
TURN(f32, mk_f32x16, mk_i32x16, mk_u32x16, 32, 0x40000000, 0x1.921fb6p-30f)
TURN(f64, mk_f64x8, mk_i64x8, mk_u64x8, 64, 0x4000000000000000, 0x1.921fb54442d18p-62)
#undef TURN

// A draw to (0, 1], as fine near 0 as the bits of the draw allow.
MK_INLINE mk_f32x16 mk_unit_f32(mk_u32x16 draw) {
  return (__builtin_convertvector((mk_i32x16)(draw >> 1), mk_f32x16) + 0.5f) * 0x1p-31f;
}
MK_INLINE mk_f64x8 mk_unit_f64(mk_u64x8 draw) {
  return (__builtin_convertvector((mk_i64x8)(draw >> 11), mk_f64x8) + 0.5) * 0x1p-53;
}

#endif
