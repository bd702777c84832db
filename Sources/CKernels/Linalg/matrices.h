// Matrices from any layout to LAPACK's, for one element type T; NAME(x) adds the type to a name.

// The matrix with element [i, j] at x[i * row + j * column] as columns, without gaps.
MK_CLONES static void NAME(load)(int64_t m, int64_t n, T *out, const T *x, int64_t row, int64_t column) {
  enum { BLOCK = 16 };
  if (row == 1 || m == 1) {
    for (int64_t j = 0; j < n; j++) memcpy(out + j * m, x + j * column, (size_t)m * sizeof(T));
    return;
  }
  // A block of both fits into the cache, so that each line of it is fetched once.
  for (int64_t i0 = 0; i0 < m; i0 += BLOCK) {
    int64_t i1 = i0 + BLOCK < m ? i0 + BLOCK : m;
    for (int64_t j0 = 0; j0 < n; j0 += BLOCK) {
      int64_t j1 = j0 + BLOCK < n ? j0 + BLOCK : n;
      for (int64_t j = j0; j < j1; j++)
        for (int64_t i = i0; i < i1; i++) out[j * m + i] = x[i * row + j * column];
    }
  }
}
