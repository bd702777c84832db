#ifndef MK_OPTIMIZE_H
#define MK_OPTIMIZE_H

#include "mk_types.h"

// One fused pass over a parameter and its state, all contiguous and of one floating dtype, updated in place.

typedef struct {
  double learning_rate, momentum, dampening, weight_decay;
  bool nesterov, maximize, first; // first: the momentum buffer is set to the gradient
} mk_sgd;
// `momentum_buffer` may be null when momentum is 0.
mk_status mk_sgd_step(mk_dtype dtype, const mk_sgd *o, int64_t count, void *parameter, const void *gradient,
                      void *momentum_buffer);

typedef struct {
  double learning_rate, beta1, beta2, eps, weight_decay;
  bool decoupled; // AdamW: p -= lr * weight_decay * p before the step
  bool amsgrad, maximize;
  int64_t step; // counted from 1
} mk_adam;
// `max_square` may be null unless amsgrad.
mk_status mk_adam_step(mk_dtype dtype, const mk_adam *o, int64_t count, void *parameter,
                       const void *gradient, void *average, void *square, void *max_square);

typedef struct {
  double learning_rate, alpha, eps, weight_decay, momentum;
  bool centered, maximize;
} mk_rmsprop;
// `momentum_buffer` may be null when momentum is 0, `average` unless centered.
mk_status mk_rmsprop_step(mk_dtype dtype, const mk_rmsprop *o, int64_t count, void *parameter,
                          const void *gradient, void *square, void *momentum_buffer, void *average);

#endif
