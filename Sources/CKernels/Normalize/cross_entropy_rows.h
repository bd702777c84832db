// Cross entropy of contiguous rows of logits, for each_float.h.

MK_INLINE void MK_FN(exp_sum_row)(const MK_S *x, int64_t n, MK_C *greatest, MK_C *log_sum) {
  if (n <= MK_LANES) {
    MK_FN(lanes) v = MK_FN(load_part)(x, n, (MK_C)-INFINITY);
    *greatest = MK_FN(lane_max)(v);
    *log_sum = MK_LOG(MK_FN(lane_sum)(MK_FN(lane_exp)(v - *greatest)));
  } else {
    *greatest = MK_FN(row_max)(x, n);
    *log_sum = (MK_C)log(MK_FN(row_exp_sum)(NULL, x, n, *greatest));
  }
}

MK_CLONES static void MK_FN(cross_entropy)(void *context, int64_t begin, int64_t end) {
  const cross_entropy_context *c = context;
  for (int64_t r = begin; r < end; r++) {
    const MK_S *x = (const MK_S *)c->logits + r * c->classes;
    MK_C greatest, log_sum;
    MK_FN(exp_sum_row)(x, c->classes, &greatest, &log_sum);
    int64_t label = c->labels[r];
    MK_C loss = label == c->ignored ? 0 : log_sum - (MK_LOAD(x[label]) - greatest);
    ((MK_S *)c->losses)[r] = MK_STORE(loss);
    ((MK_C *)c->lse)[r] = log_sum;
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
      for (int64_t i = 0; i < n; i += MK_LANES) {
        MK_FN(lanes) v = MK_FN(load_up_to)(x + i, n - i, greatest);
        MK_FN(store_up_to)(dx + i, n - i, MK_FN(lane_exp)(v - greatest - log_sum) * scale);
      }
    }
    // Not a subtraction from what was stored: that would round twice in half precision.
    MK_C probability = MK_EXP(MK_LOAD(x[label]) - greatest - log_sum);
    dx[label] = MK_STORE((probability - 1) * scale);
  }
}
