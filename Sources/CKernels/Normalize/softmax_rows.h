// Softmax of contiguous rows, for each_float.h: the greatest element, the sum of exponentials and the result are
// three passes over a row that stays in the cache.

MK_INLINE void MK_FN(softmax_row)(int64_t n, MK_S *out, const MK_S *x) {
  int64_t i = 0;
#if MK_IS_HALF
  // Exponentials are kept in the compute type, or taken again: rounding them would cost accuracy.
  MK_C staged[MK_STAGED];
  bool fits = n <= MK_STAGED;
  MK_C greatest = MK_FN(row_max)(x, n);
  double sum = MK_FN(row_exp_sum)(fits ? staged : NULL, x, n, greatest);
  MK_C scale = (MK_C)(1 / sum);
  for (; i + MK_LANES <= n; i += MK_LANES) {
    MK_FN(lanes) e = fits ? MK_FN(load_raw)(staged + i) : MK_FN(lane_exp)(MK_FN(load)(x + i) - greatest);
    MK_FN(store)(out + i, e * scale);
  }
  if (i < n) {
    MK_FN(lanes) e = MK_FN(lane_exp)(MK_FN(load_part)(x + i, n - i, greatest) - greatest);
    MK_FN(store_part)(out + i, n - i, e * scale);
  }
#else
  MK_C greatest = MK_FN(row_max)(x, n);
  MK_C scale = (MK_C)(1 / MK_FN(row_exp_sum)(out, x, n, greatest));
  for (; i + MK_LANES <= n; i += MK_LANES) MK_FN(store)(out + i, MK_FN(load)(out + i) * scale);
  for (; i < n; i++) out[i] *= scale;
#endif
}

MK_INLINE void MK_FN(subtract_row)(int64_t n, MK_S *out, const MK_S *x, MK_C greatest, MK_C log_sum) {
  int64_t i = 0;
  for (; i + MK_LANES <= n; i += MK_LANES) MK_FN(store)(out + i, MK_FN(load)(x + i) - greatest - log_sum);
  if (i < n) MK_FN(store_part)(out + i, n - i, MK_FN(load_part)(x + i, n - i, 0) - greatest - log_sum);
}

// A row that fits one vector stays in a register: what a masked store wrote is slow to load again.
MK_INLINE void MK_FN(softmax_short_row)(int64_t n, MK_S *out, const MK_S *x) {
  MK_FN(lanes) v = MK_FN(load_part)(x, n, (MK_C)-INFINITY);
  MK_FN(lanes) e = MK_FN(lane_exp)(v - MK_FN(lane_max)(v));
  MK_FN(store_part)(out, n, e * (1 / MK_FN(lane_sum)(e)));
}

MK_CLONES static void MK_FN(softmax_rows)(void *context, int64_t begin, int64_t end) {
  const softmax_context *c = context;
  const int64_t n = c->size, group = mk_row_group(n);
  MK_S *out = (MK_S *)c->out + begin * n;
  const MK_S *x = (const MK_S *)c->x + begin * n;
  if (!c->log) {
    for (int64_t r = begin; r < end; r++, out += n, x += n) {
      if (n <= MK_LANES) MK_FN(softmax_short_row)(n, out, x);
      else MK_FN(softmax_row)(n, out, x);
    }
    return;
  }
  for (int64_t r = begin; r < end; r += group) {
    int64_t rows = end - r < group ? end - r : group;
    MK_C greatest[MK_ROW_GROUP], log_sum[MK_ROW_GROUP];
    MK_FN(rows_log_sum)(x, rows, n, greatest, log_sum);
    for (int64_t k = 0; k < rows; k++, out += n, x += n)
      MK_FN(subtract_row)(n, out, x, greatest[k], log_sum[k]);
  }
}

MK_CLONES static void MK_FN(softmax_rows_backward)(void *context, int64_t begin, int64_t end) {
  const softmax_context *c = context;
  int64_t n = c->size;
  for (int64_t r = begin; r < end; r++) {
    MK_S *dx = (MK_S *)c->out + r * n;
    const MK_S *dy = (const MK_S *)c->x + r * n, *y = (const MK_S *)c->y + r * n;
    double total = 0;
    for (int64_t start = 0; start < n; start += 1024) {
      int64_t stop = n - start < 1024 ? n : start + 1024;
      MK_FN(lanes) sum = 0;
      for (int64_t i = start; i < stop; i += MK_LANES) {
        MK_FN(lanes) g = MK_FN(load_up_to)(dy + i, stop - i, 0);
        sum += c->log ? g : g * MK_FN(load_up_to)(y + i, stop - i, 0);
      }
      total += (double)MK_FN(lane_sum)(sum);
    }
    MK_C dot = (MK_C)total;
    for (int64_t i = 0; i < n; i += MK_LANES) {
      MK_FN(lanes) g = MK_FN(load_up_to)(dy + i, n - i, 0), v = MK_FN(load_up_to)(y + i, n - i, 0);
      v = c->log ? g - MK_FN(lane_exp)(v) * dot : v * (g - dot);
      MK_FN(store_up_to)(dx + i, n - i, v);
    }
  }
}
