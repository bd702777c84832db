// Walking a loop with index tensors: positions become offsets, a block at a time, and kernels only see offsets.
#ifndef MK_INDEX_WALK_H
#define MK_INDEX_WALK_H

#include "../Support/clones.h"
#include "../include/mk_index.h"

// Positions whose offsets are worked out together.
#define MK_INDEX_BLOCK 256

// One pass over a loop. `indexed` is the operand that the indices select from, `affine` the other one. The innermost
// dimension, where no index varies along it, is left to the kernel as a row.
typedef struct {
  int64_t rank, size[MK_MAX_RANK];
  int64_t indexed_stride[MK_MAX_RANK], affine_stride[MK_MAX_RANK];
  int64_t row, indexed_row_stride, affine_row_stride; // row is 1 where there is no such dimension
  int64_t indexed_origin, affine_origin;
  int index_count;
  const mk_index *indices;
  int64_t index_origin[MK_MAX_RANK];
  bool uniform;        // affine offsets are affine_origin + position * affine_step
  int64_t affine_step;
} mk_walk;

// Where a pass stands.
typedef struct {
  int64_t at[MK_MAX_RANK];
  int64_t indexed, affine, index[MK_MAX_RANK];
} mk_walker;

// More than MK_MAX_RANK index tensors are not possible. No size of the loop may be 0.
void mk_walk_make(mk_walk *w, const mk_loop *loop, int indexed, int affine, int index_count,
                  const mk_index *indices);
int64_t mk_walk_count(const mk_walk *w);
void mk_walk_seek(const mk_walk *w, mk_walker *walker, int64_t position);
// Offsets of the next `count` positions; `affine` may be null.
void mk_walk_next(const mk_walk *w, mk_walker *walker, int64_t count, int64_t *indexed, int64_t *affine);

// Whether every index lies in its dimension; reports the first that does not.
mk_status mk_check_indices(const mk_loop *loop, int index_count, const mk_index *indices, int64_t *bad,
                           int *bad_which);

// Combines `count` rows of `row` elements: to[to_offset[i] + j * to_stride] op= from[from_offset[i] + j * from_stride]. A null
// `to_offset` means i * row_step.
typedef struct {
  const int64_t *to_offset, *from_offset;
  int64_t to_step;
  int64_t count, row, to_stride, from_stride;
} mk_rows;

typedef void (*mk_row_kernel)(const mk_rows *rows, void *to, const void *from);

// By item size.
mk_row_kernel mk_copy_kernel(size_t item);
// Null for MK_SCATTER_SET and unknown dtypes.
mk_row_kernel mk_combine_kernel(mk_scatter_op op, mk_dtype dtype);

#endif
