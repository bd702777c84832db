// Scatter: every destination element belongs to one thread, which meets the values for it in the
// order of the loop; but many values for few elements are summed by parts.
#include <stdatomic.h>

#include "../Support/dtypes.h"
#include "../Support/copy.h"
#include "../Support/loops.h"
#include "../include/mk_memory.h"
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
  // How the destination is divided: along dimension `split` of the walk (its rank: along the row),
  // or, when that is negative, by ranges of offsets from `low` on.
  int64_t split, low, range, parts;
  char *cells; // of parts that sum for themselves, one after the other
  atomic_bool failed;
} job;

// Walks positions [begin, end) of `w`, and takes the rows whose offset lies in [low, low + range).
static void walk_positions(job *p, const mk_walk *w, int64_t begin, int64_t end, char *out, bool filter, int64_t low,
                           int64_t range) {
  int64_t to[MK_INDEX_BLOCK], from[MK_INDEX_BLOCK];
  mk_walker walker;
  mk_walk_seek(w, &walker, begin);
  bool uniform = w->uniform && !filter;
  mk_rows rows = {.to_offset = to, .from_offset = uniform ? NULL : from, .from_step = w->affine_step, .row = w->row,
                  .to_stride = w->indexed_row_stride, .from_stride = w->affine_row_stride};
  for (int64_t position = begin; position < end; position += MK_INDEX_BLOCK) {
    int64_t n = end - position < MK_INDEX_BLOCK ? end - position : MK_INDEX_BLOCK;
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
    p->kernel(&rows, out, p->x + origin * (int64_t)p->item);
  }
}

// Walks the whole of `w`.
static void walk(job *p, const mk_walk *w, bool filter, int64_t low, int64_t range) {
  if (filter || !mk_walk_repeats(w))
    walk_positions(p, w, 0, mk_walk_count(w), p->out, filter, low, range);
  else if (!mk_walk_run_lines(w, 0, mk_walk_lines(w), p->kernel, p->item, true, p->out, (char *)p->x))
    atomic_store(&p->failed, true);
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

// Sums a part of the values into cells of its own.
static void run_share(void *context, int64_t part) {
  job *p = context;
  int64_t count = mk_walk_count(&p->walk), each = (count - 1) / p->parts + 1, begin = part * each;
  int64_t end = count - begin < each ? count : begin + each;
  if (begin < end)
    walk_positions(p, &p->walk, begin, end, p->cells + (part * p->range - p->low) * (int64_t)p->item, false, 0, 0);
}

// The offsets that the destination can be written at.
static void measure(job *p, int index_count, const mk_index *indices) {
  const mk_walk *w = &p->walk;
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
}

// Sums many values into few cells by parts, each with cells of its own, that are then added in
// order. How many there are does not depend on the number of threads, and so neither do the sums.
// False where this does not pay.
static bool run_shares(job *p, mk_dtype dtype) {
  const mk_walk *w = &p->walk;
  bool half = dtype == MK_FLOAT16 || dtype == MK_BFLOAT16;
  if (w->row != 1 || half || dtype == MK_BOOL || p->range > 65536) return false;
  int64_t least = 4 * p->range < 65536 ? 65536 : 4 * p->range;
  p->parts = mk_walk_count(w) / least;
  if (p->parts > 16) p->parts = 16;
  if (p->parts < 2) return false;
  size_t capacity;
  p->cells = mk_alloc((size_t)(p->parts * p->range) * p->item, &capacity);
  if (!p->cells) return false;
  // Of floating point -0, which changes no number that it is added to.
  double nothing = -0.0;
  float nothing32 = -0.0f;
  int64_t zero = 0;
  const void *first = dtype == MK_FLOAT32 ? (const void *)&nothing32 : dtype == MK_FLOAT64 ? (const void *)&nothing : &zero;
  mk_fill_line(p->item, p->parts * p->range, p->cells, first);
  mk_parallel_tasks(p->parts, p, run_share);
  mk_rows rows = {.to_offset = &p->low, .count = 1, .row = p->range, .to_stride = 1, .from_stride = 1};
  for (int64_t part = 0; part < p->parts; part++)
    p->kernel(&rows, p->out, p->cells + part * p->range * (int64_t)p->item);
  mk_free(p->cells, capacity);
  return true;
}

// Divides the destination among the threads.
static void run_all(job *p, int64_t total) {
  const mk_walk *w = &p->walk;
  int threads = total < 2 * GRAIN ? 1 : mk_thread_count();
  if (threads == 1) {
    walk(p, w, false, 0, 0);
    return;
  }
  // Rows that are long enough are cut; else a dimension that the destination has itself; else the
  // destination's offsets.
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
  measure(&p, index_count, indices);
  if (op != MK_SCATTER_ADD || !run_shares(&p, dtype)) run_all(&p, total);
  return atomic_load(&p.failed) ? mk_check_indices(loop, index_count, indices, bad, bad_which) : MK_OK;
}
