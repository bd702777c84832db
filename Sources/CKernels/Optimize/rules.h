// How every optimizer moves an element, and the one loop that moves elements [begin, end), for each_float.h.
// Flags that touch no memory are selects, which vectorise; each set of state arrays gets a loop of its own.

MK_INLINE MK_C MK_FN(lerp)(MK_C start, MK_C end, MK_C weight) {
  // The form with the smaller weight keeps the result exact at both ends.
  return weight < (MK_C)0.5 ? start + weight * (end - start) : end - (end - start) * (1 - weight);
}

// The greater one; a NaN on either side stays.
MK_INLINE MK_C MK_FN(greater)(MK_C x, MK_C y) { return x > y || x != x ? x : y; }

// mk_step's numbers in the compute type.
typedef struct {
  MK_C sign, decay, shrink, rate, rate2, beta1, weight1, beta2, weight2, scale, eps, least, greatest;
  bool decays, nesterov, first, rectified, jumps;
} MK_FN(numbers);

MK_INLINE MK_FN(numbers) MK_FN(convert)(const mk_step *s) {
  return (MK_FN(numbers)){
      .sign = s->maximize ? -1 : 1,
      .decay = (MK_C)s->decay,
      .shrink = (MK_C)s->shrink,
      .rate = (MK_C)s->rate,
      .rate2 = (MK_C)s->rate2,
      .beta1 = (MK_C)s->beta1,
      .weight1 = (MK_C)s->weight1,
      .beta2 = (MK_C)s->beta2,
      .weight2 = (MK_C)s->weight2,
      .scale = (MK_C)s->scale,
      .eps = (MK_C)s->eps,
      .least = (MK_C)s->least,
      .greatest = (MK_C)s->greatest,
      .decays = s->decay != 0,
      .nesterov = s->nesterov,
      .first = s->first,
      .rectified = s->scale != 0,
      .jumps = s->weight1 == 1,
  };
}

// What p becomes. `rule` and `has`, a bit for each of a, b and c that there is, are constants once this is inlined.
MK_INLINE MK_C MK_FN(moved)(mk_rule rule, int has, const MK_FN(numbers) *k, MK_C p, MK_C g, MK_C *a, MK_C *b,
                            MK_C *c) {
  switch (rule) {
    case MK_SGD: {
      if (!has) return p + k->rate * g;
      MK_C velocity = k->beta1 * *a + k->weight1 * g;
      velocity = k->first ? g : velocity;
      *a = velocity;
      MK_C ahead = g + k->beta1 * velocity;
      return p + k->rate * (k->nesterov ? ahead : velocity);
    }
    case MK_ADAM: {
      *a = MK_FN(lerp)(*a, g, k->weight1);
      *b = *b * k->beta2 + k->weight2 * g * g;
      MK_C square = *b;
      if (has & 4) square = *c = MK_FN(greater)(*c, square);
      return p + k->rate * *a / (__builtin_elementwise_sqrt(square) * k->scale + k->eps);
    }
    case MK_RMSPROP: {
      *a = *a * k->beta2 + k->weight2 * g * g;
      MK_C square = *a;
      if (has & 4) {
        *c = MK_FN(lerp)(*c, g, k->weight2);
        square -= *c * *c;
      }
      MK_C denominator = __builtin_elementwise_sqrt(square) + k->eps;
      if (!(has & 2)) return p + k->rate * g / denominator;
      *b = *b * k->beta1 + g / denominator;
      return p + k->rate * *b;
    }
    case MK_ADAGRAD:
      *a = *a + g * g;
      return p + k->rate * g / (__builtin_elementwise_sqrt(*a) + k->eps);
    case MK_ADADELTA: {
      *a = *a * k->beta2 + k->weight2 * g * g;
      MK_C delta = __builtin_elementwise_sqrt(*b + k->eps) / __builtin_elementwise_sqrt(*a + k->eps) * g;
      *b = *b * k->beta2 + k->weight2 * delta * delta;
      return p + k->rate * delta;
    }
    case MK_ADAMAX: {
      *a = MK_FN(lerp)(*a, g, k->weight1);
      MK_C size = (g < 0 ? -g : g) + k->eps;
      *b = MK_FN(greater)(*b * k->beta2, size);
      return p + k->rate * *a / *b;
    }
    case MK_NADAM: {
      *a = MK_FN(lerp)(*a, g, k->weight1);
      *b = *b * k->beta2 + k->weight2 * g * g;
      MK_C denominator = __builtin_elementwise_sqrt(*b) * k->scale + k->eps;
      return p + k->rate * g / denominator + k->rate2 * *a / denominator;
    }
    case MK_RADAM: {
      *a = MK_FN(lerp)(*a, g, k->weight1);
      *b = *b * k->beta2 + k->weight2 * g * g;
      MK_C adapted = k->scale / (__builtin_elementwise_sqrt(*b) + k->eps);
      return p + k->rate * *a * (k->rectified ? adapted : 1);
    }
    case MK_ASGD: {
      MK_C next = p + k->rate * g;
      MK_C mean = *a + (next - *a) * k->weight1;
      *a = k->jumps ? next : mean;
      return next;
    }
    case MK_RPROP: {
      MK_C product = g * *a;
      MK_C factor = product > 0 ? k->beta2 : product < 0 ? k->beta1 : 1;
      MK_C step = *b * factor;
      step = step < k->least ? k->least : step;
      *b = step > k->greatest ? k->greatest : step;
      // After a change of sign the element rests, and the next step starts afresh.
      *a = product < 0 ? 0 : g;
      return p + k->rate * (*a > 0 ? *b : *a < 0 ? -*b : 0);
    }
  }
  return p;
}

MK_INLINE void MK_FN(loop)(const mk_step *step, mk_rule rule, int has, int64_t begin, int64_t end) {
  const MK_FN(numbers) k = MK_FN(convert)(step);
  MK_S *restrict parameter = step->parameter;
  const MK_S *restrict gradient = step->gradient;
  MK_S *restrict first = step->state[0], *restrict second = step->state[1], *restrict third = step->state[2];
  MK_INDEPENDENT
  for (int64_t i = begin; i < end; i++) {
    MK_C p = MK_LOAD(parameter[i]), g = k.sign * MK_LOAD(gradient[i]), a = 0, b = 0, c = 0;
    MK_C decayed = g + k.decay * p;
    g = k.decays ? decayed : g;
    if (has & 1) a = MK_LOAD(first[i]);
    if (has & 2) b = MK_LOAD(second[i]);
    if (has & 4) c = MK_LOAD(third[i]);
    parameter[i] = MK_STORE(MK_FN(moved)(rule, has, &k, p * k.shrink, g, &a, &b, &c));
    if (has & 1) first[i] = MK_STORE(a);
    if (has & 2) second[i] = MK_STORE(b);
    if (has & 4) third[i] = MK_STORE(c);
  }
}

MK_CLONES static void MK_FN(move)(const mk_step *step, int64_t begin, int64_t end) {
  int has = (step->state[0] ? 1 : 0) | (step->state[1] ? 2 : 0) | (step->state[2] ? 4 : 0);
  switch (step->rule) {
    case MK_SGD:
      if (has) MK_FN(loop)(step, MK_SGD, 1, begin, end);
      else MK_FN(loop)(step, MK_SGD, 0, begin, end);
      break;
    case MK_ADAM:
      if (has & 4) MK_FN(loop)(step, MK_ADAM, 7, begin, end);
      else MK_FN(loop)(step, MK_ADAM, 3, begin, end);
      break;
    case MK_RMSPROP:
      switch (has) {
        case 3: MK_FN(loop)(step, MK_RMSPROP, 3, begin, end); break;
        case 5: MK_FN(loop)(step, MK_RMSPROP, 5, begin, end); break;
        case 7: MK_FN(loop)(step, MK_RMSPROP, 7, begin, end); break;
        default: MK_FN(loop)(step, MK_RMSPROP, 1, begin, end); break;
      }
      break;
    case MK_ADAGRAD: MK_FN(loop)(step, MK_ADAGRAD, 1, begin, end); break;
    case MK_ADADELTA: MK_FN(loop)(step, MK_ADADELTA, 3, begin, end); break;
    case MK_ADAMAX: MK_FN(loop)(step, MK_ADAMAX, 3, begin, end); break;
    case MK_NADAM: MK_FN(loop)(step, MK_NADAM, 3, begin, end); break;
    case MK_RADAM: MK_FN(loop)(step, MK_RADAM, 3, begin, end); break;
    case MK_ASGD: MK_FN(loop)(step, MK_ASGD, 1, begin, end); break;
    case MK_RPROP: MK_FN(loop)(step, MK_RPROP, 3, begin, end); break;
  }
}
