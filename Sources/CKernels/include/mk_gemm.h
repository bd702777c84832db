#ifndef MK_GEMM_H
#define MK_GEMM_H

#include "mk_types.h"

// c[m, n] = a[m, k] b[k, n] (+ c if `accumulate`) for every dtype, blocked and threaded, with any strides. Integers
// wrap, bool is or of ands, float16 and bfloat16 accumulate in float32. `c` is row-major with row stride c_row.
// `batch` products with the given batch strides.
typedef struct {
  int64_t batch, m, n, k;
  int64_t a_batch, a_row, a_column;
  int64_t b_batch, b_row, b_column;
  int64_t c_batch, c_row;
} mk_gemm_shape;

mk_status mk_gemm(mk_dtype dtype, const mk_gemm_shape *shape, bool accumulate, void *c, const void *a,
                  const void *b);

// b[k, n] as panels of `width` columns, each filled up with zeros to `depth`, which is at least k, of the compute
// type: out[panel][depth][width].
mk_status mk_pack_panels(mk_dtype dtype, void *out, const void *b, int64_t k, int64_t n, int64_t b_row,
                         int64_t b_column, int64_t width, int64_t depth);

#endif
