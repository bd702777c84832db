// Triangular equations and LU of matrices whose rows follow each other, for one element type; see matrices.h for T and
// NAME. By halves, so that nearly all arithmetic is in matrix products; what is smaller is done here.

#define MK_LEAF 16

MK_INLINE void NAME(swap_rows)(int64_t n, T *a, T *b) {
  for (int64_t c = 0; c < n; c++) {
    T moved = a[c];
    a[c] = b[c];
    b[c] = moved;
  }
}

// Solves in place for `width` columns of x.
MK_INLINE void NAME(substitute)(bool upper, bool unit, int64_t n, int64_t width, const T *a, int64_t row,
                                int64_t column, T *x, int64_t x_row) {
  for (int64_t step = 0; step < n; step++) {
    int64_t i = upper ? n - 1 - step : step;
    int64_t first = upper ? i + 1 : 0, last = upper ? n : i;
    T *line = x + i * x_row, sums[MK_WIDTH];
    for (int64_t c = 0; c < width; c++) sums[c] = line[c];
    for (int64_t j = first; j < last; j++) {
      T factor = a[i * row + j * column];
      const T *other = x + j * x_row;
      for (int64_t c = 0; c < width; c++) sums[c] -= factor * other[c];
    }
    T diagonal = unit ? 1 : a[i * (row + column)];
    for (int64_t c = 0; c < width; c++) line[c] = unit ? sums[c] : sums[c] / diagonal;
  }
}

MK_CLONES static void NAME(solve_leaf)(bool upper, bool unit, int64_t n, int64_t columns, const T *a, int64_t row,
                                       int64_t column, T *x, int64_t x_row) {
  int64_t c = 0;
  // Sums of a known number stay in registers.
  for (; c + MK_WIDTH <= columns; c += MK_WIDTH)
    NAME(substitute)(upper, unit, n, MK_WIDTH, a, row, column, x + c, x_row);
  for (; c + 8 <= columns; c += 8) NAME(substitute)(upper, unit, n, 8, a, row, column, x + c, x_row);
  if (c < columns) NAME(substitute)(upper, unit, n, columns - c, a, row, column, x + c, x_row);
}

// c -= a b for c [m, n] and b [k, n] in rows, and a [m, k] in rows or, unless `by_rows`, in columns.
static void NAME(subtract_product)(const LAPACK *lapack, int64_t m, int64_t n, int64_t k, const T *a, int64_t lda,
                                   bool by_rows, const T *b, int64_t ldb, T *c, int64_t ldc) {
  if (m == 0 || n == 0 || k == 0) return;
  // Rows are the columns of the transposes: c^T -= b^T a^T.
  int rows = (int)m, columns = (int)n, inner = (int)k, a_stride = (int)lda, b_stride = (int)ldb, c_stride = (int)ldc;
  T minus = -1, one = 1;
  lapack->gemm("N", by_rows ? "N" : "T", &columns, &rows, &inner, &minus, b, &b_stride, a, &a_stride, &one, c,
               &c_stride, 1, 1);
}

// Makes x [n, columns], in rows, to a^-1 x for triangular a [n, n], in rows or in columns that are `lda` apart.
static void NAME(solve_rows)(const LAPACK *lapack, bool upper, bool unit, int64_t n, int64_t columns, const T *a,
                             int64_t lda, bool by_rows, T *x, int64_t x_row) {
  int64_t row = by_rows ? lda : 1, column = by_rows ? 1 : lda;
  if (n <= 2 * MK_LEAF) {
    NAME(solve_leaf)(upper, unit, n, columns, a, row, column, x, x_row);
    return;
  }
  int64_t half = (n / 2 + MK_LEAF - 1) / MK_LEAF * MK_LEAF, rest = n - half;
  const T *corner = a + half * (row + column);
  T *below = x + half * x_row;
  if (upper) {
    NAME(solve_rows)(lapack, upper, unit, rest, columns, corner, lda, by_rows, below, x_row);
    NAME(subtract_product)(lapack, half, columns, rest, a + half * column, lda, by_rows, below, x_row, x, x_row);
    NAME(solve_rows)(lapack, upper, unit, half, columns, a, lda, by_rows, x, x_row);
  } else {
    NAME(solve_rows)(lapack, upper, unit, half, columns, a, lda, by_rows, x, x_row);
    NAME(subtract_product)(lapack, rest, columns, half, a + half * row, lda, by_rows, x, x_row, below, x_row);
    NAME(solve_rows)(lapack, upper, unit, rest, columns, corner, lda, by_rows, below, x_row);
  }
}
