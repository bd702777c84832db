// How one operation reduces elements of one dtype: what the walk in Reduce.c is given to call.
#ifndef MK_REDUCE_REDUCER_H
#define MK_REDUCE_REDUCER_H

#include "../include/mk_reduce.h"

// The greatest number of accumulators, and so of columns, in one call.
#define MK_REDUCE_TILE 1024
// Elements that are combined in narrow lanes before the result goes to the (wider) accumulator.
#define MK_REDUCE_BLOCK 4096
// Bytes of the greatest accumulator.
#define MK_REDUCE_ACCUMULATOR 16

// `acc` is an array of accumulators, one a kept position. `base` is the position of the first element within the
// reduced dimensions; only reducers that answer with a position read it.
typedef struct {
  size_t size;       // of an accumulator, in bytes
  bool positional;   // elements must be visited in the order of their positions
  bool has_identity; // an empty reduction has a value
  void (*init)(void *acc, int64_t count);
  // acc[k] takes in x[k * row_stride + i] for every i < n.
  void (*rows)(void *acc, const void *x, int64_t rows, int64_t row_stride, int64_t n, int64_t base);
  // acc[j] takes in x[r * row_stride + j] for every r < rows; width <= MK_REDUCE_TILE.
  void (*columns)(void *acc, const void *x, int64_t rows, int64_t row_stride, int64_t width, int64_t base);
  // acc[j] takes in the accumulators of later positions.
  void (*merge)(void *acc, const void *later, int64_t count);
  // Writes results; false when the reducer cannot give that dtype.
  bool (*store)(mk_dtype to, const void *acc, int64_t count, void *out, int64_t stride);
} mk_reducer;

// Null where the operation does not take the dtype.
const mk_reducer *mk_sum_reducer(mk_reduce_op op, mk_dtype dtype);
const mk_reducer *mk_product_reducer(mk_dtype dtype);
const mk_reducer *mk_extreme_reducer(bool greatest, mk_dtype dtype);
const mk_reducer *mk_truth_reducer(bool every, mk_dtype dtype);
const mk_reducer *mk_position_reducer(bool greatest, mk_dtype dtype);

// Stores shared by several reducers: accumulators of double to any floating dtype, of uint64 to int64.
bool mk_store_sums_float(mk_dtype to, const void *acc, int64_t count, void *out, int64_t stride);
bool mk_store_sums_integer(mk_dtype to, const void *acc, int64_t count, void *out, int64_t stride);

#endif
