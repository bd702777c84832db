// Layer normalisation of contiguous rows, for each_float.h. The variance is taken around the mean in a pass of its
// own: the row is in the cache, and nothing cancels.

// `count` lanes from position i on: a constant in the main loop, so that only the end of a row pays for its mask.
MK_INLINE void MK_FN(layer_norm_part)(const MK_S *weight, const MK_S *bias, MK_S *y, const MK_S *x, MK_C mean,
                                      MK_C rstd, int64_t i, int64_t count) {
  MK_FN(lanes) v = (MK_FN(load_up_to)(x + i, count, 0) - mean) * rstd;
  if (weight) v *= MK_FN(load_up_to)(weight + i, count, 0);
  if (bias) v += MK_FN(load_up_to)(bias + i, count, 0);
  MK_FN(store_up_to)(y + i, count, v);
}

MK_INLINE void MK_FN(layer_norm_row)(const MK_S *weight, const MK_S *bias, MK_S *y, const MK_S *x, MK_C mean,
                                     MK_C rstd, int64_t n) {
  int64_t i = 0;
  for (; i + MK_LANES <= n; i += MK_LANES) MK_FN(layer_norm_part)(weight, bias, y, x, mean, rstd, i, MK_LANES);
  if (i < n) MK_FN(layer_norm_part)(weight, bias, y, x, mean, rstd, i, n - i);
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
    const MK_S *weight = c->weight ? (const MK_S *)c->weight + r / c->part * n : NULL;
    const MK_S *bias = c->bias ? (const MK_S *)c->bias + r / c->part * n : NULL;
    if (weight && bias) MK_FN(layer_norm_row)(weight, bias, y, x, mean, rstd, n);
    else if (weight) MK_FN(layer_norm_row)(weight, NULL, y, x, mean, rstd, n);
    else MK_FN(layer_norm_row)(NULL, bias, y, x, mean, rstd, n);
  }
}

// What the gradient of one row needs.
typedef struct {
  const MK_S *dy, *x, *weight;
  MK_S *dx;
  MK_C *sum_weight, *sum_bias;
  MK_C mean, rstd, plain, slope;
} MK_FN(gradient_row);

MK_INLINE void MK_FN(layer_norm_sum_part)(const MK_FN(gradient_row) *r, bool has_weight, int64_t i, int64_t count,
                                          MK_FN(lanes) *plain, MK_FN(lanes) *moment) {
  MK_FN(lanes) g = MK_FN(load_up_to)(r->dy + i, count, 0);
  if (has_weight) g *= MK_FN(load_up_to)(r->weight + i, count, 0);
  *plain += g;
  *moment += g * (MK_FN(load_up_to)(r->x + i, count, r->mean) - r->mean);
}

// Sums of dy * weight and of dy * weight * (x - mean) over a row.
MK_INLINE void MK_FN(layer_norm_sums)(const MK_FN(gradient_row) *r, bool has_weight, int64_t n, double *plain,
                                      double *moment) {
  double s = 0, t = 0;
  for (int64_t begin = 0; begin < n; begin += 2048) {
    int64_t end = n - begin < 2048 ? n : begin + 2048, i = begin;
    MK_FN(lanes) a = 0, b = 0, p = 0, q = 0;
    for (; i + 2 * MK_LANES <= end; i += 2 * MK_LANES) {
      MK_FN(layer_norm_sum_part)(r, has_weight, i, MK_LANES, &a, &p);
      MK_FN(layer_norm_sum_part)(r, has_weight, i + MK_LANES, MK_LANES, &b, &q);
    }
    for (; i < end; i += MK_LANES) MK_FN(layer_norm_sum_part)(r, has_weight, i, end - i, &a, &p);
    s += (double)MK_FN(lane_sum)(a + b);
    t += (double)MK_FN(lane_sum)(p + q);
  }
  *plain = s;
  *moment = t;
}

MK_INLINE void MK_FN(layer_norm_gradient_part)(const MK_FN(gradient_row) *r, bool has_weight, bool sums, bool dx,
                                               int64_t i, int64_t count) {
  MK_FN(lanes) g = MK_FN(load_up_to)(r->dy + i, count, 0);
  MK_FN(lanes) normal = (MK_FN(load_up_to)(r->x + i, count, 0) - r->mean) * r->rstd;
  if (sums) {
    MK_FN(add_raw)(r->sum_weight + i, count, g * normal);
    MK_FN(add_raw)(r->sum_bias + i, count, g);
  }
  if (dx) {
    if (has_weight) g *= MK_FN(load_up_to)(r->weight + i, count, 0);
    MK_FN(store_up_to)(r->dx + i, count, r->rstd * (g - r->plain - normal * r->slope));
  }
}

MK_INLINE void MK_FN(layer_norm_gradient_row)(const MK_FN(gradient_row) *r, bool has_weight, bool sums, bool dx,
                                              int64_t n) {
  int64_t i = 0;
  for (; i + MK_LANES <= n; i += MK_LANES)
    MK_FN(layer_norm_gradient_part)(r, has_weight, sums, dx, i, MK_LANES);
  if (i < n) MK_FN(layer_norm_gradient_part)(r, has_weight, sums, dx, i, n - i);
}

// Work items are chunks of rows, each with a line of partial sums for dweight and one for dbias.
MK_CLONES static void MK_FN(layer_norm_backward)(void *context, int64_t begin, int64_t end) {
  const layer_norm_context *c = context;
  const int64_t n = c->size;
  for (int64_t chunk = begin; chunk < end; chunk++) {
    int64_t set = chunk / c->chunks, end_of_part = (set + 1) * c->part;
    int64_t first = set * c->part + chunk % c->chunks * c->chunk_rows, last = first + c->chunk_rows;
    if (last > end_of_part) last = end_of_part;
    MK_FN(gradient_row) row = {.weight = c->weight ? (const MK_S *)c->weight + set * n : NULL};
    if (c->partials) {
      row.sum_weight = (MK_C *)c->partials + 2 * chunk * n;
      row.sum_bias = row.sum_weight + n;
      for (int64_t i = 0; i < 2 * n; i++) row.sum_weight[i] = 0;
    }
    for (int64_t r = first; r < last; r++) {
      row.dy = (const MK_S *)c->dy + r * n;
      row.x = (const MK_S *)c->x + r * n;
      row.dx = c->y ? (MK_S *)c->y + r * n : NULL;
      row.mean = c->rms ? 0 : ((const MK_C *)c->mean)[r];
      row.rstd = ((const MK_C *)c->rstd)[r];
      if (row.dx) {
        double s, t;
        if (row.weight) MK_FN(layer_norm_sums)(&row, true, n, &s, &t);
        else MK_FN(layer_norm_sums)(&row, false, n, &s, &t);
        row.plain = c->rms ? 0 : (MK_C)(s / (double)n);
        row.slope = (MK_C)(t * (double)row.rstd / (double)n);
      }
      if (!c->partials) MK_FN(layer_norm_gradient_row)(&row, row.weight != NULL, false, true, n);
      else if (!row.dx) MK_FN(layer_norm_gradient_row)(&row, false, true, false, n);
      else if (row.weight) MK_FN(layer_norm_gradient_row)(&row, true, true, true, n);
      else MK_FN(layer_norm_gradient_row)(&row, false, true, true, n);
    }
  }
}

// dweight and dbias from the partial sums, for elements [begin, end) of all sets; always in the order of chunks.
MK_CLONES static void MK_FN(layer_norm_combine)(void *context, int64_t begin, int64_t end) {
  const layer_norm_context *c = context;
  int64_t n = c->size, line = 2 * n;
  for (int64_t which = 0; which < 2; which++) {
    MK_S *out = which ? c->sum_bias : c->sum_weight;
    if (!out) continue;
    for (int64_t first = begin, width; first < end; first += width) {
      int64_t set = first / n, column = first % n;
      width = n - column < 256 ? n - column : 256;
      if (width > end - first) width = end - first;
      const MK_C *partials = (const MK_C *)c->partials + set * c->chunks * line + which * n + column;
      double total[256] = {0};
      for (int64_t chunk = 0; chunk < c->chunks; chunk++) {
        const MK_C *p = partials + chunk * line;
        for (int64_t j = 0; j < width; j++) total[j] += (double)p[j];
      }
      for (int64_t j = 0; j < width; j++) out[first + j] = MK_STORE((MK_C)total[j]);
    }
  }
}
