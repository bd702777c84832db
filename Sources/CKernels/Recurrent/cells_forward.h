// What a cell makes of its gates, for one type MK_C (suffix MK_SUFFIX): units [unit, unit + count) of one row after the
// other. sums[gate][row][unit] are the products with the state before.

typedef struct {
  const MK_C *x, *bias; // of the row, and of GRU's n
  const MK_C *before;   // the state before, GRU
  MK_C *out, *gates, *cells, *state;
} MK_FN(forward_row);

// The logistic function and tanh as fractions with denominators from 1 to 2, so that several of them need only one
// division.
typedef struct {
  MK_C over, under;
} MK_FN(fraction);

MK_INLINE MK_FN(fraction) MK_FN(sigmoid_fraction)(MK_C x) {
  MK_C e = MK_EXP_FALL(x);
  return (MK_FN(fraction)){x < 0 ? e : 1, 1 + e};
}

MK_INLINE MK_FN(fraction) MK_FN(tanh_fraction)(MK_C x) {
  MK_C t = MK_EXPM1_FALL(x);
  return (MK_FN(fraction)){x < 0 ? t : -t, 2 + t};
}

MK_INLINE MK_C MK_FN(recurrent_tanh)(MK_C x) {
  MK_FN(fraction) y = MK_FN(tanh_fraction)(x);
  return y.over / y.under;
}

typedef struct {
  MK_C i, f, g, o;
} MK_FN(lstm_gates);

MK_INLINE MK_FN(lstm_gates) MK_FN(lstm_gates_of)(MK_C i, MK_C f, MK_C g, MK_C o) {
  MK_FN(fraction) a = MK_FN(sigmoid_fraction)(i), b = MK_FN(sigmoid_fraction)(f);
  MK_FN(fraction) c = MK_FN(tanh_fraction)(g), d = MK_FN(sigmoid_fraction)(o);
  MK_C ab = a.under * b.under, cd = c.under * d.under, inverse = 1 / (ab * cd);
  MK_C of_ab = inverse * cd, of_cd = inverse * ab;
  return (MK_FN(lstm_gates)){a.over * (of_ab * b.under), b.over * (of_ab * a.under), c.over * (of_cd * d.under),
                             d.over * (of_cd * c.under)};
}

// `keeps`, a constant: whether the gradient's needs are written.
MK_INLINE void MK_FN(lstm_forward)(const bool keeps, const int64_t count, int64_t hidden, const MK_C *sums,
                                   MK_FN(forward_row) row) {
  const int64_t gate = MK_BLOCK_ROWS * MK_WIDTH;
  MK_C *gates = row.gates, *cells = row.cells, *state = row.state, *out = row.out;
  const MK_C *x = row.x;
  MK_INDEPENDENT for (int64_t j = 0; j < count; j++) {
    MK_FN(lstm_gates) a =
        MK_FN(lstm_gates_of)(x[j] + sums[j], x[hidden + j] + sums[gate + j], x[2 * hidden + j] + sums[2 * gate + j],
                             x[3 * hidden + j] + sums[3 * gate + j]);
    MK_C c = a.f * state[j] + a.i * a.g;
    state[j] = c;
    out[j] = a.o * MK_FN(recurrent_tanh)(c);
    if (keeps) {
      gates[j] = a.i;
      gates[hidden + j] = a.f;
      gates[2 * hidden + j] = a.g;
      gates[3 * hidden + j] = a.o;
      cells[j] = c;
    }
  }
}

MK_INLINE void MK_FN(gru_forward)(const bool keeps, const int64_t count, int64_t hidden, const MK_C *sums,
                                  MK_FN(forward_row) row) {
  const int64_t gate = MK_BLOCK_ROWS * MK_WIDTH;
  MK_C *gates = row.gates, *out = row.out;
  const MK_C *x = row.x, *bias = row.bias, *before = row.before;
  MK_INDEPENDENT for (int64_t j = 0; j < count; j++) {
    MK_FN(fraction) a = MK_FN(sigmoid_fraction)(x[j] + sums[j]);
    MK_FN(fraction) b = MK_FN(sigmoid_fraction)(x[hidden + j] + sums[gate + j]);
    MK_C inverse = 1 / (a.under * b.under), r = a.over * (inverse * b.under), z = b.over * (inverse * a.under);
    MK_C q = sums[2 * gate + j] + bias[j], n = MK_FN(recurrent_tanh)(x[2 * hidden + j] + r * q);
    out[j] = (1 - z) * n + z * before[j];
    if (keeps) {
      gates[j] = r;
      gates[hidden + j] = z;
      gates[2 * hidden + j] = n;
      gates[3 * hidden + j] = q;
    }
  }
}

MK_INLINE void MK_FN(plain_forward)(const int64_t count, bool is_tanh, const MK_C *sums, MK_FN(forward_row) row) {
  MK_C *out = row.out;
  const MK_C *x = row.x;
  if (is_tanh) {
    MK_INDEPENDENT for (int64_t j = 0; j < count; j++) out[j] = MK_FN(recurrent_tanh)(x[j] + sums[j]);
  } else {
    MK_INDEPENDENT for (int64_t j = 0; j < count; j++) {
      MK_C y = x[j] + sums[j];
      out[j] = y < 0 ? 0 : y;
    }
  }
}

MK_INLINE void MK_FN(rows_forward)(const recurrent_job *job, const int64_t count, int64_t t, int64_t row, int64_t rows,
                                   int64_t unit, const MK_C *sums) {
  const mk_recurrence *r = job->r;
  const int64_t hidden = r->hidden, before = recurrent_before(r, t);
  MK_C none[2 * 64 / sizeof(MK_C)] = {0};
  for (int64_t i = 0; i < rows; i++, sums += MK_WIDTH) {
    int64_t at = job->first[t] + row + i;
    MK_FN(forward_row) f = {.x = (const MK_C *)job->x + at * job->gates * hidden + unit};
    f.out = (MK_C *)(r->projects ? job->state.unprojected : job->state.out) + at * hidden + unit;
    if (r->cell == MK_CELL_LSTM) {
      f.state = (MK_C *)job->last_cell + (row + i) * hidden + unit;
      if (!job->state.gates) {
        MK_FN(lstm_forward)(false, count, hidden, sums, f);
        continue;
      }
      f.gates = (MK_C *)job->state.gates + at * 4 * hidden + unit;
      f.cells = (MK_C *)job->state.cells + at * hidden + unit;
      MK_FN(lstm_forward)(true, count, hidden, sums, f);
    } else if (r->cell == MK_CELL_GRU) {
      f.before = none;
      if (before >= 0 && row + i < r->batch_sizes[before])
        f.before = (const MK_C *)job->state.out + (job->first[before] + row + i) * hidden + unit;
      else if (job->state.h0) f.before = (const MK_C *)job->state.h0 + (row + i) * hidden + unit;
      f.bias = job->bias ? (const MK_C *)job->bias + unit : none;
      if (!job->state.gates) {
        MK_FN(gru_forward)(false, count, hidden, sums, f);
        continue;
      }
      f.gates = (MK_C *)job->state.gates + at * 4 * hidden + unit;
      MK_FN(gru_forward)(true, count, hidden, sums, f);
    } else {
      MK_FN(plain_forward)(count, r->cell == MK_CELL_TANH, sums, f);
    }
  }
}

MK_CLONES static void MK_FN(cells_forward)(const recurrent_job *job, int64_t count, int64_t t, int64_t row,
                                           int64_t rows, int64_t unit, const MK_C *sums) {
  if (count == MK_WIDTH) MK_FN(rows_forward)(job, MK_WIDTH, t, row, rows, unit, sums);
  else MK_FN(rows_forward)(job, count, t, row, rows, unit, sums);
}
