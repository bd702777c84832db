// LU of one matrix whose rows follow each other, for one element type, whose least normal number is
// TINIEST; see rows.h.

static void NAME(exchange)(int64_t n, T *a, int64_t lda, int64_t count, const int32_t *pivots) {
  for (int64_t i = 0; i < count; i++)
    if (pivots[i] != i + 1) NAME(swap_rows)(n, a + i * lda, a + (pivots[i] - 1) * lda);
}

// At most MK_LEAF columns, one by one. The first with no pivot but 0 is counted from 1, 0 if there is none.
MK_INLINE int NAME(lu_columns)(int64_t m, int64_t n, T *a, int64_t lda, int32_t *pivots) {
  int failed = 0;
  for (int64_t j = 0; j < m && j < n; j++) {
    int64_t best = j;
    T most = a[j * lda + j] < 0 ? -a[j * lda + j] : a[j * lda + j];
    for (int64_t i = j + 1; i < m; i++) {
      T size = a[i * lda + j] < 0 ? -a[i * lda + j] : a[i * lda + j];
      if (size > most) {
        most = size;
        best = i;
      }
    }
    pivots[j] = (int32_t)(best + 1);
    if (most == 0) {
      if (!failed) failed = (int)(j + 1);
      continue;
    }
    if (best != j) NAME(swap_rows)(n, a + j * lda, a + best * lda);
    T pivot = a[j * lda + j], top[MK_LEAF];
    // Whole lines, so that their length is known: what is left of the pivot loses nothing.
    for (int64_t c = 0; c < n; c++) top[c] = c > j ? a[j * lda + c] : 0;
    bool is_tiny = most < TINIEST;
    T inverse = is_tiny ? 1 : 1 / pivot;
    for (int64_t i = j + 1; i < m; i++) {
      T *line = a + i * lda, factor = is_tiny ? line[j] / pivot : line[j] * inverse;
      for (int64_t c = 0; c < n; c++) line[c] -= factor * top[c];
      line[j] = factor;
    }
  }
  return failed;
}

// In `panel`, which has room for it: rows of a large matrix may lie so that they push each other out of the cache.
MK_CLONES static int NAME(lu_leaf)(int64_t m, int64_t n, T *a, int64_t lda, int32_t *pivots, T *panel) {
  if (n != MK_LEAF) {
    if (n == MK_LEAF / 2) return NAME(lu_columns)(m, MK_LEAF / 2, a, lda, pivots);
    return NAME(lu_columns)(m, n, a, lda, pivots);
  }
  for (int64_t i = 0; i < m; i++) memcpy(panel + i * MK_LEAF, a + i * lda, MK_LEAF * sizeof(T));
  int failed = NAME(lu_columns)(m, MK_LEAF, panel, MK_LEAF, pivots);
  for (int64_t i = 0; i < m; i++) memcpy(a + i * lda, panel + i * MK_LEAF, MK_LEAF * sizeof(T));
  return failed;
}

static int NAME(lu_rows)(const LAPACK *lapack, int64_t m, int64_t n, T *a, int64_t lda, int32_t *pivots,
                         T *panel) {
  if (n <= MK_LEAF) return NAME(lu_leaf)(m, n, a, lda, pivots, panel);
  // A wide one has nothing below its square part.
  int64_t half = n > m ? m : (n / 2 + MK_LEAF - 1) / MK_LEAF * MK_LEAF, rest = n - half;
  int failed = NAME(lu_rows)(lapack, m, half, a, lda, pivots, panel);
  T *right = a + half, *below = a + half * lda;
  NAME(exchange)(rest, right, lda, half, pivots);
  NAME(solve_rows)(lapack, false, true, half, rest, a, lda, true, right, lda);
  if (m == half) return failed;
  NAME(subtract_product)(lapack, m - half, rest, half, below, lda, true, right, lda, below + half, lda);
  int32_t *later = pivots + half;
  int second = NAME(lu_rows)(lapack, m - half, rest, below + half, lda, later, panel);
  NAME(exchange)(half, below, lda, rest, later);
  int64_t count = m - half < rest ? m - half : rest;
  for (int64_t i = 0; i < count; i++) later[i] += (int32_t)half;
  return failed ? failed : second ? second + (int)half : 0;
}
