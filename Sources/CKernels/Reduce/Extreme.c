// Greatest and least elements. A NaN wins over every number and stays.
#include "entries.h"
#include "vectors.h"

#define MAP(v) (v)

#define COMBINE(a, b) ((((b) > (a)) | ((b) != (b))) ? (b) : (a))

#define NAME max_f32
#define X float
#define LANES 16
#define VX mk_f32x16
#define P float
#define VP mk_f32x16
#define A float
#define VA mk_f32x16
#define IDENTITY (-__builtin_inff())
#include "fold_template.h"
#undef IDENTITY

#define NAME max_f64
#define X double
#define LANES 8
#define VX mk_f64x8
#define P double
#define VP mk_f64x8
#define A double
#define VA mk_f64x8
#define IDENTITY (-__builtin_inf())
#include "fold_template.h"
#undef IDENTITY

#define NAME max_i8
#define X int8_t
#define LANES 64
#define VX mk_i8x64
#define P int8_t
#define VP mk_i8x64
#define A int8_t
#define VA mk_i8x64
#define IDENTITY INT8_MIN
#include "fold_template.h"
#undef IDENTITY

#define NAME max_u8
#define X uint8_t
#define LANES 64
#define VX mk_u8x64
#define P uint8_t
#define VP mk_u8x64
#define A uint8_t
#define VA mk_u8x64
#define IDENTITY 0
#include "fold_template.h"
#undef IDENTITY

#define NAME max_i16
#define X int16_t
#define LANES 32
#define VX mk_i16x32
#define P int16_t
#define VP mk_i16x32
#define A int16_t
#define VA mk_i16x32
#define IDENTITY INT16_MIN
#include "fold_template.h"
#undef IDENTITY

#define NAME max_i32
#define X int32_t
#define LANES 16
#define VX mk_i32x16
#define P int32_t
#define VP mk_i32x16
#define A int32_t
#define VA mk_i32x16
#define IDENTITY INT32_MIN
#include "fold_template.h"
#undef IDENTITY

#define NAME max_i64
#define X int64_t
#define LANES 8
#define VX mk_i64x8
#define P int64_t
#define VP mk_i64x8
#define A int64_t
#define VA mk_i64x8
#define IDENTITY INT64_MIN
#include "fold_template.h"
#undef IDENTITY

#undef COMBINE

#define COMBINE(a, b) ((((b) < (a)) | ((b) != (b))) ? (b) : (a))

#define NAME min_f32
#define X float
#define LANES 16
#define VX mk_f32x16
#define P float
#define VP mk_f32x16
#define A float
#define VA mk_f32x16
#define IDENTITY __builtin_inff()
#include "fold_template.h"
#undef IDENTITY

#define NAME min_f64
#define X double
#define LANES 8
#define VX mk_f64x8
#define P double
#define VP mk_f64x8
#define A double
#define VA mk_f64x8
#define IDENTITY __builtin_inf()
#include "fold_template.h"
#undef IDENTITY

#define NAME min_i8
#define X int8_t
#define LANES 64
#define VX mk_i8x64
#define P int8_t
#define VP mk_i8x64
#define A int8_t
#define VA mk_i8x64
#define IDENTITY INT8_MAX
#include "fold_template.h"
#undef IDENTITY

#define NAME min_u8
#define X uint8_t
#define LANES 64
#define VX mk_u8x64
#define P uint8_t
#define VP mk_u8x64
#define A uint8_t
#define VA mk_u8x64
#define IDENTITY UINT8_MAX
#include "fold_template.h"
#undef IDENTITY

#define NAME min_i16
#define X int16_t
#define LANES 32
#define VX mk_i16x32
#define P int16_t
#define VP mk_i16x32
#define A int16_t
#define VA mk_i16x32
#define IDENTITY INT16_MAX
#include "fold_template.h"
#undef IDENTITY

#define NAME min_i32
#define X int32_t
#define LANES 16
#define VX mk_i32x16
#define P int32_t
#define VP mk_i32x16
#define A int32_t
#define VA mk_i32x16
#define IDENTITY INT32_MAX
#include "fold_template.h"
#undef IDENTITY

#define NAME min_i64
#define X int64_t
#define LANES 8
#define VX mk_i64x8
#define P int64_t
#define VP mk_i64x8
#define A int64_t
#define VA mk_i64x8
#define IDENTITY INT64_MAX
#include "fold_template.h"
#undef IDENTITY

#undef COMBINE

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
