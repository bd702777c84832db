#ifndef MK_NORMALIZE_H
#define MK_NORMALIZE_H

#include "mk_types.h"

// All kernels here take float32, float64, float16 and bfloat16. A [outer, size, inner] contiguous
// layout is normalised over `size`.

mk_status mk_softmax(mk_dtype dtype, bool log, int64_t outer, int64_t size, int64_t inner, void *out,
                     const void *x);
// dx from dy and the forward result y.
mk_status mk_softmax_backward(mk_dtype dtype, bool log, int64_t outer, int64_t size, int64_t inner, void *dx,
                              const void *dy, const void *y);

// Normalises rows of [rows, size]: y = (x - mean) * rstd * weight + bias. weight and bias [sets, size], one for
// each of equal parts of the rows, may be null. `rms` leaves the mean out. mean and rstd [rows] are float32 (float64 for float64);
// mean may be null with `rms`.
mk_status mk_layer_norm(mk_dtype dtype, bool rms, int64_t rows, int64_t size, int64_t sets, double eps, void *y,
                        const void *x, const void *weight, const void *bias, void *mean, void *rstd);
// Any of dx, dweight, dbias may be null.
mk_status mk_layer_norm_backward(mk_dtype dtype, bool rms, int64_t rows, int64_t size, int64_t sets, void *dx,
                                 void *dweight, void *dbias, const void *dy, const void *x,
                                 const void *weight, const void *mean, const void *rstd);

// Group normalisation of [batch, groups * channels, inner]: each group of `channels` channels of an
// element is brought to mean 0 and variance 1; weight and bias [groups * channels] may be null.
// mean and rstd [batch, groups] as above.
mk_status mk_group_norm(mk_dtype dtype, int64_t batch, int64_t groups, int64_t channels, int64_t inner, double eps,
                        void *y, const void *x, const void *weight, const void *bias, void *mean, void *rstd);
// Any of dx, dweight, dbias may be null.
mk_status mk_group_norm_backward(mk_dtype dtype, int64_t batch, int64_t groups, int64_t channels, int64_t inner,
                                 void *dx, void *dweight, void *dbias, const void *dy, const void *x,
                                 const void *weight, const void *mean, const void *rstd);

// Batch normalisation over [outer, channels, inner]: statistics of every channel over outer and
// inner. mk_batch_stats gives the mean and the biased variance (float32, or float64 for float64).
mk_status mk_batch_stats(mk_dtype dtype, int64_t outer, int64_t channels, int64_t inner, void *mean,
                         void *variance, const void *x);
// y = (x - mean) * rstd * weight + bias with one value per channel; weight and bias may be null;
// mean and rstd are float32 (float64 for float64).
mk_status mk_batch_norm(mk_dtype dtype, int64_t outer, int64_t channels, int64_t inner, void *y,
                        const void *x, const void *mean, const void *rstd, const void *weight,
                        const void *bias);
// Gradients through the statistics (`training`) or with constant statistics. dx, dweight, dbias may
// be null.
mk_status mk_batch_norm_backward(mk_dtype dtype, bool training, int64_t outer, int64_t channels,
                                 int64_t inner, void *dx, void *dweight, void *dbias, const void *dy,
                                 const void *x, const void *mean, const void *rstd, const void *weight);

// Cross entropy of [rows, classes] logits with int64 labels: the fused log-softmax and pick. Writes
// losses[rows] (the dtype's) and lse[rows] (float32, or float64 for float64): the log-sum-exp less
// the row's greatest logit, which keeps its precision when logits are large. A label equal to
// `ignored` gives 0. A label outside the classes gives MK_INDEX_OUT_OF_RANGE and `*bad`, before
// anything is written.
mk_status mk_cross_entropy(mk_dtype dtype, int64_t rows, int64_t classes, const void *logits,
                           const int64_t *labels, int64_t ignored, void *losses, void *lse, int64_t *bad);
// dlogits = (softmax - one-hot) * dlosses[row * step]; rows with the ignored label get 0.
mk_status mk_cross_entropy_backward(mk_dtype dtype, int64_t rows, int64_t classes, const void *logits,
                                    const int64_t *labels, int64_t ignored, const void *lse,
                                    const void *dlosses, int64_t dlosses_step, void *dlogits);

#endif
