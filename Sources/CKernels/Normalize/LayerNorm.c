// Layer normalisation (Ba et al., 2016) and root-mean-square normalisation (Zhang and Sennrich, 2019).
#include "common.h"

typedef struct {
  bool rms;
  int64_t size, part; // part: rows that share a weight and a bias
  double eps;
  void *y; // backward: dx
  const void *dy, *x, *weight, *bias;
  void *mean, *rstd;
  void *sum_weight, *sum_bias; // dweight and dbias, or null
  // Backward: partial sums [sets, chunks, 2, size] of the compute type, or null.
  void *partials;
  int64_t chunk_rows, chunks; // chunks of a part
} layer_norm_context;

#define MK_TEMPLATE "../Normalize/lanes.h"
#include "each_float.h"
#define MK_TEMPLATE "../Normalize/moments.h"
#include "each_float.h"
#define MK_TEMPLATE "../Normalize/layer_norm_rows.h"
#include "each_float.h"

mk_status mk_layer_norm(mk_dtype dtype, bool rms, int64_t rows, int64_t size, int64_t sets, double eps, void *y,
                        const void *x, const void *weight, const void *bias, void *mean, void *rstd) {
  layer_norm_context context = {.rms = rms, .size = size, .part = sets > 0 ? rows / sets : 0, .eps = eps, .y = y,
                                .x = x, .weight = weight, .bias = bias, .mean = mean, .rstd = rstd};
  bool known = MK_PARALLEL_FLOAT(dtype, rows, mk_grain(MK_GRAIN_CHEAP, size), &context, layer_norm);
  return known ? MK_OK : MK_UNSUPPORTED;
}

mk_status mk_layer_norm_backward(mk_dtype dtype, bool rms, int64_t rows, int64_t size, int64_t sets, void *dx,
                                 void *dweight, void *dbias, const void *dy, const void *x, const void *weight,
                                 const void *mean, const void *rstd) {
  if (!mk_is_floating(dtype)) return MK_UNSUPPORTED;
  if (size <= 0) return MK_OK;
  // Chunks depend on the shape only, so that the sums do not depend on the number of threads.
  int64_t chunk_rows = 65536 / size < 8 ? 8 : 65536 / size > 128 ? 128 : 65536 / size;
  int64_t part = sets > 0 ? rows / sets : 0;
  if (chunk_rows > part && part > 0) chunk_rows = part;
  layer_norm_context context = {.rms = rms, .size = size, .part = part, .y = dx, .dy = dy, .x = x,
                                .weight = weight, .mean = (void *)mean, .rstd = (void *)rstd,
                                .sum_weight = dweight, .sum_bias = dbias, .chunk_rows = chunk_rows,
                                .chunks = part > 0 ? (part - 1) / chunk_rows + 1 : 0};
  bool sums = dweight || dbias;
  if (!sums && !dx) return MK_OK;
  size_t capacity = 0, item = dtype == MK_FLOAT64 ? sizeof(double) : sizeof(float);
  if (sums && context.chunks) {
    context.partials = mk_alloc((size_t)(sets * context.chunks * 2 * size) * item, &capacity);
    if (!context.partials) return MK_OUT_OF_MEMORY;
  }
  MK_PARALLEL_FLOAT(dtype, sets * context.chunks, mk_grain(MK_GRAIN_CHEAP, chunk_rows * size), &context,
                    layer_norm_backward);
  if (sums) {
    MK_PARALLEL_FLOAT(dtype, sets * size, mk_grain(MK_GRAIN_CHEAP, context.chunks), &context, layer_norm_combine);
    if (context.partials) mk_free(context.partials, capacity);
  }
  return MK_OK;
}
