#ifndef MK_REDUCE_H
#define MK_REDUCE_H

#include "mk_types.h"

typedef enum MK_CLOSED : uint8_t {
  MK_REDUCE_SUM MK_NAMED("sum"),
  MK_REDUCE_PROD MK_NAMED("prod"),
  MK_REDUCE_MAX MK_NAMED("max"), // NaN wins
  MK_REDUCE_MIN MK_NAMED("min"),
  MK_REDUCE_ANY MK_NAMED("any"),    // output bool
  MK_REDUCE_ALL MK_NAMED("all"),    // output bool
  MK_REDUCE_ARGMAX MK_NAMED("argmax"), // output int64: the first position of the greatest, counted over the reduced dimensions
  MK_REDUCE_ARGMIN MK_NAMED("argmin"),
  MK_REDUCE_SUM_SQUARES MK_NAMED("sumSquares"),   // floating point
  MK_REDUCE_SUM_ABSOLUTE MK_NAMED("sumAbsolute"),  // floating point
} mk_reduce_op;

// The kept dimensions with the strides of the input and of the output, and the reduced dimensions with the
// strides of the input; both outermost first, merged where they can be.
typedef struct {
  int64_t kept_rank;
  int64_t kept_size[MK_MAX_RANK];
  int64_t kept_stride[MK_MAX_RANK];
  int64_t out_stride[MK_MAX_RANK];
  int64_t reduced_rank;
  int64_t reduced_size[MK_MAX_RANK];
  int64_t reduced_stride[MK_MAX_RANK];
} mk_reduction;

// Sums and products of integers and bools give `out_dtype` int64; floating-point ones may give their own dtype
// or a wider one (float16 to float32, float32 to float64). An empty reduction gives the identity, for the ops
// that have one; callers refuse it for the others. The result does not depend on the number of threads.
mk_status mk_reduce(mk_reduce_op op, mk_dtype dtype, mk_dtype out_dtype, const mk_reduction *r, void *out,
                    const void *x);

#endif
