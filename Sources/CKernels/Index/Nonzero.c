// Where a mask is set. Masks are turned into bits 64 elements at a time; with AVX-512 the selected elements of a vector are
// packed by one instruction, else one after the other without branches.
#include "../Support/clones.h"
#include "../include/mk_index.h"
#include "../include/mk_parallel.h"

#if defined(__x86_64__) && (!defined(MK_LEVEL) || MK_LEVEL == 4)
#include <immintrin.h>
#define PACKED __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,bmi2,popcnt")))
#endif

// Elements of a part, at least, and the greatest number of parts.
#define PART 65536
#define MAX_PARTS 128

MK_CLONES static int64_t count_set(const uint8_t *mask, int64_t n) {
  int64_t count = 0;
  for (int64_t first = 0; first < n; first += 255 * 64) {
    // Byte counters last for 255 rounds.
    int64_t end = n - first < 255 * 64 ? n : first + 255 * 64, i = first;
    uint8_t lanes[64] = {0};
    for (; i + 64 <= end; i += 64)
      for (int l = 0; l < 64; l++) lanes[l] += mask[i + l] != 0;
    for (int l = 0; l < 64; l++) count += lanes[l];
    for (; i < end; i++) count += mask[i] != 0;
  }
  return count;
}

static int64_t positions_plain(const uint8_t *mask, int64_t first, int64_t n, int64_t count, int64_t *out) {
  int64_t found = 0;
  // A store past the last position that is set is never made.
  for (int64_t i = 0; i < n && found < count; i++) {
    out[found] = first + i;
    found += mask[i] != 0;
  }
  return found;
}

#define SELECT(bits, T)                                                                                   \
  static void select_##bits(const uint8_t *mask, int64_t n, int64_t count, const T *x, T *out) {          \
    int64_t found = 0;                                                                                    \
    for (int64_t i = 0; i < n && found < count; i++) {                                                    \
      out[found] = x[i];                                                                                  \
      found += mask[i] != 0;                                                                              \
    }                                                                                                     \
  }
SELECT(8, uint8_t)
SELECT(16, uint16_t)
SELECT(32, uint32_t)
SELECT(64, uint64_t)

#ifdef PACKED
PACKED static uint64_t mask_bits(const uint8_t *mask) {
  __m512i bytes = _mm512_loadu_si512(mask);
  return _mm512_test_epi8_mask(bytes, bytes);
}

// The packed vector is stored under a mask: its other lanes would reach past the end.
PACKED static void positions_packed(const uint8_t *mask, int64_t first, int64_t n, int64_t count, int64_t *out) {
  int64_t i = 0, found = 0;
  const __m512i lanes = _mm512_set_epi64(7, 6, 5, 4, 3, 2, 1, 0);
  for (; i + 64 <= n; i += 64) {
    uint64_t bits = mask_bits(mask + i);
    if (bits == 0) continue;
    __m512i at = _mm512_add_epi64(_mm512_set1_epi64(first + i), lanes);
    for (int v = 0; v < 8; v++) {
      __mmask8 part = (__mmask8)(bits >> 8 * v);
      int taken = __builtin_popcount(part);
      _mm512_mask_storeu_epi64(out + found, (__mmask8)((1u << taken) - 1), _mm512_maskz_compress_epi64(part, at));
      found += taken;
      at = _mm512_add_epi64(at, _mm512_set1_epi64(8));
    }
  }
  positions_plain(mask + i, first + i, n - i, count - found, out + found);
}

PACKED static void select_packed_32(const uint8_t *mask, int64_t n, int64_t count, const uint32_t *x,
                                    uint32_t *out) {
  int64_t i = 0, found = 0;
  for (; i + 64 <= n; i += 64) {
    uint64_t bits = mask_bits(mask + i);
    for (int v = 0; v < 4; v++) {
      __mmask16 part = (__mmask16)(bits >> 16 * v);
      int taken = __builtin_popcount(part);
      __m512i packed = _mm512_maskz_compress_epi32(part, _mm512_loadu_si512(x + i + 16 * v));
      _mm512_mask_storeu_epi32(out + found, (__mmask16)((1u << taken) - 1), packed);
      found += taken;
    }
  }
  select_32(mask + i, n - i, count - found, x + i, out + found);
}

PACKED static void select_packed_64(const uint8_t *mask, int64_t n, int64_t count, const uint64_t *x,
                                    uint64_t *out) {
  int64_t i = 0, found = 0;
  for (; i + 64 <= n; i += 64) {
    uint64_t bits = mask_bits(mask + i);
    for (int v = 0; v < 8; v++) {
      __mmask8 part = (__mmask8)(bits >> 8 * v);
      int taken = __builtin_popcount(part);
      __m512i packed = _mm512_maskz_compress_epi64(part, _mm512_loadu_si512(x + i + 8 * v));
      _mm512_mask_storeu_epi64(out + found, (__mmask8)((1u << taken) - 1), packed);
      found += taken;
    }
  }
  select_64(mask + i, n - i, count - found, x + i, out + found);
}
#endif

static bool can_pack(void) {
#ifdef PACKED
  return __builtin_cpu_supports("x86-64-v4");
#else
  return false;
#endif
}

typedef struct {
  const uint8_t *mask;
  int64_t n, part;
  const void *x; // null: positions are wanted
  size_t item;
  char *out;
  bool pack;
  int64_t counts[MAX_PARTS + 1]; // of the parts; then where each begins in the output
} job;

static void count_part(void *context, int64_t part) {
  job *p = context;
  int64_t first = part * p->part, n = p->n - first < p->part ? p->n - first : p->part;
  p->counts[part + 1] = count_set(p->mask + first, n);
}

static void take_part(void *context, int64_t part) {
  job *p = context;
  int64_t first = part * p->part, n = p->n - first < p->part ? p->n - first : p->part;
  int64_t begin = p->counts[part], count = p->counts[part + 1] - begin;
  const uint8_t *mask = p->mask + first;
  if (!p->x) {
    int64_t *out = (int64_t *)(void *)p->out + begin;
#ifdef PACKED
    if (p->pack) {
      positions_packed(mask, first, n, count, out);
      return;
    }
#endif
    positions_plain(mask, first, n, count, out);
    return;
  }
  const char *x = (const char *)p->x + first * (int64_t)p->item;
  char *out = p->out + begin * (int64_t)p->item;
  switch (p->item) {
    case 1: select_8(mask, n, count, (const void *)x, (void *)out); break;
    case 2: select_16(mask, n, count, (const void *)x, (void *)out); break;
    case 4:
#ifdef PACKED
      if (p->pack) {
        select_packed_32(mask, n, count, (const void *)x, (void *)out);
        break;
      }
#endif
      select_32(mask, n, count, (const void *)x, (void *)out);
      break;
    case 8:
#ifdef PACKED
      if (p->pack) {
        select_packed_64(mask, n, count, (const void *)x, (void *)out);
        break;
      }
#endif
      select_64(mask, n, count, (const void *)x, (void *)out);
      break;
    default: break;
  }
}

static int64_t divide(job *p, int64_t n) {
  p->n = n;
  p->part = PART;
  if (n > PART * MAX_PARTS) p->part = (n - 1) / MAX_PARTS + 1;
  return n <= 0 ? 0 : (n - 1) / p->part + 1;
}

static void count_parts(job *p, int64_t parts) {
  p->counts[0] = 0;
  mk_parallel_tasks(parts, p, count_part);
  for (int64_t part = 0; part < parts; part++) p->counts[part + 1] += p->counts[part];
}

int64_t mk_count_nonzero(const bool *mask, int64_t count) {
  job p;
  p.mask = (const uint8_t *)mask;
  int64_t parts = divide(&p, count);
  count_parts(&p, parts);
  return p.counts[parts];
}

void mk_nonzero(const bool *mask, int64_t count, int64_t *positions) {
  job p;
  p.mask = (const uint8_t *)mask, p.x = NULL, p.item = sizeof *positions, p.out = (char *)positions;
  p.pack = can_pack();
  int64_t parts = divide(&p, count);
  count_parts(&p, parts);
  mk_parallel_tasks(parts, &p, take_part);
}

void mk_masked_select(const bool *mask, int64_t count, size_t item_size, const void *x, void *out) {
  if (count <= 0) return;
  job p;
  p.mask = (const uint8_t *)mask, p.x = x, p.item = item_size, p.out = out;
  p.pack = can_pack();
  int64_t parts = divide(&p, count);
  count_parts(&p, parts);
  mk_parallel_tasks(parts, &p, take_part);
}
