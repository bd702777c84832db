// The first k of every line: candidates by a bound that most elements fail, then a sort of those few.
#include <stdatomic.h>

#include "../Support/loops.h"
#include "../include/mk_memory.h"
#include "../include/mk_parallel.h"
#include "select.h"

#define GRAIN 16384

typedef struct {
  mk_dtype dtype;
  bool largest;
  size_t item;
  const mk_loop *lines;
  int64_t length, k;
  char *values;
  int64_t value_stride;
  const char *x;
  int64_t x_stride;
  int64_t *indices;
  int64_t index_stride;
  bool select;
  atomic_bool out_of_memory;
} job;

// What one thread works in.
typedef struct {
  mk_sort_scratch line;       // its keys; its pairs only once a line has to be sorted whole
  mk_sort_scratch candidates; // pairs to sort the lanes' minima and the candidates
  uint32_t *order;            // positions in the line, in order
  uint32_t *equal;
  void *minima;               // of the lanes; later the ranks of the candidates
  size_t order_capacity, equal_capacity, minima_capacity;
} workplace;

static void workplace_free(workplace *w) {
  mk_sort_scratch_free(&w->line);
  mk_sort_scratch_free(&w->candidates);
  if (w->order) mk_free(w->order, w->order_capacity);
  if (w->equal) mk_free(w->equal, w->equal_capacity);
  if (w->minima) mk_free(w->minima, w->minima_capacity);
}

static bool workplace_make(workplace *w, const job *p) {
  *w = (workplace){0};
  bool made;
  if (p->select) {
    int64_t lanes = mk_select_lanes(p->k), room = mk_select_room(p->k);
    size_t key = p->item == 8 ? sizeof(uint64_t) : sizeof(uint32_t);
    w->line.keys = mk_alloc((size_t)p->length * key, &w->line.keys_capacity);
    w->order = mk_alloc((size_t)room * sizeof(uint32_t), &w->order_capacity);
    w->equal = mk_alloc((size_t)(p->k + 1) * sizeof(uint32_t), &w->equal_capacity);
    w->minima = mk_alloc((size_t)(lanes > room ? lanes : room) * sizeof(uint64_t), &w->minima_capacity);
    made = w->line.keys && w->order && w->equal && w->minima &&
           mk_sort_scratch_make(&w->candidates, p->dtype, lanes > room ? lanes : room);
  } else {
    w->order = mk_alloc((size_t)MK_SORT_SMALL * sizeof(uint32_t), &w->order_capacity);
    made = w->order && mk_sort_scratch_make(&w->line, p->dtype, p->length);
  }
  if (!made) workplace_free(w);
  return made;
}

static void make_keys(const job *p, const char *x, void *keys) {
  if (p->item == 8) mk_make_keys64(p->dtype, p->largest, x, p->x_stride, p->length, keys);
  else mk_make_keys32(p->dtype, p->largest, x, p->x_stride, p->length, keys);
}

static uint64_t key_at(const job *p, const void *keys, int64_t i) {
  return p->item == 8 ? ((const uint64_t *)keys)[i] : ((const uint32_t *)keys)[i];
}

// Replaces keys in the candidates' scratch by their order, as positions in `order`.
static void order_keys(const job *p, workplace *w, int64_t n, uint32_t *order) {
  if (n <= MK_SORT_SMALL) {
    if (p->item == 8) mk_rank_sort64(w->candidates.keys, n, order);
    else mk_rank_sort32(w->candidates.keys, n, order);
    return;
  }
  const uint64_t *pairs = mk_sort_keys(&w->candidates, mk_key_bits(p->dtype), n, false);
  for (int64_t i = 0; i < n; i++) order[i] = (uint32_t)pairs[i];
}

// The k-th smallest of the lanes' minima.
static uint64_t bound_of(const job *p, workplace *w, int64_t lanes) {
  size_t key = p->item == 8 ? sizeof(uint64_t) : sizeof(uint32_t);
  if (lanes <= MK_SORT_SMALL) {
    uint32_t order[MK_SORT_SMALL];
    if (p->item == 8) mk_rank_sort64(w->minima, lanes, order);
    else mk_rank_sort32(w->minima, lanes, order);
    return key_at(p, w->minima, order[p->k - 1]);
  }
  __builtin_memcpy(w->candidates.keys, w->minima, (size_t)lanes * key);
  const uint64_t *pairs = mk_sort_keys(&w->candidates, mk_key_bits(p->dtype), lanes, false);
  return key_at(p, w->minima, (uint32_t)pairs[p->k - 1]);
}

// Positions of the first k in w->order; false when too many elements pass the bound.
static bool select_few(const job *p, workplace *w, const char *x) {
  make_keys(p, x, w->line.keys);
  int64_t lanes = mk_select_lanes(p->k), room = mk_select_room(p->k), below, ties;
  if (p->item == 8) {
    mk_lane_minima64(w->line.keys, p->length, lanes, w->minima);
    uint64_t bound = bound_of(p, w, lanes);
    below = mk_collect64(w->line.keys, p->length, bound, room, w->order, p->k, w->equal, &ties);
  } else {
    mk_lane_minima32(w->line.keys, p->length, lanes, w->minima);
    uint32_t bound = (uint32_t)bound_of(p, w, lanes);
    below = mk_collect32(w->line.keys, p->length, bound, room, w->order, p->k, w->equal, &ties);
  }
  if (below < 0) return false;
  for (int64_t i = 0; i < below; i++) {
    if (p->item == 8) ((uint64_t *)w->candidates.keys)[i] = key_at(p, w->line.keys, w->order[i]);
    else ((uint32_t *)w->candidates.keys)[i] = (uint32_t)key_at(p, w->line.keys, w->order[i]);
  }
  // The minima are not needed any more.
  uint32_t *ranks = w->minima;
  order_keys(p, w, below, ranks);
  int64_t taken = below < p->k ? below : p->k;
  for (int64_t i = 0; i < taken; i++) ranks[i] = w->order[ranks[i]];
  for (int64_t i = taken; i < p->k; i++) ranks[i] = w->equal[i - taken];
  __builtin_memcpy(w->order, ranks, (size_t)p->k * sizeof(uint32_t));
  return true;
}

static void give_order(const job *p, const uint32_t *order, char *values, const char *x, int64_t *indices) {
  if (values) mk_take_order(p->item, order, p->k, x, p->x_stride, values, p->value_stride);
  if (indices)
    for (int64_t i = 0; i < p->k; i++) indices[i * p->index_stride] = order[i];
}

// Returns false without memory.
static bool sort_whole(const job *p, workplace *w, char *values, const char *x, int64_t *indices) {
  if (p->length <= MK_SORT_SMALL) {
    make_keys(p, x, w->line.keys);
    if (p->item == 8) mk_rank_sort64(w->line.keys, p->length, w->order);
    else mk_rank_sort32(w->line.keys, p->length, w->order);
    give_order(p, w->order, values, x, indices);
    return true;
  }
  if ((uint64_t)p->length > MK_SORT_NARROW) {
    make_keys(p, x, w->line.keys);
    size_t capacity;
    mk_sort_entry *entries = mk_merge_sort(w->line.keys, p->item == 8, p->length, &capacity);
    if (!entries) return false;
    for (int64_t i = 0; i < p->k; i++) {
      int64_t position = entries[i].position;
      if (values)
        __builtin_memcpy(values + i * p->value_stride * (int64_t)p->item,
                         x + position * p->x_stride * (int64_t)p->item, p->item);
      if (indices) indices[i * p->index_stride] = position;
    }
    mk_free(entries, capacity);
    return true;
  }
  if (!w->line.pairs) {
    mk_sort_scratch_free(&w->line);
    if (!mk_sort_scratch_make(&w->line, p->dtype, p->length)) return false;
  }
  make_keys(p, x, w->line.keys);
  const uint64_t *pairs = mk_sort_keys(&w->line, mk_key_bits(p->dtype), p->length, false);
  if (values) mk_take_pairs(p->item, pairs, p->k, x, p->x_stride, values, p->value_stride);
  if (indices)
    for (int64_t i = 0; i < p->k; i++) indices[i * p->index_stride] = (uint32_t)pairs[i];
  return true;
}

static void run(void *context, int64_t begin, int64_t end) {
  job *p = context;
  workplace w;
  if (!workplace_make(&w, p)) {
    atomic_store(&p->out_of_memory, true);
    return;
  }
  mk_cursor cursor;
  mk_cursor_seek(&cursor, p->lines, p->lines->rank, 3, begin);
  for (int64_t line = begin; line < end; line++) {
    char *values = p->values ? p->values + cursor.offset[0] * (int64_t)p->item : NULL;
    const char *x = p->x + cursor.offset[1] * (int64_t)p->item;
    int64_t *indices = p->indices ? p->indices + cursor.offset[2] : NULL;
    if (p->select && select_few(p, &w, x)) {
      give_order(p, w.order, values, x, indices);
    } else if (!sort_whole(p, &w, values, x, indices)) {
      atomic_store(&p->out_of_memory, true);
      break;
    }
    mk_cursor_next(&cursor, p->lines, p->lines->rank, 3);
  }
  workplace_free(&w);
}

mk_status mk_topk(mk_dtype dtype, bool largest, const mk_loop *lines, int64_t length, int64_t k, void *values,
                  int64_t value_stride, const void *x, int64_t x_stride, int64_t *indices,
                  int64_t index_stride) {
  if (mk_item_size(dtype) == 0) return MK_UNSUPPORTED;
  int64_t count = mk_loop_count(lines, lines->rank);
  if (count <= 0 || length <= 0 || k <= 0) return MK_OK;
  if (k > length) k = length;
  job p = {.dtype = dtype, .largest = largest, .item = mk_item_size(dtype), .lines = lines, .length = length,
           .k = k, .values = values, .value_stride = value_stride, .x = x, .x_stride = x_stride,
           .indices = indices, .index_stride = index_stride};
  p.select = length > MK_SORT_SMALL && (uint64_t)length <= MK_SORT_NARROW && k <= length / 4 &&
             length >= 2 * mk_select_lanes(k);
  mk_parallel_for(count, length >= GRAIN ? 1 : GRAIN / length, &p, run);
  return atomic_load(&p.out_of_memory) ? MK_OUT_OF_MEMORY : MK_OK;
}
