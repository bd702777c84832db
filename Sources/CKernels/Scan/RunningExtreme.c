// Running greatest and least elements, with the position of the last element that equals each.
#include "../Support/dtypes.h"
#include "scan.h"

#define NOT_WORSE(v, m) ((v) >= (m))

#define NAME max_f32
#define X float
#define C float
#define LOAD(v) (v)
#include "extreme_template.h"

#define NAME max_f64
#define X double
#define C double
#define LOAD(v) (v)
#include "extreme_template.h"

#define NAME max_f16
#define X mk_f16
#define C float
#define LOAD(v) mk_load_f16(v)
#include "extreme_template.h"

#define NAME max_bf16
#define X mk_bf16
#define C float
#define LOAD(v) mk_load_bf16(v)
#include "extreme_template.h"

#define NAME max_i8
#define X int8_t
#define C int8_t
#define LOAD(v) (v)
#include "extreme_template.h"

#define NAME max_i16
#define X int16_t
#define C int16_t
#define LOAD(v) (v)
#include "extreme_template.h"

#define NAME max_i32
#define X int32_t
#define C int32_t
#define LOAD(v) (v)
#include "extreme_template.h"

#define NAME max_i64
#define X int64_t
#define C int64_t
#define LOAD(v) (v)
#include "extreme_template.h"

#define NAME max_u8
#define X uint8_t
#define C uint8_t
#define LOAD(v) (v)
#include "extreme_template.h"

#undef NOT_WORSE

#define NOT_WORSE(v, m) ((v) <= (m))

#define NAME min_f32
#define X float
#define C float
#define LOAD(v) (v)
#include "extreme_template.h"

#define NAME min_f64
#define X double
#define C double
#define LOAD(v) (v)
#include "extreme_template.h"

#define NAME min_f16
#define X mk_f16
#define C float
#define LOAD(v) mk_load_f16(v)
#include "extreme_template.h"

#define NAME min_bf16
#define X mk_bf16
#define C float
#define LOAD(v) mk_load_bf16(v)
#include "extreme_template.h"

#define NAME min_i8
#define X int8_t
#define C int8_t
#define LOAD(v) (v)
#include "extreme_template.h"

#define NAME min_i16
#define X int16_t
#define C int16_t
#define LOAD(v) (v)
#include "extreme_template.h"

#define NAME min_i32
#define X int32_t
#define C int32_t
#define LOAD(v) (v)
#include "extreme_template.h"

#define NAME min_i64
#define X int64_t
#define C int64_t
#define LOAD(v) (v)
#include "extreme_template.h"

#define NAME min_u8
#define X uint8_t
#define C uint8_t
#define LOAD(v) (v)
#include "extreme_template.h"

#undef NOT_WORSE

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
