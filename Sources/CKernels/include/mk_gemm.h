#ifndef MK_GEMM_H
#define MK_GEMM_H

#include "mk_types.h"

// c[m, n] = a[m, k] b[k, n] (+ c if `accumulate`) for every dtype, blocked and threaded, with any strides. What oneDNN offers
// (float32) goes there instead; this serves float64, half precision, integers (which wrap) and bool (or of ands). float16, bfloat16
// accumulate in float32. `c` is row-major with row stride c_row. `batch` products with the given batch strides.
typedef struct {
  int64_t batch, m, n, k;
  int64_t a_batch, a_row, a_column;
  int64_t b_batch, b_row, b_column;
  int64_t c_batch, c_row;
} mk_gemm_shape;

mk_status mk_gemm(mk_dtype dtype, const mk_gemm_shape *shape, bool accumulate, void *c, const void *a,
                  const void *b);

#endif
