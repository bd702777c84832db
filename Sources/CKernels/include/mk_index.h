#ifndef MK_INDEX_H
#define MK_INDEX_H

#include "mk_types.h"

typedef enum MK_CLOSED : uint8_t {
  MK_SCATTER_SET MK_NAMED("set"),
  MK_SCATTER_ADD MK_NAMED("add"),
  MK_SCATTER_PROD MK_NAMED("prod"),
  MK_SCATTER_MAX MK_NAMED("max"),
  MK_SCATTER_MIN MK_NAMED("min"),
} mk_scatter_op;

// An index tensor that selects along some dimensions of a source. Indices are int64, may be negative (counted
// from `bound`) and are checked: a bad one gives MK_INDEX_OUT_OF_RANGE, `*bad` the value of the first and `*bad_which` the
// number of its index tensor, and the output's contents then mean nothing.
typedef struct {
  const int64_t *indices; // addressed by the `index_rank` leading loop strides below
  int64_t bound;          // size of the indexed dimension
  int64_t least;          // least index allowed: 0, or -bound where negative ones count from the end
  int64_t step;           // stride of the indexed dimension in the source, in elements
  int64_t stride[MK_MAX_RANK]; // stride of the index tensor along every dimension of the loop
} mk_index;

// out[i] = x[offset(i) + sum over k of indices_k[i] * step_k]: all of gather, index_select, embedding and advanced
// indexing. The loop's operand 0 is the output, operand 1 the source (stride 0 along indexed dimensions).
mk_status mk_gather(mk_dtype dtype, const mk_loop *loop, int index_count, const mk_index *indices, void *out,
                    const void *x, int64_t *bad, int *bad_which);

// The reverse: out[offset(i) + ...] op= x[i]. Operand 0 is the destination (stride 0 along indexed dimensions),
// operand 1 the values. Repeated indices are combined in the order of the loop, whatever the number of threads; with SET the last
// one wins. The destination holds its start values, and keeps them if an index is bad and `check_first` is set.
mk_status mk_scatter(mk_scatter_op op, mk_dtype dtype, const mk_loop *loop, int index_count, const mk_index *indices,
                     bool check_first, void *out, const void *x, int64_t *bad, int *bad_which);

// Positions of the elements that are not zero in a bool line: how many, then their flat positions.
int64_t mk_count_nonzero(const bool *mask, int64_t count);
void mk_nonzero(const bool *mask, int64_t count, int64_t *positions);

// Contiguous select by mask: copies x[i] where mask[i], in order; `out` has room for mk_count_nonzero.
void mk_masked_select(const bool *mask, int64_t count, size_t item_size, const void *x, void *out);

// Which elements of lines are summed at each place: positions [examples, taps, places] in lines of `size` elements, at
// least one, of which every example has `lines`. A position outside of [0, size) has no element, and adds nothing.
typedef struct {
  int64_t examples, lines, size, taps, places;
  const int32_t *positions;
} mk_taps;

// out[n, l, p] = sum over t of weights[n, t, p] x[n, l, positions[n, t, p]], all contiguous, in float32 or float64.
mk_status mk_weighted_gather(mk_dtype dtype, const mk_taps *taps, void *out, const void *x, const void *weights);
// Its gradients: dx [examples, lines, size] and dweights [examples, taps, places], from dout [examples, lines, places].
// Sums are made in the same order for any number of threads.
mk_status mk_weighted_gather_input(mk_dtype dtype, const mk_taps *taps, void *dx, const void *dout,
                                   const void *weights);
mk_status mk_weighted_gather_weight(mk_dtype dtype, const mk_taps *taps, void *dweights, const void *dout,
                                     const void *x);

#endif
