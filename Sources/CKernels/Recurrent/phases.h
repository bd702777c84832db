// The phases of a step, for one type MK_C (suffix MK_SUFFIX). A block of columns is a panel wide; all that a phase
// reads was written in an earlier phase, or by the same rows and columns.

#define MK_SUMS (MK_BLOCK_ROWS * 2 * 64 / sizeof(MK_C))

// The rows of a step that are among [first, last).
#define MK_EACH_ROWS(row, rows, first, end)                                                                           \
  for (int64_t row = first, rows; row < (end) && (rows = smaller(MK_BLOCK_ROWS, (end)-row), true); row += rows)

// Asks for a panel's width of rows that the cells will need after the product: no hardware foresees such short pieces.
MK_INLINE void MK_FN(fetch)(const void *x, int64_t at, int64_t rows, int64_t row_step) {
  const MK_C *row = (const MK_C *)x + at;
  for (int64_t i = 0; i < rows; i++, row += row_step) {
    __builtin_prefetch(row, 0, 2);
    __builtin_prefetch(row + MK_WIDTH / 2, 0, 2);
  }
}

// The same for what they will write, if anything.
MK_INLINE void MK_FN(fetch_place)(const void *x, int64_t at, int64_t rows, int64_t row_step) {
  if (!x) return;
  const MK_C *row = (const MK_C *)x + at;
  for (int64_t i = 0; i < rows; i++, row += row_step) {
    __builtin_prefetch(row, 1, 2);
    __builtin_prefetch(row + MK_WIDTH / 2, 1, 2);
  }
}

// Gates and cells.
static void MK_FN(advance)(const recurrent_job *job, int64_t t, int64_t first_row, int64_t last_row,
                           int64_t first_block, int64_t last_block) {
  const mk_recurrence *r = job->r;
  _Alignas(64) MK_C sums[MK_GATES * MK_SUMS];
  int64_t end = smaller(last_row, r->batch_sizes[t]);
  for (int64_t block = first_block; block < last_block; block++) {
    const MK_C *panels = (const MK_C *)job->weight + block * job->gates * r->width * MK_WIDTH;
    int64_t unit = block * MK_WIDTH;
    MK_EACH_ROWS(row, rows, first_row, end) {
      for (int64_t gate = 0; gate < job->gates; gate++) {
        MK_C *products = sums + gate * (int64_t)MK_SUMS;
        int64_t inputs = job->gates * r->hidden;
        MK_FN(fetch)(job->x, (job->first[t] + row) * inputs + gate * r->hidden + unit, rows, inputs);
        MK_FN(fetch_place)(job->state.gates, (job->first[t] + row) * 4 * r->hidden + gate * r->hidden + unit, rows,
                     4 * r->hidden);
        memset(products, 0, (size_t)(rows * MK_WIDTH) * sizeof(MK_C));
        MK_FN(add_states)(job, t, row, rows, panels + gate * r->width * MK_WIDTH, products);
      }
      MK_FN(cells_forward)(job, smaller(MK_WIDTH, r->hidden - unit), t, row, rows, unit, sums);
    }
  }
}

// to[row, block] = sums (+ base).
MK_INLINE void MK_FN(write_sums)(int64_t rows, int64_t count, MK_C *to, const MK_C *base, int64_t row_step,
                                 const MK_C *sums) {
  for (int64_t i = 0; i < rows; i++, to += row_step, sums += MK_WIDTH) {
    if (!base) {
      for (int64_t j = 0; j < count; j++) to[j] = sums[j];
      continue;
    }
    const MK_C *b = base + i * row_step;
    for (int64_t j = 0; j < count; j++) to[j] = b[j] + sums[j];
  }
}

// The projection of h'.
static void MK_FN(project)(const recurrent_job *job, int64_t t, int64_t first_row, int64_t last_row,
                           int64_t first_block, int64_t last_block) {
  const mk_recurrence *r = job->r;
  _Alignas(64) MK_C sums[MK_SUMS];
  int64_t end = smaller(last_row, r->batch_sizes[t]);
  for (int64_t block = first_block; block < last_block; block++) {
    const MK_C *panel = (const MK_C *)job->projection + block * r->hidden * MK_WIDTH;
    int64_t column = block * MK_WIDTH;
    MK_EACH_ROWS(row, rows, first_row, end) {
      int64_t at = job->first[t] + row;
      memset(sums, 0, sizeof sums);
      MK_FN(add_panel)(job, rows, r->hidden, (const MK_C *)job->state.unprojected + at * r->hidden, r->hidden, panel,
                       sums);
      MK_FN(write_sums)(rows, smaller(MK_WIDTH, r->width - column), (MK_C *)job->state.out + at * r->width + column,
                        NULL, r->width, sums);
    }
  }
}

// sums = what the step after t sends to the states of [row, row + rows).
MK_INLINE void MK_FN(receive)(const recurrent_job *job, int64_t t, int64_t row, int64_t rows, int64_t block,
                              MK_C *sums) {
  const mk_recurrence *r = job->r;
  memset(sums, 0, (size_t)(rows * MK_WIDTH) * sizeof(MK_C));
  int64_t after = recurrent_after(r, t);
  if (after < 0) return;
  const MK_C *panel = (const MK_C *)job->weight + block * job->gates * r->hidden * MK_WIDTH;
  MK_FN(add_gradients)(job, after, row, smaller(rows, r->batch_sizes[after] - row), panel, sums);
}

// The gradient of a projection.
static void MK_FN(retreat_projected)(const recurrent_job *job, int64_t t, int64_t first_row, int64_t last_row,
                                     int64_t first_block, int64_t last_block) {
  const mk_recurrence *r = job->r;
  _Alignas(64) MK_C sums[MK_SUMS];
  int64_t end = smaller(last_row, r->batch_sizes[t]);
  for (int64_t block = first_block; block < last_block; block++) {
    int64_t column = block * MK_WIDTH;
    MK_EACH_ROWS(row, rows, first_row, end) {
      int64_t at = (job->first[t] + row) * r->width + column;
      MK_FN(receive)(job, t, row, rows, block, sums);
      MK_FN(write_sums)(rows, smaller(MK_WIDTH, r->width - column), (MK_C *)job->dprojected + at,
                        (const MK_C *)job->dout + at, r->width, sums);
    }
  }
}

// Asks for what the gradients of gates are made of and for their place.
MK_INLINE void MK_FN(fetch_gates)(const recurrent_job *job, int64_t at, int64_t rows, int64_t unit) {
  const mk_recurrence *r = job->r;
  int64_t hidden = r->hidden;
  for (int gate = 0; job->state.gates && gate < MK_GATES; gate++)
    MK_FN(fetch)(job->state.gates, at * 4 * hidden + gate * hidden + unit, rows, 4 * hidden);
  MK_FN(fetch)(r->cell == MK_CELL_LSTM ? job->state.cells : job->state.out, at * hidden + unit, rows, hidden);
  if (!r->projects) MK_FN(fetch)(job->dout, at * hidden + unit, rows, hidden);
  for (int64_t gate = 0; gate < job->gates; gate++)
    MK_FN(fetch_place)(job->dx, at * r->gradient_row + gate * hidden + unit, rows, r->gradient_row);
}

// The gradients of gates.
static void MK_FN(retreat)(const recurrent_job *job, int64_t t, int64_t first_row, int64_t last_row,
                           int64_t first_block, int64_t last_block) {
  const mk_recurrence *r = job->r;
  _Alignas(64) MK_C sums[MK_SUMS];
  int64_t end = smaller(last_row, r->batch_sizes[t]);
  for (int64_t block = first_block; block < last_block; block++) {
    int64_t unit = block * MK_WIDTH;
    MK_EACH_ROWS(row, rows, first_row, end) {
      MK_FN(fetch_gates)(job, job->first[t] + row, rows, unit);
      if (r->projects) {
        memset(sums, 0, (size_t)(rows * MK_WIDTH) * sizeof(MK_C));
        MK_FN(add_panel)(job, rows, r->width, (const MK_C *)job->dprojected + (job->first[t] + row) * r->width,
                         r->width, (const MK_C *)job->projection + block * r->width * MK_WIDTH, sums);
      } else {
        MK_FN(receive)(job, t, row, rows, block, sums);
      }
      MK_FN(cells_backward)(job, smaller(MK_WIDTH, r->hidden - unit), t, row, rows, unit, sums);
    }
  }
}

// The gradient of h0 for the rows that begin in step t.
static void MK_FN(retreat_initial)(const recurrent_job *job, int64_t t, int64_t first_row, int64_t last_row,
                                   int64_t first_block, int64_t last_block) {
  const mk_recurrence *r = job->r;
  int64_t before = recurrent_before(r, t), end = smaller(last_row, r->batch_sizes[t]);
  if (before >= 0 && first_row < r->batch_sizes[before]) first_row = r->batch_sizes[before];
  _Alignas(64) MK_C sums[MK_SUMS];
  for (int64_t block = first_block; block < last_block; block++) {
    int64_t column = block * MK_WIDTH;
    const MK_C *panel = (const MK_C *)job->weight + block * job->gates * r->hidden * MK_WIDTH;
    MK_EACH_ROWS(row, rows, first_row, end) {
      int64_t at = row * r->width + column;
      memset(sums, 0, (size_t)(rows * MK_WIDTH) * sizeof(MK_C));
      MK_FN(add_gradients)(job, t, row, rows, panel, sums);
      MK_FN(write_sums)(rows, smaller(MK_WIDTH, r->width - column), (MK_C *)job->dh0 + at,
                        job->carry ? (const MK_C *)job->carry + at : NULL, r->width, sums);
    }
  }
}

#undef MK_SUMS
#undef MK_WIDTH
#undef MK_EACH_ROWS
