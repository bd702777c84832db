// Running greatest and least elements, with the position of the last element that equals each.
#include "../Support/dtypes.h"
#include "scan.h"

#define WORD max
#define NOT_WORSE(v, m) ((v) >= (m))
#include "extreme_each.h"

#define WORD min
#define NOT_WORSE(v, m) ((v) <= (m))
#include "extreme_each.h"

#define ENTRY(name) {name##_strided, name##_columns}
#define TABLE(word)                                                               \
  static const mk_running_extreme word##s[MK_DTYPE_COUNT] = {                     \
      [MK_FLOAT32] = ENTRY(word##_f32),  [MK_FLOAT64] = ENTRY(word##_f64),        \
      [MK_FLOAT16] = ENTRY(word##_f16),  [MK_BFLOAT16] = ENTRY(word##_bf16),      \
      [MK_INT8] = ENTRY(word##_i8),      [MK_INT16] = ENTRY(word##_i16),          \
      [MK_INT32] = ENTRY(word##_i32),    [MK_INT64] = ENTRY(word##_i64),          \
      [MK_UINT8] = ENTRY(word##_u8),     [MK_BOOL] = ENTRY(word##_u8),            \
  };
TABLE(max)
TABLE(min)

const mk_running_extreme *mk_running_extreme_for(bool greatest, mk_dtype dtype) {
  if ((unsigned)dtype >= MK_DTYPE_COUNT) return NULL;
  return greatest ? &maxs[dtype] : &mins[dtype];
}
