// Weighted sums of chosen elements of lines, and their derivatives.
#include <string.h>

#include "../Support/clones.h"
#include "../include/mk_index.h"
#include "../include/mk_parallel.h"

// Terms that are worth a thread, and places whose sums over lines stay in the nearest cache.
#define MK_TERMS 8192
#define MK_PLACES 256

typedef struct {
  const mk_taps *taps;
  void *out;
  const void *dout, *x, *weights;
} weighted_job;

static int64_t weighted_blocks(const mk_taps *s) { return (s->places - 1) / MK_PLACES + 1; }

#define MK_PASTE_(a, b) a##_##b
#define MK_PASTE(a, b) MK_PASTE_(a, b)
#define MK_FN(name) MK_PASTE(name, MK_SUFFIX)

#define MK_SUFFIX f32
#define MK_C float
#include "weighted_gather_lines.h"
#define MK_SUFFIX f64
#define MK_C double
#include "weighted_gather_lines.h"

typedef void range(void *context, int64_t first, int64_t last);

// Runs `single` or `wide` over items of `terms` products each.
static mk_status run(mk_dtype dtype, weighted_job *job, int64_t items, int64_t terms, range *single, range *wide) {
  if (dtype != MK_FLOAT32 && dtype != MK_FLOAT64) return MK_UNSUPPORTED;
  mk_parallel_for(items, MK_TERMS / (terms > 0 ? terms : 1) + 1, job, dtype == MK_FLOAT32 ? single : wide);
  return MK_OK;
}

mk_status mk_weighted_gather(mk_dtype dtype, const mk_taps *taps, void *out, const void *x, const void *weights) {
  weighted_job job = {.taps = taps, .out = out, .x = x, .weights = weights};
  return run(dtype, &job, taps->examples * taps->lines, taps->taps * taps->places, gather_lines_f32,
             gather_lines_f64);
}

mk_status mk_weighted_gather_input(mk_dtype dtype, const mk_taps *taps, void *dx, const void *dout,
                                   const void *weights) {
  weighted_job job = {.taps = taps, .out = dx, .dout = dout, .weights = weights};
  return run(dtype, &job, taps->examples * taps->lines, taps->taps * taps->places + taps->size, scatter_lines_f32,
             scatter_lines_f64);
}

mk_status mk_weighted_gather_weight(mk_dtype dtype, const mk_taps *taps, void *dweights, const void *dout,
                                     const void *x) {
  weighted_job job = {.taps = taps, .out = dweights, .dout = dout, .x = x};
  if (taps->places <= 0) return MK_OK;
  return run(dtype, &job, taps->examples * taps->taps * weighted_blocks(taps), taps->lines * MK_PLACES,
             weigh_blocks_f32, weigh_blocks_f64);
}
