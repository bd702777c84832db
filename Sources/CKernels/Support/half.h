// float16 and bfloat16, stored as their 16 bits and computed in float32. Plain integer arithmetic: it vectorises
// in every clone and needs no run-time library. Stores round to nearest, ties to even; NaN stays NaN.
#ifndef MK_SUPPORT_HALF_H
#define MK_SUPPORT_HALF_H

#include <stdint.h>

#include "bits.h"
#include "clones.h"

typedef uint16_t mk_f16;
typedef uint16_t mk_bf16;

MK_INLINE float mk_load_f16(mk_f16 half) {
  uint32_t magnitude = (uint32_t)(half & 0x7fff) << 13;
  uint32_t normal = magnitude + 0x38000000u;
  // Below 2^-14 the fraction has no hidden bit: give it one and subtract it again.
  uint32_t subnormal = mk_bits_f32(mk_from_bits_f32(magnitude + 0x38800000u) - 0x1p-14f);
  uint32_t bits = magnitude < 0x00800000u ? subnormal : normal;
  bits = magnitude >= 0x0f800000u ? magnitude + 0x70000000u : bits;
  return mk_from_bits_f32(bits | (uint32_t)(half & 0x8000) << 16);
}

MK_INLINE mk_f16 mk_store_f16(float value) {
  uint32_t bits = mk_bits_f32(value), magnitude = bits & 0x7fffffffu;
  uint32_t normal = (magnitude - 0x38000000u + 0xfffu + ((magnitude >> 13) & 1)) >> 13;
  // The unit in the last place of 0.5f is that of a subnormal half, so the addition rounds.
  uint32_t subnormal = mk_bits_f32(mk_from_bits_f32(magnitude) + 0.5f) - 0x3f000000u;
  uint32_t half = magnitude < 0x38800000u ? subnormal : normal;
  half = magnitude >= 0x47800000u ? 0x7c00u : half;
  half = magnitude > 0x7f800000u ? 0x7e00u : half;
  return (mk_f16)(half | (bits >> 16 & 0x8000u));
}

MK_INLINE float mk_load_bf16(mk_bf16 half) { return mk_from_bits_f32((uint32_t)half << 16); }

MK_INLINE mk_bf16 mk_store_bf16(float value) {
  uint32_t bits = mk_bits_f32(value);
  uint32_t rounded = (bits + 0x7fffu + ((bits >> 16) & 1)) >> 16;
  uint32_t quiet = bits >> 16 | 0x40u;
  return (mk_bf16)((bits & 0x7fffffffu) > 0x7f800000u ? quiet : rounded);
}

#endif
