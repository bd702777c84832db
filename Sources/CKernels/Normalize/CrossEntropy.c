// Cross entropy of logits and class labels: log-softmax and pick in one pass over the logits.
#include "common.h"

typedef struct {
  int64_t classes, ignored, step;
  const void *logits;
  const int64_t *labels;
  void *losses, *lse;
  const void *sums, *dlosses; // backward: what the forward pass wrote to `lse`, and the incoming gradient
  void *dlogits;
} cross_entropy_context;

#define MK_TEMPLATE "../Normalize/lanes.h"
#include "each_float.h"
#define MK_TEMPLATE "../Normalize/reduce_rows.h"
#include "each_float.h"
#define MK_TEMPLATE "../Normalize/cross_entropy_rows.h"
#include "each_float.h"

// The first row with a label outside of the classes, or -1.
static int64_t bad_row(int64_t rows, int64_t classes, const int64_t *labels, int64_t ignored) {
  for (int64_t r = 0; r < rows; r++) {
    if ((uint64_t)labels[r] >= (uint64_t)classes && labels[r] != ignored) return r;
  }
  return -1;
}

mk_status mk_cross_entropy(mk_dtype dtype, int64_t rows, int64_t classes, const void *logits,
                           const int64_t *labels, int64_t ignored, void *losses, void *lse, int64_t *bad) {
  if (!mk_is_floating(dtype)) return MK_UNSUPPORTED;
  int64_t row = bad_row(rows, classes, labels, ignored);
  if (row >= 0) {
    if (bad) *bad = labels[row];
    return MK_INDEX_OUT_OF_RANGE;
  }
  cross_entropy_context context = {.classes = classes, .ignored = ignored, .logits = logits,
                                   .labels = labels, .losses = losses, .lse = lse};
  MK_PARALLEL_FLOAT(dtype, rows, mk_grain(MK_GRAIN_COSTLY, classes), &context, cross_entropy);
  return MK_OK;
}

mk_status mk_cross_entropy_backward(mk_dtype dtype, int64_t rows, int64_t classes, const void *logits,
                                    const int64_t *labels, int64_t ignored, const void *lse,
                                    const void *dlosses, int64_t dlosses_step, void *dlogits) {
  if (!mk_is_floating(dtype)) return MK_UNSUPPORTED;
  if (bad_row(rows, classes, labels, ignored) >= 0) return MK_INDEX_OUT_OF_RANGE;
  cross_entropy_context context = {.classes = classes, .ignored = ignored, .step = dlosses_step,
                                   .logits = logits, .labels = labels, .sums = lse, .dlosses = dlosses,
                                   .dlogits = dlogits};
  MK_PARALLEL_FLOAT(dtype, rows, mk_grain(MK_GRAIN_COSTLY, classes), &context, cross_entropy_backward);
  return MK_OK;
}
