// The greatest element and the sum of exponentials of a contiguous row, for each_float.h.

// The greatest element; NaN may be lost (it comes back through the sum).
MK_INLINE MK_C MK_FN(row_max)(const MK_S *x, int64_t n) {
  const MK_C lowest = (MK_C)-INFINITY;
  MK_FN(lanes) a = lowest, b = lowest;
  int64_t i = 0;
  for (; i + 2 * MK_LANES <= n; i += 2 * MK_LANES) {
    MK_FN(lanes) u = MK_FN(load)(x + i), v = MK_FN(load)(x + i + MK_LANES);
    a = u > a ? u : a;
    b = v > b ? v : b;
  }
  for (; i < n; i += MK_LANES) {
    MK_FN(lanes) u = MK_FN(load_up_to)(x + i, n - i, lowest);
    a = u > a ? u : a;
  }
  return MK_FN(lane_max)(a > b ? a : b);
}

// The sum of exp(x - greatest); with `out`, the exponentials too.
MK_INLINE double MK_FN(row_exp_sum)(MK_S *out, const MK_S *x, int64_t n, MK_C greatest) {
  double total = 0;
  for (int64_t begin = 0; begin < n; begin += 1024) {
    int64_t end = n - begin < 1024 ? n : begin + 1024, i = begin;
    MK_FN(lanes) sum = 0;
    for (; i + MK_LANES <= end; i += MK_LANES) {
      MK_FN(lanes) e = MK_FN(lane_exp)(MK_FN(load)(x + i) - greatest);
      if (out) MK_FN(store)(out + i, e);
      sum += e;
    }
    if (i < end) {
      // An infinite fill would give NaN where the greatest element is -inf.
      MK_FN(lanes) e = MK_FN(lane_exp)(MK_FN(load_part)(x + i, end - i, greatest) - greatest);
      MK_C t[MK_LANES];
      MK_FN(store_raw)(t, e);
      MK_ROW_LOOP for (int64_t j = 0; j < MK_LANES; j++) t[j] = j < end - i ? t[j] : 0;
      e = MK_FN(load_raw)(t);
      if (out) MK_FN(store_part)(out + i, end - i, e);
      sum += e;
    }
    total += (double)MK_FN(lane_sum)(sum);
  }
  return total;
}
