// Scatter: every destination element belongs to one thread, which meets the values for it in the order of the loop.
#include <stdatomic.h>

#include "../Support/dtypes.h"
#include "../Support/loops.h"
#include "../include/mk_parallel.h"
#include "walk.h"

#define GRAIN 16384
// Bytes of a row that are worth a thread.
#define ROW_BYTES 256

typedef struct {
  mk_walk walk;
  mk_row_kernel kernel;
  size_t item;
  char *out;
  const char *x;
  // How the destination is divided: along dimension `split` of the walk (its rank: along the row), or, when that is
  // negative, by ranges of offsets from `low` on.
  int64_t split, low, range, parts;
  atomic_bool failed;
} job;

// Walks the whole of `w`, and takes the rows whose offset lies in [low, low + range).
static void walk(job *p, const mk_walk *w, bool filter, int64_t low, int64_t range) {
  if (!filter && mk_walk_repeats(w)) {
    if (!mk_walk_run_lines(w, 0, mk_walk_lines(w), p->kernel, p->item, true, p->out, (char *)p->x))
      atomic_store(&p->failed, true);
    return;
  }
  int64_t to[MK_INDEX_BLOCK], from[MK_INDEX_BLOCK];
  int64_t count = mk_walk_count(w);
  mk_walker walker;
  mk_walk_seek(w, &walker, 0);
  bool uniform = w->uniform && !filter;
  mk_rows rows = {.to_offset = to, .from_offset = uniform ? NULL : from, .from_step = w->affine_step, .row = w->row,
                  .to_stride = w->indexed_row_stride, .from_stride = w->affine_row_stride};
  for (int64_t position = 0; position < count; position += MK_INDEX_BLOCK) {
    int64_t n = count - position < MK_INDEX_BLOCK ? count - position : MK_INDEX_BLOCK;
    if (!mk_walk_next(w, &walker, n, to, uniform ? NULL : from)) {
      atomic_store(&p->failed, true);
      return;
    }
    rows.count = n;
    if (filter) {
      rows.count = 0;
      for (int64_t i = 0; i < n; i++) {
        int64_t offset = to[i], source = from[i];
        to[rows.count] = offset;
        from[rows.count] = source;
        rows.count += (uint64_t)(offset - low) < (uint64_t)range;
      }
    }
    int64_t origin = uniform ? w->affine_origin + position * w->affine_step : 0;
    p->kernel(&rows, p->out, p->x + origin * (int64_t)p->item);
  }
}

// Restricts one dimension of the walk to [begin, end).
static void run_split(void *context, int64_t begin, int64_t end) {
  job *p = context;
  mk_walk w = p->walk;
  int64_t d = p->split;
  if (d == w.rank) {
    w.indexed_origin += begin * w.indexed_row_stride;
    w.affine_origin += begin * w.affine_row_stride;
    w.row = end - begin;
  } else {
    w.indexed_origin += begin * w.indexed_stride[d];
    w.affine_origin += begin * w.affine_stride[d];
    for (int k = 0; k < w.index_count; k++) w.index_origin[k] += begin * w.indices[k].stride[d];
    w.size[d] = end - begin;
    mk_walk_measure(&w);
  }
  walk(p, &w, false, 0, 0);
}

static void run_range(void *context, int64_t part) {
  job *p = context;
  int64_t each = p->range / p->parts + 1;
  walk(p, &p->walk, true, p->low + part * each, each);
}

// Divides the destination among the threads.
static void run_all(job *p, int index_count, const mk_index *indices, int64_t total) {
  const mk_walk *w = &p->walk;
  int threads = total < 2 * GRAIN ? 1 : mk_thread_count();
  if (threads == 1) {
    walk(p, w, false, 0, 0);
    return;
  }
  // Rows that are long enough are cut; else a dimension that the destination has itself; else the destination's offsets.
  int64_t row_grain = w->indexed_row_stride == 1 ? ROW_BYTES / (int64_t)p->item : 1;
  if (w->row >= threads * row_grain && w->indexed_row_stride != 0) {
    p->split = w->rank;
    mk_parallel_for(w->row, row_grain, p, run_split);
    return;
  }
  for (int64_t d = 0; d < w->rank; d++)
    if (w->size[d] >= threads && w->indexed_stride[d] != 0) {
      p->split = d;
      mk_parallel_for(w->size[d], 1, p, run_split);
      return;
    }
  int64_t high = 0;
  for (int k = 0; k < index_count; k++) {
    int64_t reach = (indices[k].bound - 1) * indices[k].step;
    if (reach < 0) p->low += reach;
    else high += reach;
  }
  for (int64_t d = 0; d < w->rank; d++) {
    int64_t reach = (w->size[d] - 1) * w->indexed_stride[d];
    if (reach < 0) p->low += reach;
    else high += reach;
  }
  p->range = high - p->low + 1;
  p->parts = threads;
  mk_parallel_tasks(p->parts, p, run_range);
}

mk_status mk_scatter(mk_scatter_op op, mk_dtype dtype, const mk_loop *loop, int index_count, const mk_index *indices,
                     bool check_first, void *out, const void *x, int64_t *bad, int *bad_which) {
  size_t item = mk_item_size(dtype);
  if (item == 0 || index_count < 0 || index_count > MK_MAX_RANK) return MK_UNSUPPORTED;
  int64_t total = mk_loop_count(loop, loop->rank);
  if (total <= 0) return MK_OK;
  mk_status status = check_first ? mk_check_indices(loop, index_count, indices, bad, bad_which) : MK_OK;
  if (status != MK_OK) return status;
  job p = {.kernel = op == MK_SCATTER_SET ? mk_copy_kernel(item) : mk_combine_kernel(op, dtype), .item = item,
           .out = out, .x = x, .split = -1};
  if (!p.kernel) return MK_UNSUPPORTED;
  mk_walk_make(&p.walk, loop, 0, 1, index_count, indices);
  run_all(&p, index_count, indices, total);
  return atomic_load(&p.failed) ? mk_check_indices(loop, index_count, indices, bad, bad_which) : MK_OK;
}
