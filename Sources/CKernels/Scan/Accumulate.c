// Running sums and products: floating point in double, rounded at each element; integers wrap.
#include "../Support/dtypes.h"
#include "scan.h"
#include "vectors.h"

MK_INLINE mk_f64x8 load8_f16(const mk_f16 *x) {
  mk_f32x8 v;
  for (int l = 0; l < 8; l++) v[l] = mk_load_f16(x[l]);
  return __builtin_convertvector(v, mk_f64x8);
}
MK_INLINE mk_f64x8 load8_bf16(const mk_bf16 *x) {
  mk_f32x8 v;
  for (int l = 0; l < 8; l++) v[l] = mk_load_bf16(x[l]);
  return __builtin_convertvector(v, mk_f64x8);
}
MK_INLINE void store8_f16(mk_f16 *to, mk_f64x8 v) {
  mk_f32x8 narrow = __builtin_convertvector(v, mk_f32x8);
  for (int l = 0; l < 8; l++) to[l] = mk_store_f16(narrow[l]);
}
MK_INLINE void store8_bf16(mk_bf16 *to, mk_f64x8 v) {
  mk_f32x8 narrow = __builtin_convertvector(v, mk_f32x8);
  for (int l = 0; l < 8; l++) to[l] = mk_store_bf16(narrow[l]);
}

#define IDENTITY 0
#define COMBINE(a, b) ((a) + (b))

#define NAME sum_f32
#define X float
#define A double
#define VA mk_f64x8
#define LOAD(v) ((A)(v))
#define STORE(v) ((float)(v))
#define LOADS(p) __builtin_convertvector(*(const mk_f32x8 *)(p), VA)
#define STORES(p, v) (*(mk_f32x8 *)(p) = __builtin_convertvector(v, mk_f32x8))
#include "accumulate_template.h"

#define NAME sum_f64
#define X double
#define A double
#define VA mk_f64x8
#define LOAD(v) ((A)(v))
#define STORE(v) ((double)(v))
#define LOADS(p) __builtin_convertvector(*(const mk_f64x8 *)(p), VA)
#define STORES(p, v) (*(mk_f64x8 *)(p) = __builtin_convertvector(v, mk_f64x8))
#include "accumulate_template.h"

#define NAME sum_f16
#define X mk_f16
#define A double
#define VA mk_f64x8
#define LOAD(v) ((double)mk_load_f16(v))
#define STORE(v) mk_store_f16((float)(v))
#define LOADS(p) load8_f16(p)
#define STORES(p, v) store8_f16(p, v)
#include "accumulate_template.h"

#define NAME sum_bf16
#define X mk_bf16
#define A double
#define VA mk_f64x8
#define LOAD(v) ((double)mk_load_bf16(v))
#define STORE(v) mk_store_bf16((float)(v))
#define LOADS(p) load8_bf16(p)
#define STORES(p, v) store8_bf16(p, v)
#include "accumulate_template.h"

#define NAME sum_i8
#define X int8_t
#define A uint64_t
#define VA mk_u64x8
#define LOAD(v) ((A)(v))
#define STORE(v) ((int8_t)(v))
#define LOADS(p) __builtin_convertvector(*(const mk_i8x8 *)(p), VA)
#define STORES(p, v) (*(mk_i8x8 *)(p) = __builtin_convertvector(v, mk_i8x8))
#include "accumulate_template.h"

#define NAME sum_i16
#define X int16_t
#define A uint64_t
#define VA mk_u64x8
#define LOAD(v) ((A)(v))
#define STORE(v) ((int16_t)(v))
#define LOADS(p) __builtin_convertvector(*(const mk_i16x8 *)(p), VA)
#define STORES(p, v) (*(mk_i16x8 *)(p) = __builtin_convertvector(v, mk_i16x8))
#include "accumulate_template.h"

#define NAME sum_i32
#define X int32_t
#define A uint64_t
#define VA mk_u64x8
#define LOAD(v) ((A)(v))
#define STORE(v) ((int32_t)(v))
#define LOADS(p) __builtin_convertvector(*(const mk_i32x8 *)(p), VA)
#define STORES(p, v) (*(mk_i32x8 *)(p) = __builtin_convertvector(v, mk_i32x8))
#include "accumulate_template.h"

#define NAME sum_i64
#define X int64_t
#define A uint64_t
#define VA mk_u64x8
#define LOAD(v) ((A)(v))
#define STORE(v) ((int64_t)(v))
#define LOADS(p) __builtin_convertvector(*(const mk_i64x8 *)(p), VA)
#define STORES(p, v) (*(mk_i64x8 *)(p) = __builtin_convertvector(v, mk_i64x8))
#include "accumulate_template.h"

#define NAME sum_u8
#define X uint8_t
#define A uint64_t
#define VA mk_u64x8
#define LOAD(v) ((A)(v))
#define STORE(v) ((uint8_t)(v))
#define LOADS(p) __builtin_convertvector(*(const mk_u8x8 *)(p), VA)
#define STORES(p, v) (*(mk_u8x8 *)(p) = __builtin_convertvector(v, mk_u8x8))
#include "accumulate_template.h"

#undef IDENTITY
#undef COMBINE

#define IDENTITY 1
#define COMBINE(a, b) ((a) * (b))

#define NAME product_f32
#define X float
#define A double
#define VA mk_f64x8
#define LOAD(v) ((A)(v))
#define STORE(v) ((float)(v))
#define LOADS(p) __builtin_convertvector(*(const mk_f32x8 *)(p), VA)
#define STORES(p, v) (*(mk_f32x8 *)(p) = __builtin_convertvector(v, mk_f32x8))
#include "accumulate_template.h"

#define NAME product_f64
#define X double
#define A double
#define VA mk_f64x8
#define LOAD(v) ((A)(v))
#define STORE(v) ((double)(v))
#define LOADS(p) __builtin_convertvector(*(const mk_f64x8 *)(p), VA)
#define STORES(p, v) (*(mk_f64x8 *)(p) = __builtin_convertvector(v, mk_f64x8))
#include "accumulate_template.h"

#define NAME product_f16
#define X mk_f16
#define A double
#define VA mk_f64x8
#define LOAD(v) ((double)mk_load_f16(v))
#define STORE(v) mk_store_f16((float)(v))
#define LOADS(p) load8_f16(p)
#define STORES(p, v) store8_f16(p, v)
#include "accumulate_template.h"

#define NAME product_bf16
#define X mk_bf16
#define A double
#define VA mk_f64x8
#define LOAD(v) ((double)mk_load_bf16(v))
#define STORE(v) mk_store_bf16((float)(v))
#define LOADS(p) load8_bf16(p)
#define STORES(p, v) store8_bf16(p, v)
#include "accumulate_template.h"

#define NAME product_i8
#define X int8_t
#define A uint64_t
#define VA mk_u64x8
#define LOAD(v) ((A)(v))
#define STORE(v) ((int8_t)(v))
#define LOADS(p) __builtin_convertvector(*(const mk_i8x8 *)(p), VA)
#define STORES(p, v) (*(mk_i8x8 *)(p) = __builtin_convertvector(v, mk_i8x8))
#include "accumulate_template.h"

#define NAME product_i16
#define X int16_t
#define A uint64_t
#define VA mk_u64x8
#define LOAD(v) ((A)(v))
#define STORE(v) ((int16_t)(v))
#define LOADS(p) __builtin_convertvector(*(const mk_i16x8 *)(p), VA)
#define STORES(p, v) (*(mk_i16x8 *)(p) = __builtin_convertvector(v, mk_i16x8))
#include "accumulate_template.h"

#define NAME product_i32
#define X int32_t
#define A uint64_t
#define VA mk_u64x8
#define LOAD(v) ((A)(v))
#define STORE(v) ((int32_t)(v))
#define LOADS(p) __builtin_convertvector(*(const mk_i32x8 *)(p), VA)
#define STORES(p, v) (*(mk_i32x8 *)(p) = __builtin_convertvector(v, mk_i32x8))
#include "accumulate_template.h"

#define NAME product_i64
#define X int64_t
#define A uint64_t
#define VA mk_u64x8
#define LOAD(v) ((A)(v))
#define STORE(v) ((int64_t)(v))
#define LOADS(p) __builtin_convertvector(*(const mk_i64x8 *)(p), VA)
#define STORES(p, v) (*(mk_i64x8 *)(p) = __builtin_convertvector(v, mk_i64x8))
#include "accumulate_template.h"

#define NAME product_u8
#define X uint8_t
#define A uint64_t
#define VA mk_u64x8
#define LOAD(v) ((A)(v))
#define STORE(v) ((uint8_t)(v))
#define LOADS(p) __builtin_convertvector(*(const mk_u8x8 *)(p), VA)
#define STORES(p, v) (*(mk_u8x8 *)(p) = __builtin_convertvector(v, mk_u8x8))
#include "accumulate_template.h"

#undef IDENTITY
#undef COMBINE

#define ENTRY(name) {name##_line, name##_strided, name##_columns, name##_init, name##_merge}
#define TABLE(word)                                                               \
  static const mk_accumulation word##s[MK_DTYPE_COUNT] = {                        \
      [MK_FLOAT32] = ENTRY(word##_f32),  [MK_FLOAT64] = ENTRY(word##_f64),        \
      [MK_FLOAT16] = ENTRY(word##_f16),  [MK_BFLOAT16] = ENTRY(word##_bf16),      \
      [MK_INT8] = ENTRY(word##_i8),      [MK_INT16] = ENTRY(word##_i16),          \
      [MK_INT32] = ENTRY(word##_i32),    [MK_INT64] = ENTRY(word##_i64),          \
      [MK_UINT8] = ENTRY(word##_u8),                                              \
  };
TABLE(sum)
TABLE(product)

const mk_accumulation *mk_accumulation_for(bool product, mk_dtype dtype) {
  if ((unsigned)dtype >= MK_DTYPE_COUNT || dtype == MK_BOOL) return NULL;
  return product ? &products[dtype] : &sums[dtype];
}
