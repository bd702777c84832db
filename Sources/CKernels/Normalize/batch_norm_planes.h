// Batch normalisation where the elements of a channel are long contiguous runs ([N, C, H, W]), for each_float.h.
// Work items are blocks of at most MK_BLOCK elements of one plane, in the order of memory.

MK_INLINE void MK_FN(plane_block)(const batch_norm_context *c, int64_t item, int64_t *channel, int64_t *offset,
                                  int64_t *count) {
  int64_t plane = item / c->blocks, start = item % c->blocks * MK_BLOCK;
  *channel = plane % c->channels;
  *offset = plane * c->inner + start;
  *count = c->inner - start < MK_BLOCK ? c->inner - start : MK_BLOCK;
}

// Mean of every block, and the sum of squared distances from it.
MK_CLONES static void MK_FN(plane_stats)(void *context, int64_t begin, int64_t end) {
  const batch_norm_context *c = context;
  double *partials = c->partials;
  for (int64_t item = begin; item < end; item++) {
    int64_t channel, offset, count;
    MK_FN(plane_block)(c, item, &channel, &offset, &count);
    const MK_S *x = (const MK_S *)c->x + offset;
    double mean = MK_FN(row_moment)(x, count, 0, false) / (double)count;
    // Squared distances are taken from the rounded mean, and that is put right afterwards.
    MK_C shift = (MK_C)mean;
    double offset_of_mean = mean - (double)shift;
    partials[2 * item] = mean;
    partials[2 * item + 1] =
        MK_FN(row_moment)(x, count, shift, true) - offset_of_mean * offset_of_mean * (double)count;
  }
}

MK_CLONES static void MK_FN(plane_apply)(void *context, int64_t begin, int64_t end) {
  const batch_norm_context *c = context;
  for (int64_t item = begin; item < end; item++) {
    int64_t channel, offset, count;
    MK_FN(plane_block)(c, item, &channel, &offset, &count);
    const MK_S *x = (const MK_S *)c->x + offset;
    MK_S *y = (MK_S *)c->y + offset;
    MK_C mean = ((const MK_C *)c->mean)[channel], scale = ((const MK_C *)c->rstd)[channel], shift = 0;
    if (c->weight) scale *= MK_LOAD(((const MK_S *)c->weight)[channel]);
    if (c->bias) shift = MK_LOAD(((const MK_S *)c->bias)[channel]);
    MK_INDEPENDENT
    for (int64_t i = 0; i < count; i++) y[i] = MK_STORE((MK_LOAD(x[i]) - mean) * scale + shift);
  }
}

// Sums of dy and of dy * (x - mean) of every block.
MK_CLONES static void MK_FN(plane_sums)(void *context, int64_t begin, int64_t end) {
  const batch_norm_context *c = context;
  double *partials = c->partials;
  for (int64_t item = begin; item < end; item++) {
    int64_t channel, offset, count;
    MK_FN(plane_block)(c, item, &channel, &offset, &count);
    const MK_S *x = (const MK_S *)c->x + offset, *dy = (const MK_S *)c->dy + offset;
    MK_C mean = ((const MK_C *)c->mean)[channel];
    double plain = 0, moment = 0;
    for (int64_t start = 0; start < count; start += 2048) {
      int64_t stop = count - start < 2048 ? count : start + 2048, i = start;
      MK_FN(lanes) a = 0, b = 0, p = 0, q = 0;
      for (; i + 2 * MK_LANES <= stop; i += 2 * MK_LANES) {
        MK_FN(lanes) g = MK_FN(load)(dy + i), h = MK_FN(load)(dy + i + MK_LANES);
        a += g;
        b += h;
        p += g * (MK_FN(load)(x + i) - mean);
        q += h * (MK_FN(load)(x + i + MK_LANES) - mean);
      }
      for (; i < stop; i += MK_LANES) {
        MK_FN(lanes) g = MK_FN(load_up_to)(dy + i, stop - i, 0);
        a += g;
        p += g * (MK_FN(load_up_to)(x + i, stop - i, mean) - mean);
      }
      plain += (double)MK_FN(lane_sum)(a + b);
      moment += (double)MK_FN(lane_sum)(p + q);
    }
    partials[2 * item] = plain;
    partials[2 * item + 1] = moment;
  }
}

// dx = (dy - average - (x - mean) * slope) * scale
MK_CLONES static void MK_FN(plane_gradient)(void *context, int64_t begin, int64_t end) {
  const batch_norm_context *c = context;
  for (int64_t item = begin; item < end; item++) {
    int64_t channel, offset, count;
    MK_FN(plane_block)(c, item, &channel, &offset, &count);
    const MK_S *x = (const MK_S *)c->x + offset, *dy = (const MK_S *)c->dy + offset;
    MK_S *dx = (MK_S *)c->y + offset;
    MK_C mean = ((const MK_C *)c->mean)[channel], scale = ((const MK_C *)c->rstd)[channel];
    if (c->weight) scale *= MK_LOAD(((const MK_S *)c->weight)[channel]);
    if (c->training) {
      MK_C average = (MK_C)c->average[channel], slope = (MK_C)c->slope[channel];
      MK_INDEPENDENT
      for (int64_t i = 0; i < count; i++)
        dx[i] = MK_STORE((MK_LOAD(dy[i]) - average - (MK_LOAD(x[i]) - mean) * slope) * scale);
    } else {
      MK_INDEPENDENT
      for (int64_t i = 0; i < count; i++) dx[i] = MK_STORE(MK_LOAD(dy[i]) * scale);
    }
  }
}
