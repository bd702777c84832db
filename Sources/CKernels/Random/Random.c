#include <math.h>

#include "../Support/dtypes.h"
#include "../include/mk_parallel.h"
#include "fill.h"
#include "philox.h"

// Groups that make a task worth a thread.
#define GRAIN 128

static double rounded(mk_dtype dtype, double v) {
  switch (dtype) {
    case MK_FLOAT32: return (float)v;
    case MK_FLOAT16: return mk_load_f16(mk_store_f16((float)v));
    case MK_BFLOAT16: return mk_load_bf16(mk_store_bf16((float)v));
    default: return v;
  }
}

// The greatest value of a dtype below b, which is one of its values.
static double below(mk_dtype dtype, double b) {
  if (dtype == MK_FLOAT64) return nextafter(b, -INFINITY);
  if (dtype == MK_FLOAT32) return nextafterf((float)b, -INFINITY);
  uint16_t bits = dtype == MK_FLOAT16 ? mk_store_f16((float)b) : mk_store_bf16((float)b);
  if ((bits & 0x7fff) == 0) bits = 0x8001;
  else bits = (uint16_t)(bits & 0x8000 ? bits + 1 : bits - 1);
  return dtype == MK_FLOAT16 ? mk_load_f16(bits) : mk_load_bf16(bits);
}

// Draws of 32 bits below this mean an event of probability p; the result may be 2^32.
static uint64_t threshold(double p) {
  if (!(p > 0)) return 0;
  return p >= 1 ? (uint64_t)1 << 32 : (uint64_t)(p * 0x1p32 + 0.5);
}

static uint64_t counters(bool wide, int64_t count) {
  uint64_t draws = wide ? MK_PHILOX_WIDE_DRAWS : MK_PHILOX_DRAWS;
  return count <= 0 ? 0 : (((uint64_t)count - 1) / draws + 1) * MK_PHILOX_LANES;
}

uint64_t mk_random_counters(mk_random_kind kind, mk_dtype dtype, int64_t count) {
  return counters(mk_fill_is_wide(kind, dtype), count);
}

typedef struct {
  mk_fill fill;
  mk_fill_kernel kernel;
} job;

static void run(void *context, int64_t begin, int64_t end) {
  const job *p = context;
  p->kernel(&p->fill, begin, end);
}

mk_status mk_random(mk_random_kind kind, mk_dtype dtype, uint64_t seed, uint64_t offset, int64_t count,
                    double a, double b, int64_t low, int64_t high, void *out) {
  mk_fill_kernel kernel = mk_fill_kernel_for(kind, dtype);
  if (!kernel) return MK_UNSUPPORTED;
  job p = {{.seed = seed, .offset = offset, .count = count, .a = a, .b = b, .limit = INFINITY, .low = low,
            .range = (uint64_t)high - (uint64_t)low, .out = out},
           kernel};
  if (kind == MK_RANDOM_UNIFORM) {
    // As many bits as the dtype has, so that rounding moves no draw up to the next one.
    p.fill.shift = dtype == MK_FLOAT16 ? 32 - 11 : dtype == MK_BFLOAT16 ? 32 - 8 : 32 - 24;
    double end = rounded(dtype, b);
    if (end > rounded(dtype, a)) p.fill.limit = below(dtype, end);
  }
  if (kind == MK_RANDOM_BERNOULLI) {
    uint64_t least = threshold(a);
    p.fill.always = least > UINT32_MAX;
    p.fill.least = (uint32_t)least;
  }
  int64_t groups = (int64_t)(mk_random_counters(kind, dtype, count) / MK_PHILOX_LANES);
  mk_parallel_for(groups, GRAIN, &p, run);
  return MK_OK;
}

MK_CLONES static void wide_draws(uint64_t seed, uint64_t block, int64_t groups, uint64_t *draws) {
  const mk_philox_keys keys = mk_philox_schedule(seed);
  for (int64_t g = 0; g < groups; g++)
    mk_philox_wide_draws(&keys, block + (uint64_t)g * MK_PHILOX_LANES, draws + g * MK_PHILOX_WIDE_DRAWS);
}

void mk_random_permutation(uint64_t seed, uint64_t offset, int64_t count, int64_t *out) {
  enum { AT_ONCE = 256 };
  uint64_t draws[AT_ONCE];
  for (int64_t i = 0; i < count; i++) out[i] = i;
  for (int64_t first = 0; first < count; first += AT_ONCE) {
    int64_t n = count - first < AT_ONCE ? count - first : AT_ONCE;
    wide_draws(seed, offset + (uint64_t)(first / MK_PHILOX_WIDE_DRAWS) * MK_PHILOX_LANES,
               AT_ONCE / MK_PHILOX_WIDE_DRAWS, draws);
    for (int64_t k = 0; k < n; k++) {
      draws[k] = (uint64_t)((unsigned __int128)draws[k] * (uint64_t)(first + k + 1) >> 64);
      __builtin_prefetch(out + draws[k], 1);
    }
    // Element i changes places with one of those up to itself: the shuffle of Fisher and Yates, forwards.
    for (int64_t k = 0; k < n; k++) {
      int64_t moved = out[first + k];
      out[first + k] = out[draws[k]];
      out[draws[k]] = moved;
    }
  }
}

void mk_philox(uint64_t seed, uint64_t offset, uint32_t out[4]) {
  const mk_philox_keys keys = mk_philox_schedule(seed);
  mk_philox_8 p = mk_philox_lanes(&keys, (mk_u64x8)offset);
  for (int j = 0; j < 4; j++) out[j] = (uint32_t)p.word[j][0];
}

typedef struct {
  mk_dtype dtype;
  uint64_t seed, offset, dropped; // draws below `dropped` drop their element
  float scale;
  double scale_f64;
  int64_t count;
  void *out;
  bool *mask;
  const void *x;
} dropout;

#define DROPOUT(s, code, S, C)                                                                      \
  MK_CLONES static void dropout_##s(const dropout *p, C scale, int64_t first, int64_t last) {       \
    bool none = p->dropped > UINT32_MAX;                                                            \
    uint32_t dropped = (uint32_t)p->dropped;                                                        \
    const mk_philox_keys keys = mk_philox_schedule(p->seed);                                        \
    for (int64_t group = first; group < last; group++) {                                            \
      uint32_t draws[MK_PHILOX_DRAWS];                                                              \
      mk_philox_draws(&keys, p->offset + (uint64_t)group * MK_PHILOX_LANES, draws);                 \
      int64_t start = group * MK_PHILOX_DRAWS;                                                      \
      int64_t n = p->count - start < MK_PHILOX_DRAWS ? p->count - start : MK_PHILOX_DRAWS;          \
      const S *x = (const S *)p->x + start;                                                         \
      S *out = (S *)p->out + start;                                                                 \
      bool *mask = p->mask + start;                                                                 \
      for (int64_t i = 0; i < n; i++) {                                                             \
        bool keep = !none & (draws[i] >= dropped);                                                  \
        C v = mk_load_##s(x[i]) * scale;                                                            \
        out[i] = mk_store_##s(keep ? v : 0);                                                        \
        mask[i] = keep;                                                                             \
      }                                                                                             \
    }                                                                                               \
  }
MK_EACH_FLOAT(DROPOUT)
#undef DROPOUT

static void run_dropout(void *context, int64_t begin, int64_t end) {
  const dropout *p = context;
  switch (p->dtype) {
    case MK_FLOAT32: dropout_f32(p, p->scale, begin, end); break;
    case MK_FLOAT64: dropout_f64(p, p->scale_f64, begin, end); break;
    case MK_FLOAT16: dropout_f16(p, p->scale, begin, end); break;
    default: dropout_bf16(p, p->scale, begin, end); break;
  }
}

mk_status mk_dropout(mk_dtype dtype, uint64_t seed, uint64_t offset, double p, int64_t count, void *out,
                     bool *mask, const void *x) {
  if ((unsigned)dtype > MK_BFLOAT16) return MK_UNSUPPORTED;
  double scale = p < 1 ? 1 / (1 - p) : 0;
  dropout d = {dtype, seed, offset, threshold(p), (float)scale, scale, count, out, mask, x};
  mk_parallel_for((int64_t)(counters(false, count) / MK_PHILOX_LANES), GRAIN, &d, run_dropout);
  return MK_OK;
}
