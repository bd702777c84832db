#include <stdatomic.h>

#include "../Support/dtypes.h"
#include "../Support/loops.h"
#include "../include/mk_parallel.h"
#include "walk.h"

#define GRAIN 16384

typedef struct {
  mk_walk walk;
  mk_row_kernel copy;
  size_t item;
  char *out;
  const char *x;
  atomic_bool failed;
} job;

static void run(void *context, int64_t begin, int64_t end) {
  job *p = context;
  const mk_walk *w = &p->walk;
  int64_t from[MK_INDEX_BLOCK], to[MK_INDEX_BLOCK];
  mk_walker walker;
  mk_walk_seek(w, &walker, begin);
  mk_rows rows = {.to_offset = w->uniform ? NULL : to, .from_offset = from, .to_step = w->affine_step,
                  .row = w->row, .to_stride = w->affine_row_stride, .from_stride = w->indexed_row_stride};
  for (int64_t position = begin; position < end; position += rows.count) {
    rows.count = end - position < MK_INDEX_BLOCK ? end - position : MK_INDEX_BLOCK;
    if (!mk_walk_next(w, &walker, rows.count, from, w->uniform ? NULL : to)) {
      atomic_store(&p->failed, true);
      return;
    }
    int64_t origin = w->uniform ? position * w->affine_step : 0;
    p->copy(&rows, p->out + origin * (int64_t)p->item, p->x);
  }
}

static void run_lines(void *context, int64_t begin, int64_t end) {
  job *p = context;
  if (!mk_walk_run_lines(&p->walk, begin, end, p->copy, p->item, false, (char *)p->x, p->out))
    atomic_store(&p->failed, true);
}

mk_status mk_gather(mk_dtype dtype, const mk_loop *loop, int index_count, const mk_index *indices, void *out,
                    const void *x, int64_t *bad, int *bad_which) {
  if (mk_item_size(dtype) == 0 || index_count < 0 || index_count > MK_MAX_RANK) return MK_UNSUPPORTED;
  if (mk_loop_count(loop, loop->rank) <= 0) return MK_OK;
  job p = {.item = mk_item_size(dtype), .copy = mk_copy_kernel(mk_item_size(dtype)), .out = out, .x = x};
  mk_walk_make(&p.walk, loop, 1, 0, index_count, indices);
  if (mk_walk_repeats(&p.walk)) {
    int64_t lines = mk_walk_lines(&p.walk), each = mk_walk_count(&p.walk) / lines * p.walk.row;
    mk_parallel_for(lines, each >= GRAIN ? 1 : GRAIN / each, &p, run_lines);
  } else {
    mk_parallel_for(mk_walk_count(&p.walk), p.walk.row >= GRAIN ? 1 : GRAIN / p.walk.row, &p, run);
  }
  return atomic_load(&p.failed) ? mk_check_indices(loop, index_count, indices, bad, bad_which) : MK_OK;
}
