// Weighted sums of chosen elements of lines, for one type MK_C (suffix MK_SUFFIX).

// A line of the result. `taps` is a constant for neighbours on a line, in a plane and in space, and for cubic
// interpolation in a plane.
MK_INLINE void MK_FN(gather_line)(const mk_taps *s, const int64_t taps, const int32_t *positions,
                                  const MK_C *weights, const MK_C *x, MK_C *out) {
  const int64_t places = s->places;
  const uint32_t size = (uint32_t)s->size;
  MK_INDEPENDENT for (int64_t p = 0; p < places; p++) {
    MK_C sum = 0;
    for (int64_t t = 0; t < taps; t++) {
      uint32_t at = (uint32_t)positions[t * places + p];
      MK_C term = weights[t * places + p] * x[at < size ? at : 0];
      sum += at < size ? term : 0;
    }
    out[p] = sum;
  }
}

// Items are lines of all examples.
MK_CLONES static void MK_FN(gather_lines)(void *context, int64_t first, int64_t last) {
  const weighted_job *j = context;
  const mk_taps *s = j->taps;
  for (int64_t item = first; item < last; item++) {
    int64_t start = item / s->lines * s->taps * s->places;
    const int32_t *positions = s->positions + start;
    const MK_C *weights = (const MK_C *)j->weights + start, *x = (const MK_C *)j->x + item * s->size;
    MK_C *out = (MK_C *)j->out + item * s->places;
    switch (s->taps) {
      case 1: MK_FN(gather_line)(s, 1, positions, weights, x, out); break;
      case 4: MK_FN(gather_line)(s, 4, positions, weights, x, out); break;
      case 8: MK_FN(gather_line)(s, 8, positions, weights, x, out); break;
      case 16: MK_FN(gather_line)(s, 16, positions, weights, x, out); break;
      default: MK_FN(gather_line)(s, s->taps, positions, weights, x, out);
    }
  }
}

// The gradient of x: items are lines, of which each place adds to its elements.
MK_CLONES static void MK_FN(scatter_lines)(void *context, int64_t first, int64_t last) {
  const weighted_job *j = context;
  const mk_taps *s = j->taps;
  for (int64_t item = first; item < last; item++) {
    int64_t start = item / s->lines * s->taps * s->places;
    const int32_t *positions = s->positions + start;
    const MK_C *weights = (const MK_C *)j->weights + start, *dout = (const MK_C *)j->dout + item * s->places;
    MK_C *dx = (MK_C *)j->out + item * s->size;
    for (int64_t i = 0; i < s->size; i++) dx[i] = 0;
    for (int64_t t = 0; t < s->taps; t++, positions += s->places, weights += s->places) {
      for (int64_t p = 0; p < s->places; p++) {
        uint32_t at = (uint32_t)positions[p];
        if (at < s->size) dx[at] += weights[p] * dout[p];
      }
    }
  }
}

// The gradient of the weights: items are blocks of places of a tap, which sum over the lines of their example.
MK_CLONES static void MK_FN(weigh_blocks)(void *context, int64_t first, int64_t last) {
  const weighted_job *j = context;
  const mk_taps *s = j->taps;
  const int64_t blocks = weighted_blocks(s);
  const uint32_t size = (uint32_t)s->size;
  for (int64_t item = first; item < last; item++) {
    int64_t tap = item / blocks, example = tap / s->taps, place = item % blocks * MK_PLACES;
    int64_t count = s->places - place < MK_PLACES ? s->places - place : MK_PLACES;
    const int32_t *positions = s->positions + tap * s->places + place;
    const MK_C *x = (const MK_C *)j->x + example * s->lines * s->size;
    const MK_C *dout = (const MK_C *)j->dout + example * s->lines * s->places + place;
    MK_C sums[MK_PLACES] = {0};
    for (int64_t line = 0; line < s->lines; line++, x += s->size, dout += s->places) {
      MK_INDEPENDENT for (int64_t p = 0; p < count; p++) {
        uint32_t at = (uint32_t)positions[p];
        MK_C term = dout[p] * x[at < size ? at : 0];
        sums[p] += at < size ? term : 0;
      }
    }
    memcpy((MK_C *)j->out + tap * s->places + place, sums, (size_t)count * sizeof(MK_C));
  }
}

#undef MK_SUFFIX
#undef MK_C
