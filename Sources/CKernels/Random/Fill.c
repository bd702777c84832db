#include "../Support/dtypes.h"
#include "distributions.h"
#include "fill.h"

#pragma clang fp contract(off)

MK_INLINE mk_u32x16 sixteen(const uint32_t *draws, int j) { return *(const mk_u32x16 *)(draws + 16 * j); }
MK_INLINE mk_u64x8 eight(const uint64_t *draws, int j) { return *(const mk_u64x8 *)(draws + 8 * j); }

MK_INLINE void uniform_f32(const mk_fill *fill, const uint32_t *draws, float *block) {
  float a = (float)fill->a, width = (float)fill->b - a, limit = (float)fill->limit;
  // 2^-24, 2^-11 or 2^-8: exact.
  float unit = 1.0f / (float)(1 << (32 - fill->shift));
  for (int i = 0; i < 64; i++) {
    float v = a + width * ((float)(int32_t)(draws[i] >> fill->shift) * unit);
    block[i] = v > limit ? limit : v;
  }
}

MK_INLINE void uniform_f64(const mk_fill *fill, const uint64_t *draws, double *block) {
  double width = fill->b - fill->a;
  for (int i = 0; i < 32; i++) {
    double v = fill->a + width * ((double)(int64_t)(draws[i] >> 11) * 0x1p-53);
    block[i] = v > fill->limit ? fill->limit : v;
  }
}

// Box and Muller, "A note on the generation of random normal deviates", 1958.
MK_INLINE void normal_f32(const mk_fill *fill, const uint32_t *draws, float *block) {
  float mean = (float)fill->a, deviation = (float)fill->b;
  for (int j = 0; j < 4; j += 2) {
    mk_f32x16 radius = __builtin_elementwise_sqrt(mk_log_unit_f32(mk_unit_f32(sixteen(draws, j))) * -2.0f);
    mk_f32x16 sine, cosine;
    mk_turn_f32(sixteen(draws, j + 1), &sine, &cosine);
    radius *= deviation;
    *(mk_f32x16 *)(block + 16 * j) = radius * cosine + mean;
    *(mk_f32x16 *)(block + 16 * j + 16) = radius * sine + mean;
  }
}

MK_INLINE void normal_f64(const mk_fill *fill, const uint64_t *draws, double *block) {
  for (int j = 0; j < 2; j++) {
    mk_f64x8 radius = __builtin_elementwise_sqrt(mk_log_unit_f64(mk_unit_f64(eight(draws, j))) * -2.0);
    mk_f64x8 sine, cosine;
    mk_turn_f64(eight(draws, j + 2), &sine, &cosine);
    radius *= fill->b;
    *(mk_f64x8 *)(block + 8 * j) = radius * cosine + fill->a;
    *(mk_f64x8 *)(block + 8 * j + 16) = radius * sine + fill->a;
  }
}

// -log(u) / rate. Zero, which a rounded u of 1 would give, is outside of the distribution: callers divide by it.
MK_INLINE void exponential_f32(const mk_fill *fill, const uint32_t *draws, float *block) {
  float rate = (float)fill->a;
  for (int j = 0; j < 4; j++) {
    mk_f32x16 v = -mk_log_unit_f32(mk_unit_f32(sixteen(draws, j)));
    v = v > 0x1p-26f ? v : (mk_f32x16)0x1p-26f;
    *(mk_f32x16 *)(block + 16 * j) = v / rate;
  }
}

MK_INLINE void exponential_f64(const mk_fill *fill, const uint64_t *draws, double *block) {
  for (int j = 0; j < 4; j++) {
    mk_f64x8 v = -mk_log_unit_f64(mk_unit_f64(eight(draws, j)));
    v = v > 0x1p-55 ? v : (mk_f64x8)0x1p-55;
    *(mk_f64x8 *)(block + 8 * j) = v / fill->a;
  }
}

MK_INLINE void bernoulli(const mk_fill *fill, const uint32_t *draws, bool *block) {
  for (int i = 0; i < 64; i++) block[i] = fill->always | (draws[i] < fill->least);
}

// The upper half of draw * range: every value comes up floor or ceil of 2^64 / range times.
MK_INLINE void integer(const mk_fill *fill, const uint64_t *draws, int64_t *block) {
  uint64_t range_low = (uint32_t)fill->range, range_high = fill->range >> 32, full = fill->range == 0;
  for (int i = 0; i < 32; i++) {
    uint64_t low = (uint32_t)draws[i], high = draws[i] >> 32;
    uint64_t cross = high * range_low + (low * range_low >> 32);
    uint64_t other = low * range_high + (uint32_t)cross;
    uint64_t upper = high * range_high + (cross >> 32) + (other >> 32);
    block[i] = (int64_t)((uint64_t)fill->low + (full ? draws[i] : upper));
  }
}

// Whole groups are stored in place, what is left of the last one element by element.
#define FILL(name, DRAW, DRAWS, D, make, B, S, store)                                   \
  MK_CLONES static void name(const mk_fill *fill, int64_t first, int64_t last) {        \
    const mk_philox_keys keys = mk_philox_schedule(fill->seed);                         \
    for (int64_t group = first; group < last; group++) {                                \
      D draws[DRAWS];                                                                   \
      B block[DRAWS];                                                                   \
      DRAW(&keys, fill->offset + (uint64_t)group * MK_PHILOX_LANES, draws);             \
      make(fill, draws, block);                                                         \
      S *out = (S *)fill->out + group * DRAWS;                                          \
      int64_t n = fill->count - group * DRAWS;                                          \
      if (n >= DRAWS) {                                                                 \
        for (int i = 0; i < DRAWS; i++) out[i] = store(block[i]);                       \
      } else {                                                                          \
        for (int64_t i = 0; i < n; i++) out[i] = store(block[i]);                       \
      }                                                                                 \
    }                                                                                   \
  }
#define NARROW(name, make, B, S, store) FILL(name, mk_philox_draws, MK_PHILOX_DRAWS, uint32_t, make, B, S, store)
#define WIDE(name, make, B, S, store) \
  FILL(name, mk_philox_wide_draws, MK_PHILOX_WIDE_DRAWS, uint64_t, make, B, S, store)

#define CONTINUOUS(kind)                                                \
  NARROW(kind##s_f32, kind##_f32, float, float, mk_store_f32)           \
  NARROW(kind##s_f16, kind##_f32, float, mk_f16, mk_store_f16)          \
  NARROW(kind##s_bf16, kind##_f32, float, mk_bf16, mk_store_bf16)       \
  WIDE(kind##s_f64, kind##_f64, double, double, mk_store_f64)
CONTINUOUS(uniform)
CONTINUOUS(normal)
CONTINUOUS(exponential)

#define DISCRETE(s, code, S, C)                                         \
  MK_INLINE S truth_##s(bool v) { return mk_store_##s((C)v); }          \
  MK_INLINE S whole_##s(int64_t v) { return mk_store_##s((C)v); }       \
  NARROW(bernoullis_##s, bernoulli, bool, S, truth_##s)                 \
  WIDE(integers_##s, integer, int64_t, S, whole_##s)
MK_EACH_DTYPE(DISCRETE)

bool mk_fill_is_wide(mk_random_kind kind, mk_dtype dtype) {
  return kind == MK_RANDOM_INTEGER || (kind != MK_RANDOM_BERNOULLI && dtype == MK_FLOAT64);
}

#define CONTINUOUS_KERNELS(kind)                                                \
  switch (dtype) {                                                              \
    case MK_FLOAT32: return kind##s_f32;                                        \
    case MK_FLOAT64: return kind##s_f64;                                        \
    case MK_FLOAT16: return kind##s_f16;                                        \
    case MK_BFLOAT16: return kind##s_bf16;                                      \
    default: return NULL;                                                       \
  }

mk_fill_kernel mk_fill_kernel_for(mk_random_kind kind, mk_dtype dtype) {
  switch (kind) {
    case MK_RANDOM_UNIFORM: CONTINUOUS_KERNELS(uniform)
    case MK_RANDOM_NORMAL: CONTINUOUS_KERNELS(normal)
    case MK_RANDOM_EXPONENTIAL: CONTINUOUS_KERNELS(exponential)
    case MK_RANDOM_BERNOULLI:
      switch (dtype) {
#define CASE(s, code, S, C) \
  case code: return bernoullis_##s;
        MK_EACH_DTYPE(CASE)
#undef CASE
      }
      return NULL;
    case MK_RANDOM_INTEGER:
      switch (dtype) {
#define CASE(s, code, S, C) \
  case code: return code == MK_BOOL ? NULL : integers_##s;
        MK_EACH_DTYPE(CASE)
#undef CASE
      }
      return NULL;
  }
  return NULL;
}
