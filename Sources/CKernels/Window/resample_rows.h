// The product of a dimension with a sparse matrix, for each_float.h.

// A vector of a row of the result: `count` lanes.
MK_INLINE void MK_FN(resample_part)(const mk_sparse *m, const MK_C *weights, int64_t begin, int64_t end,
                                    int64_t inner, int64_t j, int64_t count, MK_S *out, const MK_S *x) {
  MK_FN(lanes) sum = 0;
  for (int64_t k = begin; k < end; k++)
    sum += weights[k] * MK_FN(load_up_to)(x + m->positions[k] * inner + j, count, 0);
  MK_FN(store_up_to)(out + j, count, sum);
}

// Items are rows [outer, rows] of the result.
MK_CLONES static void MK_FN(resample_rows)(void *context, int64_t first, int64_t last) {
  const resample_context *c = context;
  const mk_sparse *m = c->matrix;
  const MK_C *weights = c->weights;
  const int64_t inner = c->inner;
  int64_t i = first % m->rows;
  const MK_S *x = (const MK_S *)c->x + first / m->rows * m->columns * inner;
  MK_S *out = (MK_S *)c->out + first * inner;
  for (int64_t item = first; item < last; item++, out += inner) {
    int64_t begin = m->offsets[i], end = m->offsets[i + 1], j = 0;
    if (inner == 1) {
      MK_C sum = 0;
      for (int64_t k = begin; k < end; k++) sum += weights[k] * MK_LOAD(x[m->positions[k]]);
      *out = MK_STORE(sum);
    } else {
      for (; j + MK_LANES <= inner; j += MK_LANES)
        MK_FN(resample_part)(m, weights, begin, end, inner, j, MK_LANES, out, x);
      if (j < inner) MK_FN(resample_part)(m, weights, begin, end, inner, j, inner - j, out, x);
    }
    if (++i == m->rows) {
      i = 0;
      x += m->columns * inner;
    }
  }
}

// A line whose rows of the matrix all have `widest` entries: a constant where it is small.
MK_INLINE void MK_FN(resample_line)(const resample_context *c, int64_t widest, MK_S *out, const MK_S *x) {
  const int64_t rows = c->matrix->rows;
  const MK_C *weights = c->weights;
  const int32_t *positions = c->positions;
  MK_INDEPENDENT
  for (int64_t i = 0; i < rows; i++) {
    MK_C sum = 0;
    for (int64_t k = 0; k < widest; k++) sum += weights[k * rows + i] * MK_LOAD(x[positions[k * rows + i]]);
    out[i] = MK_STORE(sum);
  }
}

// Items are lines: the dimension is the last.
MK_CLONES static void MK_FN(resample_lines)(void *context, int64_t first, int64_t last) {
  const resample_context *c = context;
  for (int64_t item = first; item < last; item++) {
    const MK_S *x = (const MK_S *)c->x + item * c->matrix->columns;
    MK_S *out = (MK_S *)c->out + item * c->matrix->rows;
    if (c->widest == 1) MK_FN(resample_line)(c, 1, out, x);
    else if (c->widest == 2) MK_FN(resample_line)(c, 2, out, x);
    else if (c->widest == 3) MK_FN(resample_line)(c, 3, out, x);
    else if (c->widest == 4) MK_FN(resample_line)(c, 4, out, x);
    else MK_FN(resample_line)(c, c->widest, out, x);
  }
}
