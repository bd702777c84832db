// Evenly spaced numbers.
#include "../Support/copy.h"
#include "../include/mk_parallel.h"
#include "task.h"

#pragma clang fp contract(off)

#define BLOCK 512

typedef struct {
  mk_dtype dtype;
  char *out;
  int64_t count, half;
  double start, end, step;
  int64_t first, distance;
} job;

MK_CLONES static void forwards(int64_t n, int64_t i, double start, double step, double *out) {
  for (int64_t k = 0; k < n; k++) out[k] = start + (double)(i + k) * step;
}

MK_CLONES static void backwards(int64_t n, int64_t left, double end, double step, double *out) {
  for (int64_t k = 0; k < n; k++) out[k] = end - (double)(left - k) * step;
}

MK_CLONES static void integers(int64_t n, uint64_t first, uint64_t distance, int64_t *out) {
  for (int64_t k = 0; k < n; k++) out[k] = (int64_t)(first + (uint64_t)k * distance);
}

static void run(void *context, int64_t begin, int64_t end) {
  const job *p = context;
  mk_kernel *convert = mk_cast_kernel(MK_FLOAT64, p->dtype);
  double block[BLOCK];
  for (int64_t i = begin, n; i < end; i += n) {
    int64_t stop = i < p->half && p->half < end ? p->half : end;
    n = stop - i < BLOCK ? stop - i : BLOCK;
    void *out = p->out + i * (int64_t)mk_item_size(p->dtype);
    double *numbers = p->dtype == MK_FLOAT64 ? out : block;
    if (i < p->half) forwards(n, i, p->start, p->step, numbers);
    else backwards(n, p->count - 1 - i, p->end, p->step, numbers);
    if (numbers == block) convert(n, out, block, 0, 0, 1);
  }
}

mk_status mk_progression(mk_dtype dtype, int64_t count, double start, double end, double step, int64_t half,
                         void *out) {
  if (mk_item_size(dtype) == 0) return MK_UNSUPPORTED;
  job p = {.dtype = dtype, .out = out, .count = count, .half = half, .start = start, .end = end, .step = step};
  mk_parallel_for(count, MK_GRAIN_LIGHT, &p, run);
  return MK_OK;
}

static void run_integers(void *context, int64_t begin, int64_t end) {
  const job *p = context;
  mk_kernel *convert = mk_cast_kernel(MK_INT64, p->dtype);
  int64_t block[BLOCK];
  for (int64_t i = begin; i < end; i += BLOCK) {
    int64_t n = end - i < BLOCK ? end - i : BLOCK;
    void *out = p->out + i * (int64_t)mk_item_size(p->dtype);
    int64_t *numbers = p->dtype == MK_INT64 ? out : block;
    integers(n, (uint64_t)p->first + (uint64_t)i * (uint64_t)p->distance, (uint64_t)p->distance, numbers);
    if (numbers == block) convert(n, out, block, 0, 0, 1);
  }
}

mk_status mk_integer_progression(mk_dtype dtype, int64_t count, int64_t first, int64_t distance, void *out) {
  if (mk_item_size(dtype) == 0) return MK_UNSUPPORTED;
  job p = {.dtype = dtype, .out = out, .count = count, .first = first, .distance = distance};
  mk_parallel_for(count, MK_GRAIN_LIGHT, &p, run_integers);
  return MK_OK;
}
