#ifndef MK_OPTIMIZE_H
#define MK_OPTIMIZE_H

#include "mk_types.h"

// Optimizer steps in one pass over each parameter and its state, in place.

// How an element moves. g is its gradient, p its value, a, b and c what is remembered of it; `lerp` is a running mean.
// Enumerators stand with the fields of mk_step that they read beside rate, decay, shrink and maximize.
typedef enum MK_CLOSED : uint8_t {
  MK_SGD MK_NAMED("sgd"), // a: velocity, if any.  beta1, weight1, nesterov, first
  MK_ADAM MK_NAMED("adam"), // a: mean of g, b: mean of g^2, c: greatest b, if any.  weight1, beta2, weight2, scale, eps
  MK_RMSPROP MK_NAMED("rmsprop"), // a: mean of g^2, b: velocity, if any, c: mean of g, if any.  beta1, beta2, weight2, eps
  MK_ADAGRAD MK_NAMED("adagrad"), // a: sum of g^2.  eps
  MK_ADADELTA MK_NAMED("adadelta"), // a: mean of g^2, b: mean of the squares of steps.  beta2, weight2, eps
  MK_ADAMAX MK_NAMED("adamax"), // a: mean of g, b: decaying greatest |g|.  weight1, beta2, eps
  MK_NADAM MK_NAMED("nadam"), // a: mean of g, b: mean of g^2.  rate2 (of a; rate is of g), weight1, beta2, weight2, scale, eps
  MK_RADAM MK_NAMED("radam"), // a: mean of g, b: mean of g^2.  weight1, beta2, weight2, scale (0: not rectified), eps
  MK_ASGD MK_NAMED("asgd"), // a: mean of p.  weight1
  MK_RPROP MK_NAMED("rprop"), // a: last g, b: step.  beta1 (shrinks the step), beta2 (grows it), least, greatest
} mk_rule;

// A step of one parameter. The arrays are contiguous and of one floating dtype; those of the state that the rule does
// without are null.
typedef struct {
  mk_rule rule;
  mk_dtype dtype;
  bool maximize;        // g is negated first
  bool nesterov, first; // first: the velocity starts as g
  double decay;         // then decay * p is added to it
  double shrink;        // and p is multiplied by this
  double rate, rate2;   // what p moves by is multiplied by this, which is negative
  double beta1, weight1, beta2, weight2, scale, eps, least, greatest;
  int64_t count;
  void *parameter;
  const void *gradient;
  void *state[3];
} mk_step;

// Takes all steps, dealing their elements out to the threads together, so that many small parameters share one start of
// the threads. Parameters do not overlap.
mk_status mk_take_steps(const mk_step *steps, int64_t count);

#endif
