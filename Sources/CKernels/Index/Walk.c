#include "walk.h"

#include <stdatomic.h>

#include "../include/mk_parallel.h"

void mk_walk_make(mk_walk *w, const mk_loop *loop, int indexed, int affine, int index_count,
                  const mk_index *indices) {
  *w = (mk_walk){.rank = loop->rank, .row = 1, .indexed_row_stride = 1, .affine_row_stride = 1,
                 .index_count = index_count, .indices = indices};
  for (int64_t d = 0; d < loop->rank; d++) {
    w->size[d] = loop->size[d];
    w->indexed_stride[d] = loop->stride[indexed][d];
    w->affine_stride[d] = loop->stride[affine][d];
  }
  if (w->rank > 0) {
    int64_t last = w->rank - 1;
    bool varies = false;
    for (int k = 0; k < index_count; k++) varies |= indices[k].stride[last] != 0;
    if (!varies) {
      w->rank = last;
      w->row = w->size[last];
      w->indexed_row_stride = w->indexed_stride[last];
      w->affine_row_stride = w->affine_stride[last];
    }
  }
  mk_walk_measure(w);
}

void mk_walk_measure(mk_walk *w) {
  w->uniform = true;
  w->affine_step = 0;
  int64_t expected = 0;
  bool seen = false;
  for (int64_t d = w->rank - 1; d >= 0; d--) {
    if (w->size[d] == 1) continue;
    if (!seen) w->affine_step = w->affine_stride[d];
    else if (w->affine_stride[d] != expected) w->uniform = false;
    expected = w->affine_stride[d] * w->size[d];
    seen = true;
  }
}

int64_t mk_walk_count(const mk_walk *w) {
  int64_t count = 1;
  for (int64_t d = 0; d < w->rank; d++) count *= w->size[d];
  return count;
}

void mk_walk_seek(const mk_walk *w, mk_walker *walker, int64_t position) {
  walker->indexed = w->indexed_origin;
  walker->affine = w->affine_origin;
  for (int k = 0; k < w->index_count; k++) walker->index[k] = w->index_origin[k];
  for (int64_t d = w->rank - 1; d >= 0; d--) {
    int64_t i = position % w->size[d];
    position /= w->size[d];
    walker->at[d] = i;
    walker->indexed += i * w->indexed_stride[d];
    walker->affine += i * w->affine_stride[d];
    for (int k = 0; k < w->index_count; k++) walker->index[k] += i * w->indices[k].stride[d];
  }
}

// Moves `by` positions along the innermost dimension, at most to its end.
static void advance(const mk_walk *w, mk_walker *walker, int64_t by) {
  for (int64_t d = w->rank - 1; d >= 0; d--) {
    // Outer dimensions advance by one, and by nothing but a whole turn of what is inside.
    int64_t next = walker->at[d] + by;
    int64_t back = next < w->size[d] ? 0 : w->size[d];
    int64_t step = by - back;
    walker->at[d] += step;
    walker->indexed += step * w->indexed_stride[d];
    walker->affine += step * w->affine_stride[d];
    for (int k = 0; k < w->index_count; k++) walker->index[k] += step * w->indices[k].stride[d];
    if (back == 0) return;
    by = 1;
  }
}

MK_CLONES static void progress(int64_t n, int64_t first, int64_t stride, int64_t *offsets) {
  for (int64_t i = 0; i < n; i++) offsets[i] = first + i * stride;
}

// Offsets of indices into a dimension, from a progression on or, with `add`, from what is in `offsets` on. Whether all of the
// indices lie within [least, bound): loops look at each only once. Offsets of indices outside may wrap around.
#define PLACE(index, start, factor)                                                           \
  for (int64_t i = 0; i < n; i++) {                                                           \
    int64_t at = index;                                                                       \
    outside |= (at >= bound) | (at < least);                                                  \
    offsets[i] = (int64_t)((uint64_t)(start) + (uint64_t)(at + (at >> 63 & bound)) factor);   \
  }
MK_CLONES static bool place_indices(int64_t n, int64_t first, int64_t stride, const mk_index *index,
                                    const int64_t *indices, int64_t index_stride, bool add, int64_t *offsets) {
  int64_t bound = index->bound, least = index->least, step = index->step;
  int64_t outside = 0;
  if (add) {
    PLACE(indices[i * index_stride], offsets[i], *step)
  } else if (index_stride == 1 && step == 1) {
    PLACE(indices[i], first + i * stride, )
  } else if (index_stride == 1) {
    PLACE(indices[i], first + i * stride, *step)
  } else {
    PLACE(indices[i * index_stride], first + i * stride, *step)
  }
  return !outside;
}
#undef PLACE

bool mk_walk_next(const mk_walk *w, mk_walker *walker, int64_t count, int64_t *indexed, int64_t *affine) {
  int64_t last = w->rank - 1;
  bool inside = true;
  for (int64_t done = 0; done < count;) {
    int64_t n = 1, indexed_stride = 0, affine_stride = 0;
    if (last >= 0) {
      n = w->size[last] - walker->at[last];
      if (n > count - done) n = count - done;
      indexed_stride = w->indexed_stride[last];
      affine_stride = w->affine_stride[last];
    }
    if (affine) progress(n, walker->affine, affine_stride, affine + done);
    if (w->index_count == 0) progress(n, walker->indexed, indexed_stride, indexed + done);
    for (int k = 0; k < w->index_count; k++) {
      const mk_index *index = &w->indices[k];
      inside &= place_indices(n, walker->indexed, indexed_stride, index, index->indices + walker->index[k],
                              last >= 0 ? index->stride[last] : 0, k > 0, indexed + done);
    }
    advance(w, walker, n);
    done += n;
  }
  return inside;
}

bool mk_walk_repeats(const mk_walk *w) {
  if (w->rank < 2 || w->size[w->rank - 1] == 1) return false;
  for (int64_t d = 0; d < w->rank - 1; d++) {
    if (w->size[d] == 1) continue;
    if (w->indexed_stride[d] == 0) return false;
    for (int k = 0; k < w->index_count; k++)
      if (w->indices[k].stride[d] != 0) return false;
  }
  return true;
}

int64_t mk_walk_lines(const mk_walk *w) { return mk_walk_count(w) / w->size[w->rank - 1]; }

bool mk_walk_run_lines(const mk_walk *w, int64_t begin, int64_t end, mk_row_kernel kernel, size_t item, bool scatters,
                       char *indexed, char *affine) {
  // Long stretches, since each goes through every line anew.
  enum { STRETCH = 4096 };
  int64_t offsets[STRETCH], last = w->rank - 1;
  // The first line alone, and the lines without what is along them.
  mk_walk line = *w, lines = *w;
  for (int64_t d = 0; d < last; d++) line.size[d] = 1;
  line.indexed_origin = line.affine_origin = 0;
  lines.size[last] = 1;
  mk_rows rows = {.row = w->row};
  if (scatters) {
    rows.to_offset = offsets;
    rows.from_step = w->affine_stride[last];
    rows.to_stride = w->indexed_row_stride;
    rows.from_stride = w->affine_row_stride;
  } else {
    rows.from_offset = offsets;
    rows.to_step = w->affine_stride[last];
    rows.to_stride = w->affine_row_stride;
    rows.from_stride = w->indexed_row_stride;
  }
  for (int64_t first = 0; first < w->size[last]; first += STRETCH) {
    rows.count = w->size[last] - first < STRETCH ? w->size[last] - first : STRETCH;
    mk_walker walker;
    mk_walk_seek(&line, &walker, first);
    if (!mk_walk_next(&line, &walker, rows.count, offsets, NULL)) return false;
    for (int64_t i = begin; i < end; i++) {
      mk_walk_seek(&lines, &walker, i);
      char *at = indexed + walker.indexed * (int64_t)item;
      char *beside = affine + (walker.affine + first * w->affine_stride[last]) * (int64_t)item;
      if (scatters) kernel(&rows, at, beside);
      else kernel(&rows, beside, at);
    }
  }
  return true;
}

// The part of a loop that one index tensor varies along.
typedef struct {
  const mk_index *index;
  int64_t rank, size[MK_MAX_RANK], stride[MK_MAX_RANK], inner, inner_stride;
  atomic_bool failed;
} check;

MK_CLONES static bool line_in_bounds(const int64_t *indices, int64_t stride, int64_t n, int64_t least,
                                     int64_t bound) {
  bool inside = true;
  if (stride == 1) {
    for (int64_t i = 0; i < n; i++) inside &= (indices[i] < bound) & (indices[i] >= least);
  } else {
    for (int64_t i = 0; i < n; i++) inside &= (indices[i * stride] < bound) & (indices[i * stride] >= least);
  }
  return inside;
}

static int64_t line_offset(const check *c, int64_t line) {
  int64_t offset = 0;
  for (int64_t d = c->rank - 1; d >= 0; d--) {
    offset += line % c->size[d] * c->stride[d];
    line /= c->size[d];
  }
  return offset;
}

static void check_range(void *context, int64_t begin, int64_t end) {
  check *c = context;
  while (begin < end) {
    int64_t first = begin % c->inner, n = end - begin < c->inner - first ? end - begin : c->inner - first;
    const int64_t *line = c->index->indices + line_offset(c, begin / c->inner) + first * c->inner_stride;
    if (!line_in_bounds(line, c->inner_stride, n, c->index->least, c->index->bound)) {
      atomic_store(&c->failed, true);
      return;
    }
    begin += n;
  }
}

mk_status mk_check_indices(const mk_loop *loop, int index_count, const mk_index *indices, int64_t *bad,
                           int *bad_which) {
  for (int k = 0; k < index_count; k++) {
    check c = {.index = &indices[k], .inner = 1, .inner_stride = 1};
    int64_t count = 1;
    for (int64_t d = 0; d < loop->rank; d++) {
      if (indices[k].stride[d] == 0 || loop->size[d] == 1) continue;
      c.size[c.rank] = loop->size[d];
      c.stride[c.rank] = indices[k].stride[d];
      // Merged where it goes on without a gap.
      if (c.rank > 0 && c.stride[c.rank - 1] == c.stride[c.rank] * c.size[c.rank]) {
        c.size[c.rank - 1] *= c.size[c.rank];
        c.stride[c.rank - 1] = c.stride[c.rank];
      } else {
        c.rank++;
      }
      count *= loop->size[d];
    }
    if (c.rank > 0) {
      c.rank--;
      c.inner = c.size[c.rank];
      c.inner_stride = c.stride[c.rank];
    }
    mk_parallel_for(count, 65536, &c, check_range);
    if (!atomic_load(&c.failed)) continue;
    for (int64_t i = 0; i < count; i++) {
      int64_t index = indices[k].indices[line_offset(&c, i / c.inner) + i % c.inner * c.inner_stride];
      if (index >= indices[k].bound || index < indices[k].least) {
        if (bad) *bad = index;
        if (bad_which) *bad_which = k;
        return MK_INDEX_OUT_OF_RANGE;
      }
    }
  }
  return MK_OK;
}
