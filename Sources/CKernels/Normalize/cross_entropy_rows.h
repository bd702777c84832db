// Cross entropy of contiguous rows of logits, for each_float.h.

MK_CLONES static void MK_FN(cross_entropy)(void *context, int64_t begin, int64_t end) {
  const cross_entropy_context *c = context;
  const int64_t n = c->classes, group = mk_row_group(n);
  for (int64_t first = begin; first < end; first += group) {
    const MK_S *x = (const MK_S *)c->logits + first * n;
    int64_t rows = end - first < group ? end - first : group;
    MK_C greatest[MK_ROW_GROUP], log_sum[MK_ROW_GROUP];
    MK_FN(rows_log_sum)(x, rows, n, greatest, log_sum);
    for (int64_t k = 0; k < rows; k++) {
      int64_t label = c->labels[first + k];
      MK_C loss = label == c->ignored ? 0 : log_sum[k] - (MK_LOAD(x[k * n + label]) - greatest[k]);
      ((MK_S *)c->losses)[first + k] = MK_STORE(loss);
      ((MK_C *)c->lse)[first + k] = log_sum[k];
    }
  }
}

MK_CLONES static void MK_FN(cross_entropy_backward)(void *context, int64_t begin, int64_t end) {
  const cross_entropy_context *c = context;
  int64_t n = c->classes;
  for (int64_t r = begin; r < end; r++) {
    const MK_S *x = (const MK_S *)c->logits + r * n;
    MK_S *dx = (MK_S *)c->dlogits + r * n;
    int64_t label = c->labels[r];
    if (label == c->ignored) {
      for (int64_t i = 0; i < n; i++) dx[i] = MK_STORE((MK_C)0);
      continue;
    }
    MK_C scale = MK_LOAD(((const MK_S *)c->dlosses)[r * c->step]), log_sum = ((const MK_C *)c->sums)[r];
    MK_C greatest;
    if (n <= MK_LANES) {
      MK_FN(lanes) v = MK_FN(load_part)(x, n, (MK_C)-INFINITY);
      greatest = MK_FN(lane_max)(v);
      MK_FN(store_part)(dx, n, MK_FN(lane_exp)(v - greatest - log_sum) * scale);
    } else {
      greatest = MK_FN(row_max)(x, n);
      int64_t i = 0;
      for (; i + MK_LANES <= n; i += MK_LANES)
        MK_FN(store)(dx + i, MK_FN(lane_exp)(MK_FN(load)(x + i) - greatest - log_sum) * scale);
      if (i < n) {
        MK_FN(lanes) v = MK_FN(load_part)(x + i, n - i, greatest);
        MK_FN(store_part)(dx + i, n - i, MK_FN(lane_exp)(v - greatest - log_sum) * scale);
      }
    }
    // Not a subtraction from what was stored: that would round twice in half precision.
    MK_C probability = MK_EXP(MK_LOAD(x[label]) - greatest - log_sum);
    dx[label] = MK_STORE((probability - 1) * scale);
  }
}
