// Sorts lines: whole lines to threads, or one long line by several.
#include <stdatomic.h>

#include "../Support/loops.h"
#include "../include/mk_memory.h"
#include "../include/mk_parallel.h"
#include "sort.h"

#define GRAIN 4096
// A line of this length is worth several threads.
#define LONG_LINE 262144

typedef struct {
  mk_dtype dtype;
  bool descending, threaded;
  size_t item;
  const mk_loop *lines;
  int64_t length;
  char *values;
  int64_t value_stride;
  const char *x;
  int64_t x_stride;
  int64_t *indices;
  int64_t index_stride;
  atomic_bool out_of_memory;
} job;

static void sort_small(const job *p, mk_sort_scratch *s, char *values, const char *x, int64_t *indices) {
  uint32_t order[MK_SORT_SMALL];
  if (p->item == 8) {
    mk_make_keys64(p->dtype, p->descending, x, p->x_stride, p->length, s->keys);
    mk_rank_sort64(s->keys, p->length, order);
  } else {
    mk_make_keys32(p->dtype, p->descending, x, p->x_stride, p->length, s->keys);
    mk_rank_sort32(s->keys, p->length, order);
  }
  if (values) mk_take_order(p->item, order, p->length, x, p->x_stride, values, p->value_stride);
  if (indices)
    for (int64_t i = 0; i < p->length; i++) indices[i * p->index_stride] = order[i];
}

static void sort_long(const job *p, mk_sort_scratch *s, char *values, const char *x, int64_t *indices) {
  bool wide = p->item == 8, exact = false;
  if (wide) mk_make_keys64(p->dtype, p->descending, x, p->x_stride, p->length, s->keys);
  else exact = mk_make_keys32(p->dtype, p->descending, x, p->x_stride, p->length, s->keys);
  const uint64_t *pairs = mk_sort_keys(s, mk_key_bits(p->dtype), p->length, p->threaded);
  if (values) {
    // Keys in order are read in sequence, elements by position are not.
    if (exact) mk_elements_of_pairs(p->dtype, p->descending, pairs, p->length, values, p->value_stride);
    else mk_take_pairs(p->item, pairs, p->length, x, p->x_stride, values, p->value_stride);
  }
  if (indices)
    for (int64_t i = 0; i < p->length; i++) indices[i * p->index_stride] = (uint32_t)pairs[i];
}

// Returns false without memory.
static bool sort_very_long(const job *p, mk_sort_scratch *s, char *values, const char *x, int64_t *indices) {
  bool wide = p->item == 8;
  if (wide) mk_make_keys64(p->dtype, p->descending, x, p->x_stride, p->length, s->keys);
  else mk_make_keys32(p->dtype, p->descending, x, p->x_stride, p->length, s->keys);
  size_t capacity;
  mk_sort_entry *entries = mk_merge_sort(s->keys, wide, p->length, &capacity);
  if (!entries) return false;
  for (int64_t i = 0; i < p->length; i++) {
    int64_t position = entries[i].position;
    if (values)
      __builtin_memcpy(values + i * p->value_stride * (int64_t)p->item,
                       x + position * p->x_stride * (int64_t)p->item, p->item);
    if (indices) indices[i * p->index_stride] = position;
  }
  mk_free(entries, capacity);
  return true;
}

static void run(void *context, int64_t begin, int64_t end) {
  job *p = context;
  mk_sort_scratch scratch;
  if (!mk_sort_scratch_make(&scratch, p->dtype, p->length)) {
    atomic_store(&p->out_of_memory, true);
    return;
  }
  mk_cursor cursor;
  mk_cursor_seek(&cursor, p->lines, p->lines->rank, 3, begin);
  for (int64_t line = begin; line < end; line++) {
    char *values = p->values ? p->values + cursor.offset[0] * (int64_t)p->item : NULL;
    const char *x = p->x + cursor.offset[1] * (int64_t)p->item;
    int64_t *indices = p->indices ? p->indices + cursor.offset[2] : NULL;
    if (p->length <= MK_SORT_SMALL) {
      sort_small(p, &scratch, values, x, indices);
    } else if ((uint64_t)p->length <= MK_SORT_NARROW) {
      sort_long(p, &scratch, values, x, indices);
    } else if (!sort_very_long(p, &scratch, values, x, indices)) {
      atomic_store(&p->out_of_memory, true);
      break;
    }
    mk_cursor_next(&cursor, p->lines, p->lines->rank, 3);
  }
  mk_sort_scratch_free(&scratch);
}

mk_status mk_sort(mk_dtype dtype, bool descending, const mk_loop *lines, int64_t length, void *values,
                  int64_t value_stride, const void *x, int64_t x_stride, int64_t *indices,
                  int64_t index_stride) {
  if (mk_item_size(dtype) == 0) return MK_UNSUPPORTED;
  int64_t count = mk_loop_count(lines, lines->rank);
  if (count <= 0 || length <= 0) return MK_OK;
  job p = {.dtype = dtype, .descending = descending, .item = mk_item_size(dtype), .lines = lines,
           .length = length, .values = values, .value_stride = value_stride, .x = x, .x_stride = x_stride,
           .indices = indices, .index_stride = index_stride};
  p.threaded = length >= LONG_LINE && count < mk_thread_count();
  if (p.threaded) run(&p, 0, count);
  else mk_parallel_for(count, length >= GRAIN ? 1 : GRAIN / length, &p, run);
  return atomic_load(&p.out_of_memory) ? MK_OUT_OF_MEMORY : MK_OK;
}
