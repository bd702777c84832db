// Softmax along a dimension with others inside of it, for each_float.h: a block of columns advances together, one
// lane a column. Work items are blocks of MK_COLUMNS columns.

// Long sums are split in two levels, which keeps the rounding error of a sum of n terms near that of sqrt(n).
#define MK_SUM_RUN 64

MK_CLONES static void MK_FN(softmax_columns)(void *context, int64_t begin, int64_t end) {
  const softmax_context *c = context;
  int64_t inner = c->inner, blocks = (inner - 1) / MK_COLUMNS + 1;
  for (int64_t item = begin; item < end; item++) {
    int64_t first = item % blocks * MK_COLUMNS, offset = item / blocks * c->size * inner + first;
    int64_t width = inner - first < MK_COLUMNS ? inner - first : MK_COLUMNS;
    MK_S *out = (MK_S *)c->out + offset;
    const MK_S *x = (const MK_S *)c->x + offset;
    MK_C greatest[MK_COLUMNS], sum[MK_COLUMNS], run[MK_COLUMNS];
    for (int64_t j = 0; j < width; j += MK_LANES) {
      MK_FN(store_raw)(greatest + j, (MK_FN(lanes))(MK_C)-INFINITY);
      MK_FN(store_raw)(sum + j, (MK_FN(lanes))0);
      MK_FN(store_raw)(run + j, (MK_FN(lanes))0);
    }
    for (int64_t k = 0; k < c->size; k++) {
      for (int64_t j = 0; j < width; j += MK_LANES) {
        MK_FN(lanes) v = MK_FN(load_up_to)(x + k * inner + j, width - j, 0), m = MK_FN(load_raw)(greatest + j);
        MK_FN(store_raw)(greatest + j, v > m ? v : m);
      }
    }
    for (int64_t k = 0; k < c->size; k++) {
      bool close = k % MK_SUM_RUN == MK_SUM_RUN - 1 || k + 1 == c->size;
      for (int64_t j = 0; j < width; j += MK_LANES) {
        MK_FN(lanes) v = MK_FN(load_up_to)(x + k * inner + j, width - j, 0) - MK_FN(load_raw)(greatest + j);
        MK_FN(lanes) e = MK_FN(lane_exp)(v), partial = MK_FN(load_raw)(run + j) + e;
        if (!MK_IS_HALF && !c->log) MK_FN(store_up_to)(out + k * inner + j, width - j, e);
        if (close) {
          MK_FN(store_raw)(sum + j, MK_FN(load_raw)(sum + j) + partial);
          partial = 0;
        }
        MK_FN(store_raw)(run + j, partial);
      }
    }
    for (int64_t j = 0; j < width; j++) sum[j] = c->log ? MK_LOG(sum[j]) : 1 / sum[j];
    for (int64_t k = 0; k < c->size; k++) {
      for (int64_t j = 0; j < width; j += MK_LANES) {
        int64_t at = k * inner + j;
        MK_FN(lanes) s = MK_FN(load_raw)(sum + j), v;
        if (c->log) v = MK_FN(load_up_to)(x + at, width - j, 0) - MK_FN(load_raw)(greatest + j) - s;
        else if (MK_IS_HALF)
          v = MK_FN(lane_exp)(MK_FN(load_up_to)(x + at, width - j, 0) - MK_FN(load_raw)(greatest + j)) * s;
        else v = MK_FN(load_up_to)(out + at, width - j, 0) * s;
        MK_FN(store_up_to)(out + at, width - j, v);
      }
    }
  }
}

MK_CLONES static void MK_FN(softmax_columns_backward)(void *context, int64_t begin, int64_t end) {
  const softmax_context *c = context;
  int64_t inner = c->inner, blocks = (inner - 1) / MK_COLUMNS + 1;
  for (int64_t item = begin; item < end; item++) {
    int64_t first = item % blocks * MK_COLUMNS, offset = item / blocks * c->size * inner + first;
    int64_t width = inner - first < MK_COLUMNS ? inner - first : MK_COLUMNS;
    MK_S *dx = (MK_S *)c->out + offset;
    const MK_S *dy = (const MK_S *)c->x + offset, *y = (const MK_S *)c->y + offset;
    MK_C sum[MK_COLUMNS], run[MK_COLUMNS];
    for (int64_t j = 0; j < width; j += MK_LANES) {
      MK_FN(store_raw)(sum + j, (MK_FN(lanes))0);
      MK_FN(store_raw)(run + j, (MK_FN(lanes))0);
    }
    for (int64_t k = 0; k < c->size; k++) {
      bool close = k % MK_SUM_RUN == MK_SUM_RUN - 1 || k + 1 == c->size;
      for (int64_t j = 0; j < width; j += MK_LANES) {
        int64_t at = k * inner + j;
        MK_FN(lanes) g = MK_FN(load_up_to)(dy + at, width - j, 0), partial = MK_FN(load_raw)(run + j);
        partial += c->log ? g : g * MK_FN(load_up_to)(y + at, width - j, 0);
        if (close) {
          MK_FN(store_raw)(sum + j, MK_FN(load_raw)(sum + j) + partial);
          partial = 0;
        }
        MK_FN(store_raw)(run + j, partial);
      }
    }
    for (int64_t k = 0; k < c->size; k++) {
      for (int64_t j = 0; j < width; j += MK_LANES) {
        int64_t at = k * inner + j;
        MK_FN(lanes) g = MK_FN(load_up_to)(dy + at, width - j, 0), v = MK_FN(load_up_to)(y + at, width - j, 0);
        MK_FN(lanes) s = MK_FN(load_raw)(sum + j);
        MK_FN(store_up_to)(dx + at, width - j, c->log ? g - MK_FN(lane_exp)(v) * s : v * (g - s));
      }
    }
  }
}
