// Lists of dtypes to instantiate a kernel over: M(suffix, code, storage type, compute type).
//
//   #define M(s, code, S, C) \
//     MK_CLONES static void twice_##s(int64_t n, S *out, const S *x) { \
//       for (int64_t i = 0; i < n; i++) out[i] = mk_store_##s(2 * mk_load_##s(x[i])); \
//     }
//   MK_EACH_FLOAT(M)
#ifndef MK_SUPPORT_DTYPES_H
#define MK_SUPPORT_DTYPES_H

#include "../include/mk_types.h"
#include "half.h"

#define MK_EACH_FLOAT(M)                   \
  M(f32, MK_FLOAT32, float, float)         \
  M(f64, MK_FLOAT64, double, double)       \
  M(f16, MK_FLOAT16, mk_f16, float)        \
  M(bf16, MK_BFLOAT16, mk_bf16, float)

#define MK_EACH_INTEGER(M)                 \
  M(i8, MK_INT8, int8_t, int8_t)           \
  M(i16, MK_INT16, int16_t, int16_t)       \
  M(i32, MK_INT32, int32_t, int32_t)       \
  M(i64, MK_INT64, int64_t, int64_t)       \
  M(u8, MK_UINT8, uint8_t, uint8_t)

#define MK_EACH_BOOL(M) M(b8, MK_BOOL, bool, bool)

#define MK_EACH_NUMBER(M) MK_EACH_FLOAT(M) MK_EACH_INTEGER(M)
#define MK_EACH_DTYPE(M) MK_EACH_NUMBER(M) MK_EACH_BOOL(M)

#define MK_DTYPE_COUNT 10

// Storage to compute type and back; float16 and bfloat16 are in half.h.
#define MK_IDENTITY(s, T)                              \
  MK_INLINE T mk_load_##s(T value) { return value; }   \
  MK_INLINE T mk_store_##s(T value) { return value; }
MK_IDENTITY(f32, float)
MK_IDENTITY(f64, double)
MK_IDENTITY(i8, int8_t)
MK_IDENTITY(i16, int16_t)
MK_IDENTITY(i32, int32_t)
MK_IDENTITY(i64, int64_t)
MK_IDENTITY(u8, uint8_t)
MK_IDENTITY(b8, bool)
#undef MK_IDENTITY

// Bytes of an element; 0 for a code that is no dtype.
MK_INLINE size_t mk_item_size(mk_dtype dtype) {
  static const uint8_t sizes[MK_DTYPE_COUNT] = {4, 8, 2, 2, 1, 2, 4, 8, 1, 1};
  return (unsigned)dtype < MK_DTYPE_COUNT ? sizes[dtype] : 0;
}

MK_INLINE bool mk_is_floating(mk_dtype dtype) { return (unsigned)dtype <= MK_BFLOAT16; }

#endif
