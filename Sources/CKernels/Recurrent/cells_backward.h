// The gradients of a cell's gates, for one type MK_C (suffix MK_SUFFIX): units [unit, unit + count) of one row after the
// other, given those of the result.

typedef struct {
  const MK_C *d, *dout;      // the parts of the gradient of the result; dout may be null
  const MK_C *gates, *before; // `before`: the cell (LSTM) or the state (GRU) before
  const MK_C *cells, *out;
  MK_C *dx, *drecurrent, *dcell, *carry;
} MK_FN(backward_row);

MK_INLINE void MK_FN(lstm_backward)(const int64_t count, int64_t hidden, MK_FN(backward_row) row) {
  const MK_C *d = row.d, *dout = row.dout, *gates = row.gates, *before = row.before, *cells = row.cells;
  MK_C *dx = row.dx, *dcell = row.dcell;
  MK_INDEPENDENT for (int64_t j = 0; j < count; j++) {
    MK_C i = gates[j], f = gates[hidden + j], g = gates[2 * hidden + j], o = gates[3 * hidden + j];
    MK_C dh = d[j] + dout[j], y = MK_FN(recurrent_tanh)(cells[j]);
    MK_C dc = dcell[j] + dh * o * (1 - y * y);
    dcell[j] = dc * f;
    dx[j] = dc * g * (i * (1 - i));
    dx[hidden + j] = dc * before[j] * (f * (1 - f));
    dx[2 * hidden + j] = dc * i * (1 - g * g);
    dx[3 * hidden + j] = dh * y * (o * (1 - o));
  }
}

MK_INLINE void MK_FN(gru_backward)(const int64_t count, int64_t hidden, MK_FN(backward_row) row) {
  const MK_C *d = row.d, *dout = row.dout, *gates = row.gates, *before = row.before;
  MK_C *dx = row.dx, *drecurrent = row.drecurrent, *carry = row.carry;
  MK_INDEPENDENT for (int64_t j = 0; j < count; j++) {
    MK_C r = gates[j], z = gates[hidden + j], n = gates[2 * hidden + j], q = gates[3 * hidden + j];
    MK_C dh = d[j] + dout[j] + carry[j];
    MK_C dn = dh * (1 - z) * (1 - n * n);
    MK_C dr = dn * q * (r * (1 - r)), dz = dh * (before[j] - n) * (z * (1 - z));
    carry[j] = dh * z;
    dx[j] = dr;
    dx[hidden + j] = dz;
    dx[2 * hidden + j] = dn;
    drecurrent[j] = dr;
    drecurrent[hidden + j] = dz;
    drecurrent[2 * hidden + j] = dn * r;
  }
}

MK_INLINE void MK_FN(plain_backward)(const int64_t count, bool is_tanh, MK_FN(backward_row) row) {
  const MK_C *d = row.d, *dout = row.dout, *out = row.out;
  MK_C *dx = row.dx;
  if (is_tanh) {
    MK_INDEPENDENT for (int64_t j = 0; j < count; j++) dx[j] = (d[j] + dout[j]) * (1 - out[j] * out[j]);
  } else {
    MK_INDEPENDENT for (int64_t j = 0; j < count; j++) dx[j] = out[j] > 0 ? d[j] + dout[j] : 0;
  }
}

MK_INLINE void MK_FN(rows_backward)(const recurrent_job *job, const int64_t count, int64_t t, int64_t row,
                                    int64_t rows, int64_t unit, const MK_C *sums) {
  const mk_recurrence *r = job->r;
  const int64_t hidden = r->hidden, before = recurrent_before(r, t);
  const bool is_lstm = r->cell == MK_CELL_LSTM;
  MK_C none[2 * 64 / sizeof(MK_C)] = {0};
  // What the state before is read from.
  const MK_C *earlier = is_lstm ? job->state.cells : job->state.out;
  const MK_C *start = is_lstm ? job->state.c0 : job->state.h0;
  for (int64_t i = 0; i < rows; i++, sums += MK_WIDTH) {
    int64_t at = job->first[t] + row + i;
    MK_FN(backward_row) b = {.d = sums, .dout = none, .before = none};
    // That of a projection has been multiplied already.
    if (!r->projects) b.dout = (const MK_C *)job->dout + at * hidden + unit;
    if (before >= 0 && row + i < r->batch_sizes[before])
      b.before = earlier + (job->first[before] + row + i) * hidden + unit;
    else if (start) b.before = start + (row + i) * hidden + unit;
    b.dx = (MK_C *)job->dx + at * r->gradient_row + unit;
    if (is_lstm) {
      b.gates = (const MK_C *)job->state.gates + at * 4 * hidden + unit;
      b.cells = (const MK_C *)job->state.cells + at * hidden + unit;
      b.dcell = (MK_C *)job->dcell + (row + i) * hidden + unit;
      MK_FN(lstm_backward)(count, hidden, b);
    } else if (r->cell == MK_CELL_GRU) {
      b.gates = (const MK_C *)job->state.gates + at * 4 * hidden + unit;
      b.drecurrent = (MK_C *)job->drecurrent + at * r->gradient_row + unit;
      b.carry = (MK_C *)job->carry + (row + i) * hidden + unit;
      MK_FN(gru_backward)(count, hidden, b);
    } else {
      b.out = (const MK_C *)job->state.out + at * hidden + unit;
      MK_FN(plain_backward)(count, r->cell == MK_CELL_TANH, b);
    }
  }
}

MK_CLONES static void MK_FN(cells_backward)(const recurrent_job *job, int64_t count, int64_t t, int64_t row,
                                            int64_t rows, int64_t unit, const MK_C *sums) {
  if (count == MK_WIDTH) MK_FN(rows_backward)(job, MK_WIDTH, t, row, rows, unit, sums);
  else MK_FN(rows_backward)(job, count, t, row, rows, unit, sums);
}
