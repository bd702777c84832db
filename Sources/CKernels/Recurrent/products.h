// Products of a few rows with packed panels, for one type MK_C (suffix MK_SUFFIX): sums[i, j] += sum over p of a[i, p]
// panel[p, j], for panels of 128 bytes of columns. Rows are read where they lie, so that a state that was just
// computed need not be packed. A row's sums are the same whatever rows it is taken together with.

#define MK_WIDTH ((int64_t)(128 / sizeof(MK_C)))
#define MK_VECTOR MK_FN(product_vector)
typedef MK_C MK_VECTOR __attribute__((ext_vector_type(64 / sizeof(MK_C))));

// `rows` and `vectors` are constants.
MK_INLINE void MK_FN(add_rows)(const int rows, const int vectors, int64_t k, const MK_C *a, int64_t a_row,
                               const MK_C *panel, MK_C *sums) {
  const int64_t lanes = MK_WIDTH / 2;
  MK_VECTOR sum[8][2];
  const MK_C *row[8];
  MK_UNROLL for (int i = 0; i < rows; i++) {
    row[i] = a + i * a_row;
    // Else addresses are computed anew from each other for every element.
    __asm__("" : "+r"(row[i]));
    MK_UNROLL for (int v = 0; v < vectors; v++)
      __builtin_memcpy(&sum[i][v], sums + i * MK_WIDTH + v * lanes, sizeof(MK_VECTOR));
  }
  for (int64_t p = 0; p < k; p++, panel += MK_WIDTH) {
    MK_VECTOR b[2];
    MK_UNROLL for (int v = 0; v < vectors; v++) __builtin_memcpy(&b[v], panel + v * lanes, sizeof(MK_VECTOR));
    MK_UNROLL for (int i = 0; i < rows; i++) {
      MK_C factor = row[i][p];
      MK_UNROLL for (int v = 0; v < vectors; v++) sum[i][v] += factor * b[v];
    }
  }
  MK_UNROLL for (int i = 0; i < rows; i++) {
    MK_UNROLL for (int v = 0; v < vectors; v++)
      __builtin_memcpy(sums + i * MK_WIDTH + v * lanes, &sum[i][v], sizeof(MK_VECTOR));
  }
}

// For 32 registers of 64 bytes.
MK_CLONES static void MK_FN(add_product_wide)(int64_t rows, int64_t k, const void *a, int64_t a_row,
                                              const void *panel, void *sums) {
  const MK_C *x = a;
  MK_C *s = sums;
  int64_t i = 0;
  for (; i + 8 <= rows; i += 8) MK_FN(add_rows)(8, 2, k, x + i * a_row, a_row, panel, s + i * MK_WIDTH);
  for (; i + 4 <= rows; i += 4) MK_FN(add_rows)(4, 2, k, x + i * a_row, a_row, panel, s + i * MK_WIDTH);
  for (; i < rows; i++) MK_FN(add_rows)(1, 2, k, x + i * a_row, a_row, panel, s + i * MK_WIDTH);
}

// For 16 registers of 32 bytes: one half of the columns after the other.
MK_CLONES static void MK_FN(add_product_narrow)(int64_t rows, int64_t k, const void *a, int64_t a_row,
                                                const void *panel, void *sums) {
  const MK_C *x = a;
  for (int half = 0; half < 2; half++) {
    const MK_C *b = (const MK_C *)panel + half * (MK_WIDTH / 2);
    MK_C *s = (MK_C *)sums + half * (MK_WIDTH / 2);
    int64_t i = 0;
    for (; i + 4 <= rows; i += 4) MK_FN(add_rows)(4, 1, k, x + i * a_row, a_row, b, s + i * MK_WIDTH);
    for (; i < rows; i++) MK_FN(add_rows)(1, 1, k, x + i * a_row, a_row, b, s + i * MK_WIDTH);
  }
}

// sums += rows of `a` times a panel of depth k.
MK_INLINE void MK_FN(add_panel)(const recurrent_job *job, int64_t rows, int64_t k, const MK_C *a, int64_t a_row,
                                const MK_C *panel, MK_C *sums) {
  for (int64_t p = 0; rows > 0 && p < k; p += MK_CHUNK)
    job->add_product(rows, smaller(MK_CHUNK, k - p), a + p, a_row, panel + p * MK_WIDTH, sums);
}

// The same for the states before step t of rows [row, row + rows) of the batch.
MK_INLINE void MK_FN(add_states)(const recurrent_job *job, int64_t t, int64_t row, int64_t rows, const MK_C *panel,
                                 MK_C *sums) {
  const mk_recurrence *r = job->r;
  int64_t before = recurrent_before(r, t), width = r->width;
  // The first of them go on from another step, the others begin.
  int64_t going = before < 0 ? 0 : r->batch_sizes[before] - row;
  going = going < 0 ? 0 : smaller(going, rows);
  if (going > 0)
    MK_FN(add_panel)(job, going, width, (const MK_C *)job->state.out + (job->first[before] + row) * width, width,
                     panel, sums);
  if (job->state.h0)
    MK_FN(add_panel)(job, rows - going, width, (const MK_C *)job->state.h0 + (row + going) * width, width, panel,
                     sums + going * MK_WIDTH);
}

// sums = the gradients of U h of the step after t, times the columns of U in a panel.
MK_INLINE void MK_FN(add_gradients)(const recurrent_job *job, int64_t after, int64_t row, int64_t rows,
                                    const MK_C *panel, MK_C *sums) {
  int64_t depth = job->gates * job->r->hidden, step = job->r->gradient_row;
  MK_FN(add_panel)(job, rows, depth, (const MK_C *)job->drecurrent + (job->first[after] + row) * step, step, panel,
                   sums);
}

#undef MK_VECTOR
