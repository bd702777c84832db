// Products of the steps of recurrent layers, for one type MK_C (suffix MK_SUFFIX): sums[i, j] += sum over p of a[i, p]
// panel[p, j], for packed panels of 128 bytes of columns. Rows are read where they lie, so that a state that was just
// computed need not be packed.

#define MK_WIDTH ((int64_t)(128 / sizeof(MK_C)))

// sums += rows of `a` times a panel of depth k.
MK_INLINE void MK_FN(add_panel)(const recurrent_job *job, int64_t rows, int64_t k, const MK_C *a, int64_t a_row,
                                const MK_C *panel, MK_C *sums) {
  mk_rows_product product = {.rows = rows, .a_row = a_row, .a_depth = 1, .b_row = MK_WIDTH, .c = sums,
                             .c_row = MK_WIDTH, .accumulate = true};
  for (int64_t p = 0; rows > 0 && p < k; p += MK_CHUNK) {
    product.k = smaller(MK_CHUNK, k - p);
    product.a = a + p;
    product.b = panel + p * MK_WIDTH;
    job->add_product(&product);
  }
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
