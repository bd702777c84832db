// What the templates of the normalisation kernels share.
#ifndef MK_NORMALIZE_COMMON_H
#define MK_NORMALIZE_COMMON_H

#include <math.h>
#include <stddef.h>

#include "../Math/float32_exp.h"
#include "../Math/float32_log.h"
#include "../Math/float64_exp.h"
#include "../Math/float64_log.h"
#include "../include/mk_memory.h"
#include "../include/mk_normalize.h"
#include "../include/mk_parallel.h"

#define MK_EXP(x) _Generic((x), float: mk_exp_f32, double: mk_exp_f64)(x)
#define MK_LOG(x) _Generic((x), float: mk_log_f32, double: mk_log_f64)(x)

// Elements whose handling is worth a thread.
#define MK_GRAIN_CHEAP 16384
#define MK_GRAIN_COSTLY 4096

// Rows that share a vector of logarithms, and the longest row for which that pays: a group stays in the
// cache.
#define MK_ROW_GROUP 16
static inline int64_t mk_row_group(int64_t size) { return size <= 256 ? MK_ROW_GROUP : 1; }

// Work items of `each` elements a thread.
static inline int64_t mk_grain(int64_t elements, int64_t each) {
  return each > 0 ? (elements - 1) / each + 1 : elements;
}

// Calls `function` followed by the suffix of `dtype`, in `mk_parallel_for`; false for another dtype.
#define MK_PARALLEL_FLOAT(dtype, count, grain, context, function)                                          \
  ((dtype) == MK_FLOAT32    ? (mk_parallel_for(count, grain, context, function##_f32), true)               \
   : (dtype) == MK_FLOAT64  ? (mk_parallel_for(count, grain, context, function##_f64), true)               \
   : (dtype) == MK_FLOAT16  ? (mk_parallel_for(count, grain, context, function##_f16), true)               \
   : (dtype) == MK_BFLOAT16 ? (mk_parallel_for(count, grain, context, function##_bf16), true)              \
                            : false)

#endif
