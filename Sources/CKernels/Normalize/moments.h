// Sums over a contiguous row that mean and variance are made of, for each_float.h.

// The sum of x - shift over a row, or of its square.
MK_INLINE double MK_FN(row_moment)(const MK_S *x, int64_t n, MK_C shift, bool square) {
  double total = 0;
  for (int64_t begin = 0; begin < n; begin += 4096) {
    int64_t end = n - begin < 4096 ? n : begin + 4096, i = begin;
    MK_FN(lanes) a = 0, b = 0, c = 0, d = 0;
    for (; i + 4 * MK_LANES <= end; i += 4 * MK_LANES) {
      MK_FN(lanes) p = MK_FN(load)(x + i) - shift, q = MK_FN(load)(x + i + MK_LANES) - shift;
      MK_FN(lanes) r = MK_FN(load)(x + i + 2 * MK_LANES) - shift, s = MK_FN(load)(x + i + 3 * MK_LANES) - shift;
      a += square ? p * p : p;
      b += square ? q * q : q;
      c += square ? r * r : r;
      d += square ? s * s : s;
    }
    for (; i < end; i += MK_LANES) {
      MK_FN(lanes) p = MK_FN(load_up_to)(x + i, end - i, shift) - shift;
      a += square ? p * p : p;
    }
    total += (double)MK_FN(lane_sum)((a + b) + (c + d));
  }
  return total;
}
