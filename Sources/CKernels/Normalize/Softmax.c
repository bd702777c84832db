// Softmax and log-softmax over one dimension, and their gradients.
#include "common.h"

typedef struct {
  bool log;
  int64_t size, inner;
  void *out;
  const void *x, *y; // backward: x is dy
} softmax_context;

// Columns that advance together: enough that memory is read in long runs, few enough that their state and a
// few hundred rows of them stay in the cache.
#define MK_COLUMNS 128

// Longest half-precision row whose exponentials are kept.
#define MK_STAGED 4096

#define MK_TEMPLATE "../Normalize/lanes.h"
#include "each_float.h"
#define MK_TEMPLATE "../Normalize/reduce_rows.h"
#include "each_float.h"
#define MK_TEMPLATE "../Normalize/softmax_rows.h"
#include "each_float.h"
#define MK_TEMPLATE "../Normalize/softmax_columns.h"
#include "each_float.h"

mk_status mk_softmax(mk_dtype dtype, bool log, int64_t outer, int64_t size, int64_t inner, void *out,
                     const void *x) {
  if (!mk_is_floating(dtype)) return MK_UNSUPPORTED;
  if (outer <= 0 || size <= 0 || inner <= 0) return MK_OK;
  softmax_context context = {log, size, inner, out, x, NULL};
  if (inner == 1) {
    MK_PARALLEL_FLOAT(dtype, outer, mk_grain(MK_GRAIN_COSTLY, size), &context, softmax_rows);
  } else {
    int64_t blocks = (inner - 1) / MK_COLUMNS + 1, width = inner < MK_COLUMNS ? inner : MK_COLUMNS;
    MK_PARALLEL_FLOAT(dtype, outer * blocks, mk_grain(MK_GRAIN_COSTLY, size * width), &context,
                      softmax_columns);
  }
  return MK_OK;
}

mk_status mk_softmax_backward(mk_dtype dtype, bool log, int64_t outer, int64_t size, int64_t inner, void *dx,
                              const void *dy, const void *y) {
  if (!mk_is_floating(dtype)) return MK_UNSUPPORTED;
  if (outer <= 0 || size <= 0 || inner <= 0) return MK_OK;
  softmax_context context = {log, size, inner, dx, dy, y};
  int64_t elements = log ? MK_GRAIN_COSTLY : MK_GRAIN_CHEAP;
  if (inner == 1) {
    MK_PARALLEL_FLOAT(dtype, outer, mk_grain(elements, size), &context, softmax_rows_backward);
  } else {
    int64_t blocks = (inner - 1) / MK_COLUMNS + 1, width = inner < MK_COLUMNS ? inner : MK_COLUMNS;
    MK_PARALLEL_FLOAT(dtype, outer * blocks, mk_grain(elements, size * width), &context,
                      softmax_columns_backward);
  }
  return MK_OK;
}
