// Products whose left rows are read where they lie, for one compute type MK_C (suffix MK_SUFFIX).
// Every row adds its terms in the same order, whatever rows it is taken together with.

#define MK_VECTOR MK_FN(row_vector)
typedef MK_C MK_VECTOR __attribute__((ext_vector_type(64 / sizeof(MK_C))));

// Rows [first, first + rows) of the result, `vectors` vectors of its columns from `column` on. The
// first three are constants; `along` says that the rows lie side by side (a_row is 1).
MK_INLINE void MK_FN(add_rows)(const int rows, const int vectors, const bool along, const mk_rows_product *p,
                               int64_t first, int64_t column) {
  const int64_t lanes = 64 / sizeof(MK_C), a_depth = p->a_depth, b_row = p->b_row;
  const MK_C *a = (const MK_C *)p->a + first * p->a_row, *b = (const MK_C *)p->b + column;
  MK_C *c = (MK_C *)p->c + first * p->c_row + column;
  MK_VECTOR sum[8][2];
  const MK_C *row[8];
  MK_UNROLL for (int i = 0; i < rows; i++) {
    row[i] = a + i * p->a_row;
    // Else addresses are computed anew from each other for every element.
    if (!along) __asm__("" : "+r"(row[i]));
    MK_UNROLL for (int v = 0; v < vectors; v++) {
      sum[i][v] = 0;
      if (p->accumulate) __builtin_memcpy(&sum[i][v], c + i * p->c_row + v * lanes, sizeof(MK_VECTOR));
    }
  }
  for (int64_t d = 0; d < p->k; d++, a += a_depth, b += b_row) {
    MK_VECTOR right[2];
    // Panels come from the second-level cache, 16 rows ahead of their use.
    MK_UNROLL for (int v = 0; v < vectors; v++) __builtin_prefetch(b + 16 * b_row + v * lanes, 0, 3);
    MK_UNROLL for (int v = 0; v < vectors; v++) __builtin_memcpy(&right[v], b + v * lanes, sizeof(MK_VECTOR));
    MK_UNROLL for (int i = 0; i < rows; i++) {
      MK_C factor = along ? a[i] : row[i][d];
      MK_UNROLL for (int v = 0; v < vectors; v++) sum[i][v] += factor * right[v];
    }
  }
  MK_UNROLL for (int i = 0; i < rows; i++) {
    MK_UNROLL for (int v = 0; v < vectors; v++)
      __builtin_memcpy(c + i * p->c_row + v * lanes, &sum[i][v], sizeof(MK_VECTOR));
  }
}

// All rows, as many at a time as there are registers for.
MK_INLINE void MK_FN(add_all_rows)(const int at_once, const int vectors, const bool along, const mk_rows_product *p,
                                   int64_t column) {
  int64_t i = 0;
  for (; i + at_once <= p->rows; i += at_once) MK_FN(add_rows)(at_once, vectors, along, p, i, column);
  for (; at_once > 4 && i + 4 <= p->rows; i += 4) MK_FN(add_rows)(4, vectors, along, p, i, column);
  for (; i < p->rows; i++) MK_FN(add_rows)(1, vectors, along, p, i, column);
}

// For 32 registers of 64 bytes.
MK_CLONES static void MK_FN(rows_wide)(const mk_rows_product *p) {
  if (p->a_depth == 1) MK_FN(add_all_rows)(8, 2, false, p, 0);
  else MK_FN(add_all_rows)(8, 2, true, p, 0);
}

// For 16 registers of 32 bytes: one half of the columns after the other.
MK_CLONES static void MK_FN(rows_narrow)(const mk_rows_product *p) {
  for (int64_t half = 0; half < 2; half++) {
    int64_t column = half * (int64_t)(64 / sizeof(MK_C));
    if (p->a_depth == 1) MK_FN(add_all_rows)(4, 1, false, p, column);
    else MK_FN(add_all_rows)(4, 1, true, p, column);
  }
}

#undef MK_VECTOR
#undef MK_SUFFIX
#undef MK_C
