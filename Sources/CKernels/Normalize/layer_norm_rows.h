// Layer normalisation of contiguous rows, for each_float.h. The variance is taken around the mean in a pass of its
// own: the row is in the cache, and nothing cancels.

MK_INLINE void MK_FN(layer_norm_row)(const layer_norm_context *c, bool has_weight, bool has_bias, MK_S *y,
                                     const MK_S *x, MK_C mean, MK_C rstd) {
  const MK_S *weight = c->weight, *bias = c->bias;
  for (int64_t i = 0; i < c->size; i += MK_LANES) {
    int64_t left = c->size - i;
    MK_FN(lanes) v = (MK_FN(load_up_to)(x + i, left, 0) - mean) * rstd;
    if (has_weight) v *= MK_FN(load_up_to)(weight + i, left, 0);
    if (has_bias) v += MK_FN(load_up_to)(bias + i, left, 0);
    MK_FN(store_up_to)(y + i, left, v);
  }
}

MK_CLONES static void MK_FN(layer_norm)(void *context, int64_t begin, int64_t end) {
  const layer_norm_context *c = context;
  int64_t n = c->size;
  for (int64_t r = begin; r < end; r++) {
    const MK_S *x = (const MK_S *)c->x + r * n;
    MK_S *y = (MK_S *)c->y + r * n;
    MK_C mean = 0;
    if (!c->rms) mean = (MK_C)(MK_FN(row_moment)(x, n, 0, false) / (double)n);
    double variance = MK_FN(row_moment)(x, n, mean, true) / (double)n;
    MK_C rstd = (MK_C)(1 / sqrt(variance + c->eps));
    if (c->mean) ((MK_C *)c->mean)[r] = mean;
    if (c->rstd) ((MK_C *)c->rstd)[r] = rstd;
    if (c->weight && c->bias) MK_FN(layer_norm_row)(c, true, true, y, x, mean, rstd);
    else if (c->weight) MK_FN(layer_norm_row)(c, true, false, y, x, mean, rstd);
    else MK_FN(layer_norm_row)(c, false, c->bias != NULL, y, x, mean, rstd);
  }
}

// Sums of dy * weight and of dy * weight * (x - mean) over a row.
MK_INLINE void MK_FN(layer_norm_sums)(const layer_norm_context *c, const MK_S *dy, const MK_S *x, MK_C mean,
                                      double *plain, double *moment) {
  const MK_S *weight = c->weight;
  double s = 0, t = 0;
  for (int64_t begin = 0; begin < c->size; begin += 1024) {
    int64_t end = c->size - begin < 1024 ? c->size : begin + 1024;
    MK_FN(lanes) a = 0, b = 0;
    for (int64_t i = begin; i < end; i += MK_LANES) {
      MK_FN(lanes) g = MK_FN(load_up_to)(dy + i, end - i, 0);
      if (weight) g *= MK_FN(load_up_to)(weight + i, end - i, 0);
      a += g;
      b += g * (MK_FN(load_up_to)(x + i, end - i, mean) - mean);
    }
    s += (double)MK_FN(lane_sum)(a);
    t += (double)MK_FN(lane_sum)(b);
  }
  *plain = s;
  *moment = t;
}

// Work items are chunks of rows, each with a line of partial sums for dweight and one for dbias.
MK_CLONES static void MK_FN(layer_norm_backward)(void *context, int64_t begin, int64_t end) {
  const layer_norm_context *c = context;
  int64_t n = c->size;
  const MK_S *weight = c->weight;
  for (int64_t chunk = begin; chunk < end; chunk++) {
    int64_t first = chunk * c->chunk_rows, last = first + c->chunk_rows;
    if (last > c->rows) last = c->rows;
    MK_C *sum_weight = c->sum_weight ? (MK_C *)c->partials + chunk * c->lines * n : NULL;
    MK_C *sum_bias = c->sum_bias ? (MK_C *)c->partials + (chunk * c->lines + c->lines - 1) * n : NULL;
    for (int64_t i = 0; sum_weight && i < n; i++) sum_weight[i] = 0;
    for (int64_t i = 0; sum_bias && i < n; i++) sum_bias[i] = 0;
    for (int64_t r = first; r < last; r++) {
      const MK_S *dy = (const MK_S *)c->dy + r * n, *x = (const MK_S *)c->x + r * n;
      MK_S *dx = c->y ? (MK_S *)c->y + r * n : NULL;
      MK_C mean = c->rms ? 0 : ((const MK_C *)c->mean)[r], rstd = ((const MK_C *)c->rstd)[r];
      MK_C plain = 0, slope = 0;
      if (dx) {
        double s, t;
        MK_FN(layer_norm_sums)(c, dy, x, mean, &s, &t);
        plain = c->rms ? 0 : (MK_C)(s / (double)n);
        slope = (MK_C)(t * (double)rstd / (double)n);
      }
      for (int64_t i = 0; i < n; i += MK_LANES) {
        int64_t left = n - i;
        MK_FN(lanes) g = MK_FN(load_up_to)(dy + i, left, 0);
        MK_FN(lanes) normal = (MK_FN(load_up_to)(x + i, left, 0) - mean) * rstd;
        // The partial sums are lines of n of the compute type, of which only the last vector may be short.
        if (sum_weight) MK_FN(add_raw)(sum_weight + i, left, g * normal);
        if (sum_bias) MK_FN(add_raw)(sum_bias + i, left, g);
        if (dx) {
          if (weight) g *= MK_FN(load_up_to)(weight + i, left, 0);
          MK_FN(store_up_to)(dx + i, left, rstd * (g - plain - normal * slope));
        }
      }
    }
  }
}

// dweight and dbias from the partial sums, for elements [begin, end) of a row; always in the order of chunks.
MK_CLONES static void MK_FN(layer_norm_combine)(void *context, int64_t begin, int64_t end) {
  const layer_norm_context *c = context;
  int64_t n = c->size, line = c->lines * n;
  for (int64_t which = 0; which < 2; which++) {
    MK_S *out = which ? c->sum_bias : c->sum_weight;
    if (!out) continue;
    const MK_C *partials = (const MK_C *)c->partials + (which ? (c->lines - 1) * n : 0);
    for (int64_t first = begin; first < end; first += 256) {
      int64_t width = end - first < 256 ? end - first : 256;
      double total[256] = {0};
      for (int64_t chunk = 0; chunk < c->chunks; chunk++) {
        const MK_C *p = partials + chunk * line + first;
        for (int64_t j = 0; j < width; j++) total[j] += (double)p[j];
      }
      for (int64_t j = 0; j < width; j++) out[first + j] = MK_STORE((MK_C)total[j]);
    }
  }
}
