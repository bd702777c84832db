// Least significant digit radix sort of (key, position) pairs, and what is built on it.
#include "../include/mk_memory.h"
#include "../include/mk_parallel.h"
#include "sort.h"

// Digits of 8 bits keep the counts of short lines small, of 11 bits save a pass over long ones.
#define WIDE_DIGIT 11
#define WIDE_FROM 16384
#define MAX_BUCKETS (1 << WIDE_DIGIT)
// Pairs that make a part for a thread, and the greatest number of parts.
#define PART 65536
#define MAX_PARTS 32

typedef struct {
  const uint64_t *from;
  uint64_t *to;
  int64_t n, part;
  int shift, buckets;
  uint32_t (*counts)[MAX_BUCKETS]; // of every part; then where its next pair of each bucket goes
} pass;

// The clones shift by a variable without the flags, which these loops feel.
MK_CLONES static void count_digits(const uint64_t *from, int64_t n, int shift, uint32_t mask, uint32_t *counts) {
  for (int64_t i = 0; i < n; i++) counts[(uint32_t)(from[i] >> shift) & mask]++;
}

// All digits at once.
MK_CLONES static void count_passes(const uint64_t *from, int64_t n, int digit, int passes,
                                   uint32_t (*counts)[MAX_BUCKETS]) {
  if (digit == 8 && passes == 4) {
    for (int64_t i = 0; i < n; i++) {
      uint32_t key = (uint32_t)(from[i] >> 32);
      counts[0][key & 255]++;
      counts[1][key >> 8 & 255]++;
      counts[2][key >> 16 & 255]++;
      counts[3][key >> 24]++;
    }
    return;
  }
  uint32_t mask = (1u << digit) - 1;
  for (int64_t i = 0; i < n; i++) {
    uint32_t key = (uint32_t)(from[i] >> 32);
    for (int d = 0; d < passes; d++) counts[d][key >> d * digit & mask]++;
  }
}

MK_CLONES static void move_pairs(const uint64_t *from, uint64_t *to, int64_t n, int shift, uint32_t mask,
                                 uint32_t *next) {
  for (int64_t i = 0; i < n; i++) {
    uint64_t pair = from[i];
    to[next[(uint32_t)(pair >> shift) & mask]++] = pair;
  }
}

static void count_part(void *context, int64_t part) {
  const pass *p = context;
  int64_t first = part * p->part, n = p->n - first < p->part ? p->n - first : p->part;
  __builtin_memset(p->counts[part], 0, (size_t)p->buckets * sizeof(uint32_t));
  count_digits(p->from + first, n, p->shift, (uint32_t)p->buckets - 1, p->counts[part]);
}

static void move_part(void *context, int64_t part) {
  const pass *p = context;
  int64_t first = part * p->part, n = p->n - first < p->part ? p->n - first : p->part;
  move_pairs(p->from + first, p->to, n, p->shift, (uint32_t)p->buckets - 1, p->counts[part]);
}

// Counts to first places, bucket by bucket and in a bucket part by part, which keeps the sort stable. False when one
// bucket holds everything, so that there is nothing to do.
static bool place(uint32_t (*counts)[MAX_BUCKETS], int64_t parts, int buckets, int64_t n) {
  uint32_t next = 0;
  for (int b = 0; b < buckets; b++) {
    uint32_t before = next;
    for (int64_t part = 0; part < parts; part++) {
      uint32_t count = counts[part][b];
      counts[part][b] = next;
      next += count;
    }
    if (next - before == n) return false;
  }
  return true;
}

uint64_t *mk_radix_sort(uint64_t *pairs, uint64_t *other, int64_t n, int bits, bool threaded) {
  int digit = n >= WIDE_FROM && bits > 16 ? WIDE_DIGIT : 8;
  int buckets = 1 << digit;
  int64_t parts = 1;
  uint32_t (*counts)[MAX_BUCKETS] = NULL;
  size_t capacity = 0;
  if (threaded && n >= 2 * PART) {
    parts = mk_thread_count();
    if (parts > n / PART) parts = n / PART;
    if (parts > MAX_PARTS) parts = MAX_PARTS;
  }
  if (parts > 1) {
    counts = mk_alloc((size_t)parts * sizeof *counts, &capacity);
    if (!counts) parts = 1;
  }
  if (parts > 1) {
    pass p = {.n = n, .part = (n - 1) / parts + 1, .buckets = buckets, .counts = counts};
    for (int low = 0; low < bits; low += digit) {
      p.from = pairs, p.to = other, p.shift = 32 + low;
      mk_parallel_tasks(parts, &p, count_part);
      if (!place(counts, parts, buckets, n)) continue;
      mk_parallel_tasks(parts, &p, move_part);
      other = pairs;
      pairs = p.to;
    }
    mk_free(counts, capacity);
    return pairs;
  }
  // One thread counts every digit in a single pass.
  uint32_t all[4][MAX_BUCKETS];
  int passes = (bits - 1) / digit + 1;
  uint32_t mask = (uint32_t)buckets - 1;
  for (int d = 0; d < passes; d++) __builtin_memset(all[d], 0, (size_t)buckets * sizeof(uint32_t));
  count_passes(pairs, n, digit, passes, all);
  for (int d = 0; d < passes; d++) {
    if (!place(&all[d], 1, buckets, n)) continue;
    move_pairs(pairs, other, n, 32 + d * digit, mask, all[d]);
    uint64_t *swap = pairs;
    pairs = other;
    other = swap;
  }
  return pairs;
}

// Orders each run of pairs with equal upper keys by the lower halves of their keys.
static void sort_runs(uint64_t *pairs, uint64_t *other, const uint64_t *keys, int64_t n) {
  for (int64_t first = 0; first < n;) {
    int64_t end = first + 1;
    uint64_t upper = pairs[first] >> 32;
    while (end < n && pairs[end] >> 32 == upper) end++;
    int64_t length = end - first;
    if (length > 1) {
      uint64_t *run = pairs + first, *sorted = run;
      for (int64_t i = 0; i < length; i++) run[i] = keys[(uint32_t)run[i]] << 32 | (uint32_t)run[i];
      if (length <= 32) {
        for (int64_t i = 1; i < length; i++) {
          uint64_t pair = run[i];
          int64_t j = i;
          for (; j > 0 && run[j - 1] > pair; j--) run[j] = run[j - 1];
          run[j] = pair;
        }
      } else {
        sorted = mk_radix_sort(run, other, length, 32, false);
      }
      for (int64_t i = 0; i < length; i++) run[i] = upper << 32 | (uint32_t)sorted[i];
    }
    first = end;
  }
}

uint64_t *mk_sort_keys(mk_sort_scratch *s, int bits, int64_t n, bool threaded) {
  if (bits <= 32) {
    const uint32_t *keys = s->keys;
    for (int64_t i = 0; i < n; i++) s->pairs[i] = (uint64_t)keys[i] << 32 | (uint64_t)i;
    return mk_radix_sort(s->pairs, s->other, n, bits, threaded);
  }
  const uint64_t *keys = s->keys;
  for (int64_t i = 0; i < n; i++) s->pairs[i] = (keys[i] & 0xffffffff00000000u) | (uint64_t)i;
  uint64_t *pairs = mk_radix_sort(s->pairs, s->other, n, 32, threaded);
  sort_runs(pairs, pairs == s->pairs ? s->other : s->pairs, keys, n);
  return pairs;
}

mk_sort_entry *mk_merge_sort(const void *keys, bool wide, int64_t n, size_t *capacity) {
  size_t other_capacity = 0;
  mk_sort_entry *a = mk_alloc((size_t)n * sizeof *a, capacity);
  mk_sort_entry *b = a ? mk_alloc((size_t)n * sizeof *b, &other_capacity) : NULL;
  if (!b) {
    if (a) mk_free(a, *capacity);
    return NULL;
  }
  for (int64_t i = 0; i < n; i++) {
    a[i].key = wide ? ((const uint64_t *)keys)[i] : ((const uint32_t *)keys)[i];
    a[i].position = i;
  }
  for (int64_t width = 1; width < n; width *= 2) {
    for (int64_t first = 0; first < n; first += 2 * width) {
      int64_t middle = n - first < width ? n : first + width, end = n - middle < width ? n : middle + width;
      int64_t i = first, j = middle;
      for (int64_t k = first; k < end; k++) {
        bool left = i < middle && (j >= end || a[i].key <= a[j].key);
        b[k] = a[left ? i++ : j++];
      }
    }
    mk_sort_entry *swap = a;
    a = b;
    b = swap;
    size_t swap_capacity = *capacity;
    *capacity = other_capacity;
    other_capacity = swap_capacity;
  }
  mk_free(b, other_capacity);
  return a;
}

bool mk_sort_scratch_make(mk_sort_scratch *s, mk_dtype dtype, int64_t n) {
  size_t count = (size_t)n, key = mk_key_bits(dtype) > 32 ? sizeof(uint64_t) : sizeof(uint32_t);
  *s = (mk_sort_scratch){0};
  s->keys = mk_alloc(count * key, &s->keys_capacity);
  if (!s->keys) return false;
  if (n <= MK_SORT_SMALL || (uint64_t)n > MK_SORT_NARROW) return true;
  s->pairs = mk_alloc(count * sizeof(uint64_t), &s->pairs_capacity);
  s->other = mk_alloc(count * sizeof(uint64_t), &s->other_capacity);
  if (s->pairs && s->other) return true;
  mk_sort_scratch_free(s);
  return false;
}

void mk_sort_scratch_free(mk_sort_scratch *s) {
  if (s->keys) mk_free(s->keys, s->keys_capacity);
  if (s->pairs) mk_free(s->pairs, s->pairs_capacity);
  if (s->other) mk_free(s->other, s->other_capacity);
  *s = (mk_sort_scratch){0};
}
