// Fused optimizer steps. Updates follow PyTorch's, operation by operation, in the dtype's compute type.
#include "../include/mk_optimize.h"

#include <math.h>

#include "../include/mk_parallel.h"

typedef struct {
  const mk_sgd *options;
  void *parameter, *buffer;
  const void *gradient;
} sgd_context;

typedef struct {
  const mk_adam *options;
  void *parameter, *average, *square, *max_square;
  const void *gradient;
  double negative_rate, denominator_scale; // -lr / bias correction 1, 1 / sqrt(bias correction 2)
} adam_context;

typedef struct {
  const mk_rmsprop *options;
  void *parameter, *square, *buffer, *average;
  const void *gradient;
} rmsprop_context;

#define MK_TEMPLATE "../Optimize/steps.h"
#include "../Normalize/each_float.h"

// Elements a thread: a step moves several arrays, so threads pay off early.
#define MK_GRAIN 8192

#define MK_DISPATCH(name)                                                                                  \
  switch (dtype) {                                                                                         \
    case MK_FLOAT32: mk_parallel_for(count, MK_GRAIN, &context, name##_f32); return MK_OK;                 \
    case MK_FLOAT64: mk_parallel_for(count, MK_GRAIN, &context, name##_f64); return MK_OK;                 \
    case MK_FLOAT16: mk_parallel_for(count, MK_GRAIN, &context, name##_f16); return MK_OK;                 \
    case MK_BFLOAT16: mk_parallel_for(count, MK_GRAIN, &context, name##_bf16); return MK_OK;               \
    default: return MK_UNSUPPORTED;                                                                        \
  }

mk_status mk_sgd_step(mk_dtype dtype, const mk_sgd *o, int64_t count, void *parameter, const void *gradient,
                      void *momentum_buffer) {
  sgd_context context = {o, parameter, momentum_buffer, gradient};
  MK_DISPATCH(sgd)
}

mk_status mk_adam_step(mk_dtype dtype, const mk_adam *o, int64_t count, void *parameter,
                       const void *gradient, void *average, void *square, void *max_square) {
  double correction1 = 1 - pow(o->beta1, (double)o->step), correction2 = 1 - pow(o->beta2, (double)o->step);
  adam_context context = {o, parameter, average, square, max_square, gradient,
                          -(o->learning_rate / correction1), 1 / sqrt(correction2)};
  MK_DISPATCH(adam)
}

mk_status mk_rmsprop_step(mk_dtype dtype, const mk_rmsprop *o, int64_t count, void *parameter,
                          const void *gradient, void *square, void *momentum_buffer, void *average) {
  rmsprop_context context = {o, parameter, square, momentum_buffer, average, gradient};
  MK_DISPATCH(rmsprop)
}
