#ifndef MK_SORT_H
#define MK_SORT_H

#include "mk_types.h"

// Sorts every line of `lines` (operand 0 the values, operand 1 the input, operand 2 the indices)
// stably. NaN counts as greater than every number. `values` or `indices` (int64) may be null.
mk_status mk_sort(mk_dtype dtype, bool descending, const mk_loop *lines, int64_t length, void *values,
                  int64_t value_stride, const void *x, int64_t x_stride, int64_t *indices,
                  int64_t index_stride);

// The `k` greatest (or least) of every line, in order; equal elements by position.
mk_status mk_topk(mk_dtype dtype, bool largest, const mk_loop *lines, int64_t length, int64_t k, void *values,
                  int64_t value_stride, const void *x, int64_t x_stride, int64_t *indices,
                  int64_t index_stride);

typedef enum MK_CLOSED : uint8_t {
  MK_RANK MK_NAMED("rank"),           // rank k, counted from 0
  MK_MEDIAN MK_NAMED("median"),       // the lower one of two; the first NaN where there is one
  MK_NANMEDIAN MK_NAMED("nanmedian"), // that of the elements that are not NaN
} mk_rank_rule;

// Where the element that a rule names stands in every line (operand 1 of `lines`; operand 2 the
// indices), as if it were sorted stably with NaN last.
mk_status mk_kth(mk_dtype dtype, mk_rank_rule rule, const mk_loop *lines, int64_t length, int64_t k, const void *x,
                 int64_t x_stride, int64_t *indices);

// For every element of `x` the position where it would be inserted into its sorted line of `edges`:
// before equal elements, or after them if `right`. `edge_line_stride` is 0 when all of x shares one
// line.
mk_status mk_searchsorted(mk_dtype dtype, bool right, int64_t lines, int64_t per_line, const void *x,
                          const void *edges, int64_t edge_count, int64_t edge_line_stride, int64_t *out);

#endif
