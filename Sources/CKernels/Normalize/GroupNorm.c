// Group normalisation (Wu and He, 2018): rows of several channels, each with a weight and a bias of
// its own.
#include "common.h"

typedef struct {
  int64_t groups, channels, inner; // channels of a group, elements of a channel
  double eps;
  void *y; // backward: dx, or null
  const void *dy, *x, *weight, *bias;
  void *mean, *rstd;
  // Backward: sums of dy * (x - mean) and of dy over each channel of each element, [batch, channels
  // of all groups] of the compute type; and what they become.
  void *moments, *plains;
  int64_t batch;
  void *sum_weight, *sum_bias;
} group_norm_context;

#define MK_TEMPLATE "../Normalize/lanes.h"
#include "each_float.h"
#define MK_TEMPLATE "../Normalize/moments.h"
#include "each_float.h"
#define MK_TEMPLATE "../Normalize/group_norm_rows.h"
#include "each_float.h"

mk_status mk_group_norm(mk_dtype dtype, int64_t batch, int64_t groups, int64_t channels, int64_t inner, double eps,
                        void *y, const void *x, const void *weight, const void *bias, void *mean, void *rstd) {
  group_norm_context context = {.groups = groups, .channels = channels, .inner = inner, .eps = eps, .y = y, .x = x,
                                .weight = weight, .bias = bias, .mean = mean, .rstd = rstd};
  bool known = MK_PARALLEL_FLOAT(dtype, batch * groups, mk_grain(MK_GRAIN_CHEAP, channels * inner), &context,
                                 group_norm);
  return known ? MK_OK : MK_UNSUPPORTED;
}

mk_status mk_group_norm_backward(mk_dtype dtype, int64_t batch, int64_t groups, int64_t channels, int64_t inner,
                                 void *dx, void *dweight, void *dbias, const void *dy, const void *x,
                                 const void *weight, const void *mean, const void *rstd) {
  if (!mk_is_floating(dtype)) return MK_UNSUPPORTED;
  size_t all = (size_t)(groups * channels), item = dtype == MK_FLOAT64 ? sizeof(double) : sizeof(float), capacity;
  char *sums = mk_alloc(2 * (size_t)batch * all * item + 64, &capacity);
  if (!sums) return MK_OUT_OF_MEMORY;
  group_norm_context context = {.groups = groups, .channels = channels, .inner = inner, .y = dx, .dy = dy, .x = x,
                                .weight = weight, .mean = (void *)mean, .rstd = (void *)rstd, .moments = sums,
                                .plains = sums + (size_t)batch * all * item, .batch = batch,
                                .sum_weight = dweight, .sum_bias = dbias};
  MK_PARALLEL_FLOAT(dtype, batch * groups, mk_grain(MK_GRAIN_CHEAP, channels * inner), &context,
                    group_norm_backward);
  if (dweight || dbias)
    MK_PARALLEL_FLOAT(dtype, groups * channels, mk_grain(MK_GRAIN_CHEAP, batch), &context, group_norm_combine);
  mk_free(sums, capacity);
  return MK_OK;
}
