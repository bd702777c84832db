// Products: floating point in double, so that no intermediate result leaves float32's range; integers wrap.
#include "entries.h"
#include "vectors.h"

#define IDENTITY 1
#define COMBINE(a, b) ((a) * (b))
#define MAP(v) (v)

#define WORD product

#define S f32
#define X float
#define VX mk_f32x8
#define A double
#define VA mk_f64x8
#include "fold_wide.h"

#define S f64
#define X double
#define VX mk_f64x8
#define A double
#define VA mk_f64x8
#include "fold_wide.h"

#define S i8
#define X int8_t
#define VX mk_i8x8
#define A uint64_t
#define VA mk_u64x8
#include "fold_wide.h"

#define S u8
#define X uint8_t
#define VX mk_u8x8
#define A uint64_t
#define VA mk_u64x8
#include "fold_wide.h"

#define S i16
#define X int16_t
#define VX mk_i16x8
#define A uint64_t
#define VA mk_u64x8
#include "fold_wide.h"

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

MK_REDUCE_ENTRIES(product_f32, float, double)
MK_REDUCE_ENTRIES(product_f64, double, double)
MK_REDUCE_HALF_ENTRIES(product_f16, product_f32, f16, double)
MK_REDUCE_HALF_ENTRIES(product_bf16, product_f32, bf16, double)
MK_REDUCE_ENTRIES(product_i8, int8_t, uint64_t)
MK_REDUCE_ENTRIES(product_u8, uint8_t, uint64_t)
MK_REDUCE_ENTRIES(product_i16, int16_t, uint64_t)
MK_REDUCE_ENTRIES(product_i32, int32_t, uint64_t)
MK_REDUCE_ENTRIES(product_i64, int64_t, uint64_t)

#define FLOATING(name, base) \
  {8, false, true, base##_init, name##_rows, name##_columns, base##_merge, mk_store_sums_float}
#define INTEGRAL(name) \
  {8, false, true, name##_init, name##_rows, name##_columns, name##_merge, mk_store_sums_integer}

const mk_reducer *mk_product_reducer(mk_dtype dtype) {
  static const mk_reducer products[MK_DTYPE_COUNT] = {
      [MK_FLOAT32] = FLOATING(product_f32, product_f32), [MK_FLOAT64] = FLOATING(product_f64, product_f64),
      [MK_FLOAT16] = FLOATING(product_f16, product_f32), [MK_BFLOAT16] = FLOATING(product_bf16, product_f32),
      [MK_INT8] = INTEGRAL(product_i8),                  [MK_INT16] = INTEGRAL(product_i16),
      [MK_INT32] = INTEGRAL(product_i32),                [MK_INT64] = INTEGRAL(product_i64),
      [MK_UINT8] = INTEGRAL(product_u8),                 [MK_BOOL] = INTEGRAL(product_u8),
  };
  return (unsigned)dtype < MK_DTYPE_COUNT ? &products[dtype] : NULL;
}
