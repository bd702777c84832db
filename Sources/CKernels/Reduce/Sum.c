// Sums, sums of squares and of absolute values.
#include "entries.h"
#include "vectors.h"

#define IDENTITY 0
#define COMBINE(a, b) ((a) + (b))

#define WORD sum
#define MAP(v) (v)
#include "fold_floats.h"

#define S i8
#define X int8_t
#define VX mk_i8x16
#include "fold_narrow.h"

#define S u8
#define X uint8_t
#define VX mk_u8x16
#include "fold_narrow.h"

#define S i16
#define X int16_t
#define VX mk_i16x16
#include "fold_narrow.h"

#define S i32
#define X int32_t
#define VX mk_i32x8
#define A uint64_t
#define VA mk_u64x8
#include "fold_wide.h"

#define S i64
#define X int64_t
#define VX mk_i64x8
#define A uint64_t
#define VA mk_u64x8
#include "fold_wide.h"

#undef WORD
#undef MAP

#define WORD squares
#define MAP(v) ((v) * (v))
#include "fold_floats.h"
#undef WORD
#undef MAP

#define WORD absolutes
#define MAP(v) (__builtin_elementwise_abs(v))
#include "fold_floats.h"
#undef WORD
#undef MAP

MK_REDUCE_ENTRIES(sum_f32, float, double)
MK_REDUCE_ENTRIES(sum_f64, double, double)
MK_REDUCE_HALF_ENTRIES(sum_f16, sum_f32, f16, double)
MK_REDUCE_HALF_ENTRIES(sum_bf16, sum_f32, bf16, double)
MK_REDUCE_ENTRIES(sum_i8, int8_t, uint64_t)
MK_REDUCE_ENTRIES(sum_u8, uint8_t, uint64_t)
MK_REDUCE_ENTRIES(sum_i16, int16_t, uint64_t)
MK_REDUCE_ENTRIES(sum_i32, int32_t, uint64_t)
MK_REDUCE_ENTRIES(sum_i64, int64_t, uint64_t)
MK_REDUCE_ENTRIES(squares_f32, float, double)
MK_REDUCE_ENTRIES(squares_f64, double, double)
MK_REDUCE_HALF_ENTRIES(squares_f16, squares_f32, f16, double)
MK_REDUCE_HALF_ENTRIES(squares_bf16, squares_f32, bf16, double)
MK_REDUCE_ENTRIES(absolutes_f32, float, double)
MK_REDUCE_ENTRIES(absolutes_f64, double, double)
MK_REDUCE_HALF_ENTRIES(absolutes_f16, absolutes_f32, f16, double)
MK_REDUCE_HALF_ENTRIES(absolutes_bf16, absolutes_f32, bf16, double)

bool mk_store_sums_float(mk_dtype to, const void *acc, int64_t count, void *out, int64_t stride) {
  const double *sums = acc;
  switch (to) {
#define STORE(s, code, S, C)                                                                      \
  case code:                                                                                      \
    for (int64_t j = 0; j < count; j++) ((S *)out)[j * stride] = mk_store_##s((C)sums[j]);        \
    return true;
    MK_EACH_FLOAT(STORE)
#undef STORE
    default: return false;
  }
}

bool mk_store_sums_integer(mk_dtype to, const void *acc, int64_t count, void *out, int64_t stride) {
  if (to != MK_INT64) return false;
  const uint64_t *sums = acc;
  for (int64_t j = 0; j < count; j++) ((int64_t *)out)[j * stride] = (int64_t)sums[j];
  return true;
}

#define FLOATING(name, base) \
  {8, false, true, base##_init, name##_rows, name##_columns, base##_merge, mk_store_sums_float}
#define INTEGRAL(name) \
  {8, false, true, name##_init, name##_rows, name##_columns, name##_merge, mk_store_sums_integer}

const mk_reducer *mk_sum_reducer(mk_reduce_op op, mk_dtype dtype) {
  static const mk_reducer sums[MK_DTYPE_COUNT] = {
      [MK_FLOAT32] = FLOATING(sum_f32, sum_f32),   [MK_FLOAT64] = FLOATING(sum_f64, sum_f64),
      [MK_FLOAT16] = FLOATING(sum_f16, sum_f32),   [MK_BFLOAT16] = FLOATING(sum_bf16, sum_f32),
      [MK_INT8] = INTEGRAL(sum_i8),                [MK_INT16] = INTEGRAL(sum_i16),
      [MK_INT32] = INTEGRAL(sum_i32),              [MK_INT64] = INTEGRAL(sum_i64),
      [MK_UINT8] = INTEGRAL(sum_u8),               [MK_BOOL] = INTEGRAL(sum_u8),
  };
  static const mk_reducer squares[] = {
      [MK_FLOAT32] = FLOATING(squares_f32, squares_f32), [MK_FLOAT64] = FLOATING(squares_f64, squares_f64),
      [MK_FLOAT16] = FLOATING(squares_f16, squares_f32), [MK_BFLOAT16] = FLOATING(squares_bf16, squares_f32),
  };
  static const mk_reducer absolutes[] = {
      [MK_FLOAT32] = FLOATING(absolutes_f32, absolutes_f32),
      [MK_FLOAT64] = FLOATING(absolutes_f64, absolutes_f64),
      [MK_FLOAT16] = FLOATING(absolutes_f16, absolutes_f32),
      [MK_BFLOAT16] = FLOATING(absolutes_bf16, absolutes_f32),
  };
  if ((unsigned)dtype >= MK_DTYPE_COUNT) return NULL;
  if (op == MK_REDUCE_SUM) return &sums[dtype];
  if (!mk_is_floating(dtype)) return NULL;
  return op == MK_REDUCE_SUM_SQUARES ? &squares[dtype] : &absolutes[dtype];
}
