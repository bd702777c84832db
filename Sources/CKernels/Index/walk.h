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
// Finds out again what is uniform, after a size was changed.
void mk_walk_measure(mk_walk *w);
int64_t mk_walk_count(const mk_walk *w);
void mk_walk_seek(const mk_walk *w, mk_walker *walker, int64_t position);
// Offsets of the next `count` positions; `affine` may be null. False if an index is out of its range.
bool mk_walk_next(const mk_walk *w, mk_walker *walker, int64_t count, int64_t *indexed, int64_t *affine);

// Combines `count` rows of `row` elements: to[to_offset[i] + j * to_stride] op= from[from_offset[i] + j * from_stride]. A null
// `to_offset` means i * to_step, a null `from_offset` i * from_step.
typedef struct {
  const int64_t *to_offset, *from_offset;
  int64_t to_step, from_step;
  int64_t count, row, to_stride, from_stride;
} mk_rows;

MK_INLINE int64_t mk_row_to(const mk_rows *r, int64_t i) { return r->to_offset ? r->to_offset[i] : i * r->to_step; }
MK_INLINE int64_t mk_row_from(const mk_rows *r, int64_t i) {
  return r->from_offset ? r->from_offset[i] : i * r->from_step;
}

typedef void (*mk_row_kernel)(const mk_rows *rows, void *to, const void *from);

// By item size.
mk_row_kernel mk_copy_kernel(size_t item);
// Null for MK_SCATTER_SET and unknown dtypes.
mk_row_kernel mk_combine_kernel(mk_scatter_op op, mk_dtype dtype);

// Whether every line along the innermost dimension has the offsets of the first one, but for where it begins, and lines write
// to different places: as where a list chooses in the last dimension.
bool mk_walk_repeats(const mk_walk *w);
int64_t mk_walk_lines(const mk_walk *w);
// Runs a kernel over lines [begin, end) of such a pass, from `indexed` to `affine` or, with `scatters`, the other way. False if an
// index is out of its range.
bool mk_walk_run_lines(const mk_walk *w, int64_t begin, int64_t end, mk_row_kernel kernel, size_t item, bool scatters,
                       char *indexed, char *affine);

// Whether every index lies in its dimension; reports the first that does not.
mk_status mk_check_indices(const mk_loop *loop, int index_count, const mk_index *indices, int64_t *bad,
                           int *bad_which);

#endif
