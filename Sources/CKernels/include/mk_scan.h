#ifndef MK_SCAN_H
#define MK_SCAN_H

#include "mk_types.h"

typedef enum MK_CLOSED : uint8_t {
  MK_SCAN_SUM MK_NAMED("sum"),
  MK_SCAN_PROD MK_NAMED("prod"),
  MK_SCAN_MAX MK_NAMED("max"), // NaN wins and stays; `indices` receives the last position of the running extreme
  MK_SCAN_MIN MK_NAMED("min"),
  MK_SCAN_LOGSUMEXP MK_NAMED("logSumExp"), // floating point
} mk_scan_op;

// Scans `length` elements, `x_stride` apart, of every line of `lines` (operand 0 the output, operand 1 the
// input, operand 2 the indices). `out` has the input's dtype. `indices` is int64, null but for max and min.
mk_status mk_scan(mk_scan_op op, mk_dtype dtype, const mk_loop *lines, int64_t length, void *out,
                  int64_t out_stride, const void *x, int64_t x_stride, int64_t *indices,
                  int64_t index_stride);

#endif
