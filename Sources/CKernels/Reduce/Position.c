// Positions of the greatest and of the least element: the first among equals; a NaN wins over every number.
#include "entries.h"
#include "limits.h"
#include "vectors.h"

#define WORD argmax
#define BETTER(a, b) ((b) > (a))
#define END(s) LEAST_##s
#include "position_each.h"

#define WORD argmin
#define BETTER(a, b) ((b) < (a))
#define END(s) GREATEST_##s
#include "position_each.h"

#define ENTRIES(word)                                                   \
  MK_REDUCE_ENTRIES(word##_f32, float, word##_f32_best)                 \
  MK_REDUCE_ENTRIES(word##_f64, double, word##_f64_best)                \
  MK_REDUCE_ENTRIES(word##_i8, int8_t, word##_i8_best)                  \
  MK_REDUCE_ENTRIES(word##_u8, uint8_t, word##_u8_best)                 \
  MK_REDUCE_ENTRIES(word##_i16, int16_t, word##_i16_best)               \
  MK_REDUCE_ENTRIES(word##_i32, int32_t, word##_i32_best)               \
  MK_REDUCE_ENTRIES(word##_i64, int64_t, word##_i64_best)               \
  MK_REDUCE_HALF_ENTRIES(word##_f16, word##_f32, f16, word##_f32_best)  \
  MK_REDUCE_HALF_ENTRIES(word##_bf16, word##_f32, bf16, word##_f32_best)
ENTRIES(argmax)
ENTRIES(argmin)

#define REDUCER(word, s, base)                                                                \
  {sizeof(word##_##base##_best), true, false, word##_##base##_init, word##_##s##_rows,        \
   word##_##s##_columns, word##_##base##_merge, word##_##base##_store}
#define TABLE(word)                                                                           \
  static const mk_reducer word##_of[MK_DTYPE_COUNT] = {                                       \
      [MK_FLOAT32] = REDUCER(word, f32, f32),  [MK_FLOAT64] = REDUCER(word, f64, f64),        \
      [MK_FLOAT16] = REDUCER(word, f16, f32),  [MK_BFLOAT16] = REDUCER(word, bf16, f32),      \
      [MK_INT8] = REDUCER(word, i8, i8),       [MK_INT16] = REDUCER(word, i16, i16),          \
      [MK_INT32] = REDUCER(word, i32, i32),    [MK_INT64] = REDUCER(word, i64, i64),          \
      [MK_UINT8] = REDUCER(word, u8, u8),      [MK_BOOL] = REDUCER(word, u8, u8),             \
  };
TABLE(argmax)
TABLE(argmin)

const mk_reducer *mk_position_reducer(bool greatest, mk_dtype dtype) {
  if ((unsigned)dtype >= MK_DTYPE_COUNT) return NULL;
  return greatest ? &argmax_of[dtype] : &argmin_of[dtype];
}
