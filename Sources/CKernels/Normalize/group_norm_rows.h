// Group normalisation of contiguous rows [channels, inner], for each_float.h.

MK_INLINE MK_C MK_FN(channel_value)(const void *values, int64_t channel, MK_C missing) {
  return values ? MK_LOAD(((const MK_S *)values)[channel]) : missing;
}

MK_CLONES static void MK_FN(group_norm)(void *context, int64_t begin, int64_t end) {
  const group_norm_context *c = context;
  const int64_t inner = c->inner, n = c->channels * inner;
  for (int64_t r = begin; r < end; r++) {
    const MK_S *x = (const MK_S *)c->x + r * n;
    MK_S *y = (MK_S *)c->y + r * n;
    MK_C mean = (MK_C)(MK_FN(row_moment)(x, n, 0, false) / (double)n);
    double variance = MK_FN(row_moment)(x, n, mean, true) / (double)n;
    MK_C rstd = (MK_C)(1 / sqrt(variance + c->eps));
    ((MK_C *)c->mean)[r] = mean;
    ((MK_C *)c->rstd)[r] = rstd;
    for (int64_t k = 0; k < c->channels; k++, x += inner, y += inner) {
      int64_t channel = r % c->groups * c->channels + k, i = 0;
      MK_C scale = rstd * MK_FN(channel_value)(c->weight, channel, 1);
      MK_C bias = MK_FN(channel_value)(c->bias, channel, 0);
      for (; i + MK_LANES <= inner; i += MK_LANES)
        MK_FN(store)(y + i, (MK_FN(load)(x + i) - mean) * scale + bias);
      if (i < inner)
        MK_FN(store_part)(y + i, inner - i, (MK_FN(load_part)(x + i, inner - i, 0) - mean) * scale + bias);
    }
  }
}

// The sums over a channel of dy and of dy * (x - mean).
MK_INLINE void MK_FN(channel_sums)(const MK_S *dy, const MK_S *x, int64_t n, MK_C mean, double *plain,
                                   double *moment) {
  double s = 0, t = 0;
  for (int64_t begin = 0; begin < n; begin += 2048) {
    int64_t end = n - begin < 2048 ? n : begin + 2048;
    MK_FN(lanes) a = 0, b = 0;
    for (int64_t i = begin; i < end; i += MK_LANES) {
      MK_FN(lanes) g = MK_FN(load_up_to)(dy + i, end - i, 0);
      a += g;
      b += g * (MK_FN(load_up_to)(x + i, end - i, mean) - mean);
    }
    s += (double)MK_FN(lane_sum)(a);
    t += (double)MK_FN(lane_sum)(b);
  }
  *plain = s;
  *moment = t;
}

MK_CLONES static void MK_FN(group_norm_backward)(void *context, int64_t begin, int64_t end) {
  const group_norm_context *c = context;
  const int64_t inner = c->inner, n = c->channels * inner;
  for (int64_t r = begin; r < end; r++) {
    const MK_S *x = (const MK_S *)c->x + r * n, *dy = (const MK_S *)c->dy + r * n;
    MK_C mean = ((const MK_C *)c->mean)[r], rstd = ((const MK_C *)c->rstd)[r];
    double plain = 0, moment = 0;
    for (int64_t k = 0; k < c->channels; k++) {
      double s, t;
      MK_FN(channel_sums)(dy + k * inner, x + k * inner, inner, mean, &s, &t);
      ((MK_C *)c->plains)[r * c->channels + k] = (MK_C)s;
      ((MK_C *)c->moments)[r * c->channels + k] = (MK_C)(t * (double)rstd);
      double weight = (double)MK_FN(channel_value)(c->weight, r % c->groups * c->channels + k, 1);
      plain += weight * s;
      moment += weight * t;
    }
    if (!c->y) continue;
    MK_S *dx = (MK_S *)c->y + r * n;
    MK_C shift = (MK_C)(plain / (double)n * (double)rstd);
    MK_C slope = (MK_C)(moment / (double)n * (double)rstd * (double)rstd * (double)rstd);
    for (int64_t k = 0; k < c->channels; k++, x += inner, dy += inner, dx += inner) {
      MK_C scale = rstd * MK_FN(channel_value)(c->weight, r % c->groups * c->channels + k, 1);
      for (int64_t i = 0; i < inner; i += MK_LANES) {
        MK_FN(lanes) g = MK_FN(load_up_to)(dy + i, inner - i, 0) * scale - shift;
        MK_FN(store_up_to)(dx + i, inner - i, g - (MK_FN(load_up_to)(x + i, inner - i, 0) - mean) * slope);
      }
    }
  }
}

// dweight and dbias of channels [begin, end), always in the order of the batch.
MK_CLONES static void MK_FN(group_norm_combine)(void *context, int64_t begin, int64_t end) {
  const group_norm_context *c = context;
  const int64_t all = c->groups * c->channels;
  for (int64_t which = 0; which < 2; which++) {
    MK_S *out = which ? c->sum_bias : c->sum_weight;
    const MK_C *sums = which ? c->plains : c->moments;
    if (!out) continue;
    for (int64_t channel = begin; channel < end; channel++) {
      double total = 0;
      for (int64_t i = 0; i < c->batch; i++) total += (double)sums[i * all + channel];
      out[channel] = MK_STORE((MK_C)total);
    }
  }
}
