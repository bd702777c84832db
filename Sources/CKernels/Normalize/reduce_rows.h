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
  if (i + MK_LANES <= n) {
    MK_FN(lanes) u = MK_FN(load)(x + i);
    a = u > a ? u : a;
    i += MK_LANES;
  }
  if (i < n) {
    MK_FN(lanes) u = MK_FN(load_part)(x + i, n - i, lowest);
    a = u > a ? u : a;
  }
  return MK_FN(lane_max)(a > b ? a : b);
}

// The sum of exp(x - greatest); with `out`, the exponentials too, in the compute type.
MK_INLINE double MK_FN(row_exp_sum)(MK_C *out, const MK_S *x, int64_t n, MK_C greatest) {
  double total = 0;
  for (int64_t begin = 0; begin < n; begin += 1024) {
    int64_t end = n - begin < 1024 ? n : begin + 1024, i = begin;
    MK_FN(lanes) sum = 0;
    for (; i + MK_LANES <= end; i += MK_LANES) {
      MK_FN(lanes) e = MK_FN(lane_exp)(MK_FN(load)(x + i) - greatest);
      if (out) MK_FN(store_raw)(out + i, e);
      sum += e;
    }
    if (i < end) {
      // An infinite fill would give NaN where the greatest element is -inf.
      MK_FN(lanes) e = MK_FN(lane_exp)(MK_FN(load_part)(x + i, end - i, greatest) - greatest);
      MK_C t[MK_LANES];
      MK_FN(store_raw)(t, e);
      MK_ROW_LOOP for (int64_t j = 0; j < MK_LANES; j++) t[j] = j < end - i ? t[j] : 0;
      e = MK_FN(load_raw)(t);
      for (int64_t j = 0; out && j < end - i; j++) out[i + j] = t[j];
      sum += e;
    }
    total += (double)MK_FN(lane_sum)(sum);
  }
  return total;
}

// For `rows` rows, at most MK_ROW_GROUP: the greatest element, and the logarithm of the sum of exp(x - greatest).
// The logarithms are taken together, since one alone costs as much as a vector of them.
MK_INLINE void MK_FN(rows_log_sum)(const MK_S *x, int64_t rows, int64_t n, MK_C *greatest, MK_C *log_sum) {
  for (int64_t r = 0; r < MK_ROW_GROUP; r++) log_sum[r] = 1;
  for (int64_t r = 0; r < rows; r++, x += n) {
    if (n <= MK_LANES) {
      MK_FN(lanes) v = MK_FN(load_part)(x, n, (MK_C)-INFINITY);
      greatest[r] = MK_FN(lane_max)(v);
      log_sum[r] = MK_FN(lane_sum)(MK_FN(lane_exp)(v - greatest[r]));
    } else {
      greatest[r] = MK_FN(row_max)(x, n);
      log_sum[r] = (MK_C)MK_FN(row_exp_sum)(NULL, x, n, greatest[r]);
    }
  }
  MK_ROW_LOOP for (int64_t r = 0; r < MK_ROW_GROUP; r++) log_sum[r] = MK_LOG(log_sum[r]);
}
