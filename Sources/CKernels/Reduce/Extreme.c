// Greatest and least elements. A NaN wins over every number and stays.
#include "entries.h"
#include "limits.h"
#include "vectors.h"

#define MAP(v) (v)

#define WORD max
#define COMBINE(a, b) ((((b) > (a)) | ((b) != (b))) ? (b) : (a))
#define END(s) LEAST_##s
#include "fold_extremes.h"

#define WORD min
#define COMBINE(a, b) ((((b) < (a)) | ((b) != (b))) ? (b) : (a))
#define END(s) GREATEST_##s
#include "fold_extremes.h"

#define BOTH(s, X, A)                \
  MK_REDUCE_ENTRIES(max_##s, X, A)   \
  MK_REDUCE_ENTRIES(min_##s, X, A)
BOTH(f32, float, float)
BOTH(f64, double, double)
BOTH(i8, int8_t, int8_t)
BOTH(u8, uint8_t, uint8_t)
BOTH(i16, int16_t, int16_t)
BOTH(i32, int32_t, int32_t)
BOTH(i64, int64_t, int64_t)
MK_REDUCE_HALF_ENTRIES(max_f16, max_f32, f16, float)
MK_REDUCE_HALF_ENTRIES(min_f16, min_f32, f16, float)
MK_REDUCE_HALF_ENTRIES(max_bf16, max_f32, bf16, float)
MK_REDUCE_HALF_ENTRIES(min_bf16, min_f32, bf16, float)

// The result has the dtype of the input.
#define STORE(s, code, S, C)                                                                            \
  static bool store_##s(mk_dtype to, const void *acc, int64_t count, void *out, int64_t stride) {       \
    if (to != code) return false;                                                                       \
    for (int64_t j = 0; j < count; j++) ((S *)out)[j * stride] = mk_store_##s(((const C *)acc)[j]);     \
    return true;                                                                                        \
  }
MK_EACH_DTYPE(STORE)

#define REDUCER(word, s, base, C, store) \
  {sizeof(C), false, false, word##_##base##_init, word##_##s##_rows, word##_##s##_columns, \
   word##_##base##_merge, store}
#define TABLE(word)                                                                                  \
  static const mk_reducer word##s[MK_DTYPE_COUNT] = {                                                \
      [MK_FLOAT32] = REDUCER(word, f32, f32, float, store_f32),                                      \
      [MK_FLOAT64] = REDUCER(word, f64, f64, double, store_f64),                                     \
      [MK_FLOAT16] = REDUCER(word, f16, f32, float, store_f16),                                      \
      [MK_BFLOAT16] = REDUCER(word, bf16, f32, float, store_bf16),                                   \
      [MK_INT8] = REDUCER(word, i8, i8, int8_t, store_i8),                                           \
      [MK_INT16] = REDUCER(word, i16, i16, int16_t, store_i16),                                      \
      [MK_INT32] = REDUCER(word, i32, i32, int32_t, store_i32),                                      \
      [MK_INT64] = REDUCER(word, i64, i64, int64_t, store_i64),                                      \
      [MK_UINT8] = REDUCER(word, u8, u8, uint8_t, store_u8),                                         \
      [MK_BOOL] = REDUCER(word, u8, u8, uint8_t, store_b8),                                          \
  };
TABLE(max)
TABLE(min)

const mk_reducer *mk_extreme_reducer(bool greatest, mk_dtype dtype) {
  if ((unsigned)dtype >= MK_DTYPE_COUNT) return NULL;
  return greatest ? &maxs[dtype] : &mins[dtype];
}
