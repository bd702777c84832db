// Softmax of contiguous rows, for each_float.h: the greatest element, the sum of exponentials and the result are
// three passes over a row that stays in the cache.

MK_INLINE void MK_FN(softmax_row)(int64_t n, MK_S *out, const MK_S *x) {
  MK_C greatest = MK_FN(row_max)(x, n);
  double sum = MK_FN(row_exp_sum)(MK_IS_HALF ? NULL : out, x, n, greatest);
  MK_C scale = (MK_C)(1 / sum);
  for (int64_t i = 0; i < n; i += MK_LANES) {
#if MK_IS_HALF
    // The exponentials were not kept: rounding them to the storage type would cost accuracy.
    MK_FN(lanes) e = MK_FN(lane_exp)(MK_FN(load_up_to)(x + i, n - i, greatest) - greatest);
#else
    MK_FN(lanes) e = MK_FN(load_up_to)(out + i, n - i, 0);
#endif
    MK_FN(store_up_to)(out + i, n - i, e * scale);
  }
}

MK_INLINE void MK_FN(log_softmax_row)(int64_t n, MK_S *out, const MK_S *x) {
  MK_C greatest = MK_FN(row_max)(x, n);
  MK_C log_sum = (MK_C)log(MK_FN(row_exp_sum)(NULL, x, n, greatest));
  for (int64_t i = 0; i < n; i += MK_LANES) {
    MK_FN(lanes) v = MK_FN(load_up_to)(x + i, n - i, 0);
    MK_FN(store_up_to)(out + i, n - i, v - greatest - log_sum);
  }
}

// A row that fits one vector stays in a register: what a masked store wrote is slow to load again.
MK_INLINE void MK_FN(softmax_short_row)(bool log, int64_t n, MK_S *out, const MK_S *x) {
  MK_FN(lanes) v = MK_FN(load_part)(x, n, (MK_C)-INFINITY);
  v -= MK_FN(lane_max)(v);
  MK_FN(lanes) e = MK_FN(lane_exp)(v);
  MK_C sum = MK_FN(lane_sum)(e);
  MK_FN(store_part)(out, n, log ? v - MK_LOG(sum) : e * (1 / sum));
}

MK_CLONES static void MK_FN(softmax_rows)(void *context, int64_t begin, int64_t end) {
  const softmax_context *c = context;
  int64_t n = c->size;
  for (int64_t r = begin; r < end; r++) {
    MK_S *out = (MK_S *)c->out + r * n;
    const MK_S *x = (const MK_S *)c->x + r * n;
    if (n <= MK_LANES) MK_FN(softmax_short_row)(c->log, n, out, x);
    else if (c->log) MK_FN(log_softmax_row)(n, out, x);
    else MK_FN(softmax_row)(n, out, x);
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
