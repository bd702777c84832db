#ifndef MK_RESAMPLE_H
#define MK_RESAMPLE_H

#include "mk_types.h"

// A sparse matrix [rows, columns] by rows: row i has the entries offsets[i] to offsets[i + 1].
typedef struct {
  int64_t rows, columns;
  const int64_t *offsets;   // [rows + 1], from 0
  const int32_t *positions; // column of each entry, within [0, columns)
  const double *weights;
} mk_sparse;

// Replaces a dimension of x, contiguous [outer, columns, inner], by its product with a sparse
// matrix: out, contiguous [outer, rows, inner], has out[i] = sum over k of weights[k]
// x[positions[k]]. Floating dtypes.
mk_status mk_resample(mk_dtype dtype, const mk_sparse *matrix, int64_t outer, int64_t inner, void *out,
                      const void *x);

#endif
