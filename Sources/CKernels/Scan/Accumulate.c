// Running sums and products: floating point in double, rounded at each element; integers wrap.
#include "../Support/dtypes.h"
#include "scan.h"
#include "vectors.h"

// Elements to accumulators and back, one and eight at a time.
#define CONVERT(s, X, VX, A, VA)                                                                   \
  MK_INLINE A load_##s(X v) { return (A)v; }                                                       \
  MK_INLINE X store_##s(A v) { return (X)v; }                                                      \
  MK_INLINE VA loads_##s(const X *x) { return __builtin_convertvector(*(const VX *)x, VA); }       \
  MK_INLINE void stores_##s(X *to, VA v) { *(VX *)to = __builtin_convertvector(v, VX); }
CONVERT(f32, float, mk_f32x8, double, mk_f64x8)
CONVERT(f64, double, mk_f64x8, double, mk_f64x8)
CONVERT(i8, int8_t, mk_i8x8, uint64_t, mk_u64x8)
CONVERT(i16, int16_t, mk_i16x8, uint64_t, mk_u64x8)
CONVERT(i32, int32_t, mk_i32x8, uint64_t, mk_u64x8)
CONVERT(i64, int64_t, mk_i64x8, uint64_t, mk_u64x8)
CONVERT(u8, uint8_t, mk_u8x8, uint64_t, mk_u64x8)
#undef CONVERT

#define CONVERT_HALF(s, X)                                                                         \
  MK_INLINE double load_##s(X v) { return (double)mk_load_##s(v); }                                \
  MK_INLINE X store_##s(double v) { return mk_store_##s((float)v); }                               \
  MK_INLINE mk_f64x8 loads_##s(const X *x) {                                                       \
    mk_f32x8 v;                                                                                    \
    for (int l = 0; l < 8; l++) v[l] = mk_load_##s(x[l]);                                          \
    return __builtin_convertvector(v, mk_f64x8);                                                   \
  }                                                                                                \
  MK_INLINE void stores_##s(X *to, mk_f64x8 v) {                                                   \
    mk_f32x8 narrow = __builtin_convertvector(v, mk_f32x8);                                        \
    for (int l = 0; l < 8; l++) to[l] = mk_store_##s(narrow[l]);                                   \
  }
CONVERT_HALF(f16, mk_f16)
CONVERT_HALF(bf16, mk_bf16)
#undef CONVERT_HALF

#define WORD sum
#define IDENTITY 0
#define COMBINE(a, b) ((a) + (b))
#include "accumulate_each.h"

#define WORD product
#define IDENTITY 1
#define COMBINE(a, b) ((a) * (b))
#include "accumulate_each.h"

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
