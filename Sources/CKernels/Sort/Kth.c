// The element of a rank in every line, without sorting it: the bucket that it lies in, digit by
// digit.
#include <stdatomic.h>

#include "../Support/loops.h"
#include "../include/mk_memory.h"
#include "../include/mk_parallel.h"
#include "sort.h"

#define GRAIN 8192
#define WIDE_DIGIT 11
// Keys that make a part for a thread, and the number of parts of a long line.
#define PART 65536
#define PARTS 4

// Of one part, with room to count twice.
typedef uint32_t kth_counts[2 << WIDE_DIGIT];

typedef struct {
  const void *keys;
  int64_t n, part;
  int shift;
  uint32_t mask;
  uint64_t prefix;
  void *taken;
  int64_t first[PARTS]; // where each part puts what it takes
  kth_counts *counts;
} kth_pass;

typedef struct {
  mk_dtype dtype;
  mk_rank_rule rule;
  size_t item;
  const mk_loop *lines;
  int64_t length, k;
  const char *x;
  int64_t x_stride;
  int64_t *indices;
  atomic_bool out_of_memory;
} job;

#define K uint32_t
#define W 32
#include "kth_template.h"
#define K uint64_t
#define W 64
#include "kth_template.h"

typedef struct {
  const job *p;
  const char *x;
  void *keys;
} key_job;

static void make_keys(void *context, int64_t begin, int64_t end) {
  const key_job *k = context;
  const job *p = k->p;
  const char *x = k->x + begin * p->x_stride * (int64_t)p->item;
  if (p->item == 8) mk_make_keys64(p->dtype, false, x, p->x_stride, end - begin, (uint64_t *)k->keys + begin);
  else mk_make_keys32(p->dtype, false, x, p->x_stride, end - begin, (uint32_t *)k->keys + begin);
}

static void run(void *context, int64_t begin, int64_t end) {
  job *p = context;
  size_t key = p->item == 8 ? sizeof(uint64_t) : sizeof(uint32_t), keys_capacity, taken_capacity, counts_capacity;
  void *keys = mk_alloc((size_t)p->length * key, &keys_capacity);
  void *taken = mk_alloc((size_t)p->length * key, &taken_capacity);
  kth_counts *counts = mk_alloc(PARTS * sizeof *counts, &counts_capacity);
  if (keys && taken && counts) {
    mk_cursor cursor;
    mk_cursor_seek(&cursor, p->lines, p->lines->rank, 3, begin);
    for (int64_t line = begin; line < end; line++) {
      key_job k = {p, p->x + cursor.offset[1] * (int64_t)p->item, keys};
      mk_parallel_for(p->length, PART, &k, make_keys);
      p->indices[cursor.offset[2]] = p->item == 8 ? find64(p, keys, taken, counts) : find32(p, keys, taken, counts);
      mk_cursor_next(&cursor, p->lines, p->lines->rank, 3);
    }
  } else {
    atomic_store(&p->out_of_memory, true);
  }
  if (keys) mk_free(keys, keys_capacity);
  if (taken) mk_free(taken, taken_capacity);
  if (counts) mk_free(counts, counts_capacity);
}

mk_status mk_kth(mk_dtype dtype, mk_rank_rule rule, const mk_loop *lines, int64_t length, int64_t k, const void *x,
                 int64_t x_stride, int64_t *indices) {
  if (mk_item_size(dtype) == 0) return MK_UNSUPPORTED;
  int64_t count = mk_loop_count(lines, lines->rank);
  if (count <= 0 || length <= 0) return MK_OK;
  if (k < 0 || k >= length) return MK_INDEX_OUT_OF_RANGE;
  job p = {.dtype = dtype, .rule = rule, .item = mk_item_size(dtype), .lines = lines, .length = length, .k = k,
           .x = x, .x_stride = x_stride, .indices = indices};
  // A long line is worth several threads.
  if (length >= 2 * PART && count < mk_thread_count()) run(&p, 0, count);
  else mk_parallel_for(count, length >= GRAIN ? 1 : GRAIN / length, &p, run);
  return atomic_load(&p.out_of_memory) ? MK_OUT_OF_MEMORY : MK_OK;
}
