// One pass of every optimizer over elements [begin, end), for each_float.h. Flags that touch no memory are
// selects, which vectorise; a state that may be absent gets a loop of its own.

MK_INLINE MK_C MK_FN(lerp)(MK_C start, MK_C end, MK_C weight) {
  // The form with the smaller weight keeps the result exact at both ends.
  return weight < (MK_C)0.5 ? start + weight * (end - start) : end - (end - start) * (1 - weight);
}

MK_INLINE void MK_FN(sgd_loop)(const sgd_context *c, bool momentum, int64_t begin, int64_t end) {
  MK_S *restrict p = c->parameter, *restrict b = c->buffer;
  const MK_S *restrict gradient = c->gradient;
  const mk_sgd *o = c->options;
  const MK_C sign = o->maximize ? -1 : 1, rate = (MK_C)-o->learning_rate, decay = (MK_C)o->weight_decay;
  const MK_C keep = (MK_C)o->momentum, take = (MK_C)(1 - o->dampening);
  const bool decays = o->weight_decay != 0, nesterov = o->nesterov, first = o->first;
  MK_INDEPENDENT
  for (int64_t i = begin; i < end; i++) {
    MK_C value = MK_LOAD(p[i]), g = sign * MK_LOAD(gradient[i]);
    MK_C decayed = g + decay * value;
    g = decays ? decayed : g;
    if (momentum) {
      MK_C moved = keep * MK_LOAD(b[i]) + take * g;
      moved = first ? g : moved;
      b[i] = MK_STORE(moved);
      MK_C ahead = g + keep * moved;
      g = nesterov ? ahead : moved;
    }
    p[i] = MK_STORE(value + rate * g);
  }
}

MK_CLONES static void MK_FN(sgd)(void *context, int64_t begin, int64_t end) {
  const sgd_context *c = context;
  if (c->options->momentum != 0) MK_FN(sgd_loop)(c, true, begin, end);
  else MK_FN(sgd_loop)(c, false, begin, end);
}

MK_INLINE void MK_FN(adam_loop)(const adam_context *c, bool amsgrad, int64_t begin, int64_t end) {
  MK_S *restrict p = c->parameter, *restrict m = c->average, *restrict v = c->square;
  MK_S *restrict greatest = c->max_square;
  const MK_S *restrict gradient = c->gradient;
  const mk_adam *o = c->options;
  const MK_C sign = o->maximize ? -1 : 1, decay = (MK_C)o->weight_decay;
  const bool decays = o->weight_decay != 0 && !o->decoupled;
  const MK_C shrink = o->decoupled ? (MK_C)(1 - o->learning_rate * o->weight_decay) : 1;
  const MK_C weight1 = (MK_C)(1 - o->beta1), beta2 = (MK_C)o->beta2, weight2 = (MK_C)(1 - o->beta2);
  const MK_C rate = (MK_C)c->negative_rate, scale = (MK_C)c->denominator_scale, eps = (MK_C)o->eps;
  MK_INDEPENDENT
  for (int64_t i = begin; i < end; i++) {
    MK_C value = MK_LOAD(p[i]) * shrink, g = sign * MK_LOAD(gradient[i]);
    MK_C decayed = g + decay * value;
    g = decays ? decayed : g;
    MK_C average = MK_FN(lerp)(MK_LOAD(m[i]), g, weight1);
    MK_C square = MK_LOAD(v[i]) * beta2 + weight2 * g * g;
    m[i] = MK_STORE(average);
    v[i] = MK_STORE(square);
    if (amsgrad) {
      MK_C before = MK_LOAD(greatest[i]);
      // A NaN on either side stays, as in torch.maximum.
      square = before > square || before != before ? before : square;
      greatest[i] = MK_STORE(square);
    }
    MK_C denominator = __builtin_elementwise_sqrt(square) * scale + eps;
    p[i] = MK_STORE(value + rate * average / denominator);
  }
}

MK_CLONES static void MK_FN(adam)(void *context, int64_t begin, int64_t end) {
  const adam_context *c = context;
  if (c->options->amsgrad) MK_FN(adam_loop)(c, true, begin, end);
  else MK_FN(adam_loop)(c, false, begin, end);
}

MK_INLINE void MK_FN(rmsprop_loop)(const rmsprop_context *c, bool momentum, bool centered, int64_t begin,
                                   int64_t end) {
  MK_S *restrict p = c->parameter, *restrict v = c->square, *restrict b = c->buffer;
  MK_S *restrict averages = c->average;
  const MK_S *restrict gradient = c->gradient;
  const mk_rmsprop *o = c->options;
  const MK_C sign = o->maximize ? -1 : 1, decay = (MK_C)o->weight_decay, rate = (MK_C)-o->learning_rate;
  const MK_C alpha = (MK_C)o->alpha, weight = (MK_C)(1 - o->alpha), keep = (MK_C)o->momentum;
  const MK_C eps = (MK_C)o->eps;
  const bool decays = o->weight_decay != 0;
  MK_INDEPENDENT
  for (int64_t i = begin; i < end; i++) {
    MK_C value = MK_LOAD(p[i]), g = sign * MK_LOAD(gradient[i]);
    MK_C decayed = g + decay * value;
    g = decays ? decayed : g;
    MK_C square = MK_LOAD(v[i]) * alpha + weight * g * g;
    v[i] = MK_STORE(square);
    if (centered) {
      MK_C average = MK_FN(lerp)(MK_LOAD(averages[i]), g, weight);
      averages[i] = MK_STORE(average);
      square -= average * average;
    }
    MK_C denominator = __builtin_elementwise_sqrt(square) + eps;
    if (momentum) {
      MK_C moved = MK_LOAD(b[i]) * keep + g / denominator;
      b[i] = MK_STORE(moved);
      p[i] = MK_STORE(value + rate * moved);
    } else {
      p[i] = MK_STORE(value + rate * g / denominator);
    }
  }
}

MK_CLONES static void MK_FN(rmsprop)(void *context, int64_t begin, int64_t end) {
  const rmsprop_context *c = context;
  if (c->options->momentum != 0) {
    if (c->options->centered) MK_FN(rmsprop_loop)(c, true, true, begin, end);
    else MK_FN(rmsprop_loop)(c, true, false, begin, end);
  } else {
    if (c->options->centered) MK_FN(rmsprop_loop)(c, false, true, begin, end);
    else MK_FN(rmsprop_loop)(c, false, false, begin, end);
  }
}
