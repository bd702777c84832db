// Whether any element, or every one, is not zero. NaN is not zero.
#include "entries.h"
#include "vectors.h"

// Elements are looked at as bits: TRUE_BITS leaves the sign of a floating-point zero out.

#define NAME u8
#define X uint8_t
#define LANES 64
#define VX mk_u8x64
#define TRUE_BITS 0xff
#include "truth_template.h"

#define NAME u16
#define X uint16_t
#define LANES 32
#define VX mk_u16x32
#define TRUE_BITS 0xffff
#include "truth_template.h"

#define NAME u32
#define X uint32_t
#define LANES 16
#define VX mk_u32x16
#define TRUE_BITS 0xffffffff
#include "truth_template.h"

#define NAME u64
#define X uint64_t
#define LANES 8
#define VX mk_u64x8
#define TRUE_BITS 0xffffffffffffffff
#include "truth_template.h"

#define NAME half
#define X uint16_t
#define LANES 32
#define VX mk_u16x32
#define TRUE_BITS 0x7fff
#include "truth_template.h"

#define NAME f32
#define X uint32_t
#define LANES 16
#define VX mk_u32x16
#define TRUE_BITS 0x7fffffff
#include "truth_template.h"

#define NAME f64
#define X uint64_t
#define LANES 8
#define VX mk_u64x8
#define TRUE_BITS 0x7fffffffffffffff
#include "truth_template.h"

static bool store(mk_dtype to, const void *acc, int64_t count, void *out, int64_t stride) {
  if (to != MK_BOOL) return false;
  for (int64_t j = 0; j < count; j++) ((bool *)out)[j * stride] = ((const uint8_t *)acc)[j] != 0;
  return true;
}

static void init_any(void *acc, int64_t count) { __builtin_memset(acc, 0, (size_t)count); }
static void init_all(void *acc, int64_t count) { __builtin_memset(acc, 1, (size_t)count); }

static void merge_any(void *acc, const void *later, int64_t count) {
  for (int64_t j = 0; j < count; j++) ((uint8_t *)acc)[j] |= ((const uint8_t *)later)[j];
}
static void merge_all(void *acc, const void *later, int64_t count) {
  for (int64_t j = 0; j < count; j++) ((uint8_t *)acc)[j] &= ((const uint8_t *)later)[j];
}

#define REDUCER(s, word) \
  {1, false, true, init_##word, s##_##word##_rows, s##_##word##_columns, merge_##word, store}
#define TABLE(word)                                                                    \
  static const mk_reducer word##_of[MK_DTYPE_COUNT] = {                                \
      [MK_FLOAT32] = REDUCER(f32, word),  [MK_FLOAT64] = REDUCER(f64, word),           \
      [MK_FLOAT16] = REDUCER(half, word), [MK_BFLOAT16] = REDUCER(half, word),         \
      [MK_INT8] = REDUCER(u8, word),      [MK_INT16] = REDUCER(u16, word),             \
      [MK_INT32] = REDUCER(u32, word),    [MK_INT64] = REDUCER(u64, word),             \
      [MK_UINT8] = REDUCER(u8, word),     [MK_BOOL] = REDUCER(u8, word),               \
  };
TABLE(any)
TABLE(all)

const mk_reducer *mk_truth_reducer(bool every, mk_dtype dtype) {
  if ((unsigned)dtype >= MK_DTYPE_COUNT) return NULL;
  return every ? &all_of[dtype] : &any_of[dtype];
}
