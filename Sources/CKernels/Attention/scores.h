// Blocks of scores, for each_float.h: rows of two vectors of lanes each.
#ifndef MK_ROW_LANES
#define MK_ROW_LANES (2 * MK_LANES)
#endif

MK_INLINE MK_FN(lanes) MK_FN(larger_lanes)(MK_FN(lanes) a, MK_FN(lanes) b) { return a > b ? a : b; }

// Scores of `count` rows of the left operand, packed by rows, with the lanes of the right one.
MK_INLINE void MK_FN(score_rows)(const mk_gemm_kernels *kernels, int64_t depth, int64_t count, const char *left,
                                 const MK_C *right, MK_C *scores) {
  const MK_C *panel = (const MK_C *)(const void *)left;
  for (int64_t r = 0; r < count; r += MK_TILE_ROWS)
    kernels->tile(mk_smaller(MK_TILE_ROWS, count - r), depth, panel + r * depth, right, scores + r * MK_ROW_LANES);
}

// sums[column, lane] = sums * factor[lane] + the sum over rows of left[row, column] weights[row,
// lane]; no factor counts as 1.
MK_INLINE void MK_FN(add_product)(const mk_gemm_kernels *kernels, int64_t columns, int64_t depth,
                                  int64_t block, const char *left, const MK_C *weights, const MK_C *factor,
                                  MK_C *sums) {
  const MK_C *panel = (const MK_C *)(const void *)left;
  _Alignas(64) MK_C tile[MK_TILE_ROWS * 2 * 64 / sizeof(MK_C)];
  MK_FN(lanes) one = 1, f0 = factor ? MK_FN(load_raw)(factor) : one;
  MK_FN(lanes) f1 = factor ? MK_FN(load_raw)(factor + MK_LANES) : one;
  for (int64_t first = 0; first < columns; first += MK_TILE_ROWS, panel += MK_TILE_ROWS * block) {
    int64_t rows = mk_smaller(MK_TILE_ROWS, columns - first);
    kernels->tile(rows, depth, panel, weights, tile);
    MK_C *to = sums + first * MK_ROW_LANES;
    for (int64_t i = 0; i < rows * MK_ROW_LANES; i += MK_ROW_LANES) {
      MK_FN(store_raw)(to + i, MK_FN(load_raw)(to + i) * f0 + MK_FN(load_raw)(tile + i));
      MK_FN(store_raw)(to + i + MK_LANES,
                       MK_FN(load_raw)(to + i + MK_LANES) * f1 + MK_FN(load_raw)(tile + i + MK_LANES));
    }
  }
}

// Applies the mask to rows [0, count) of a block.
MK_INLINE void MK_FN(mask_scores)(const block_mask *m, int64_t count, MK_C *scores) {
  const MK_C hidden = (MK_C)-INFINITY;
  // Whether the last query of the first rows or lanes sees all keys of the block.
  int64_t rows_end = m->rows_are_keys ? m->key + count - 1 : m->query;
  int64_t lanes_end = m->rows_are_keys ? m->query : m->key + m->lanes - 1;
  bool cut = m->causal && (m->rows_are_keys ? rows_end > lanes_end : lanes_end > rows_end);
  if (!m->mask && !cut) return;
  for (int64_t r = 0; r < count; r++, scores += MK_ROW_LANES) {
    if (m->mask && m->is_bool) {
      const bool *mask = (const bool *)m->mask + r * m->row_stride;
      for (int64_t j = 0; j < m->lanes; j++) scores[j] = mask[j * m->lane_stride] ? scores[j] : hidden;
    } else if (m->mask) {
      const MK_C *mask = (const MK_C *)(const void *)m->mask + r * m->row_stride;
      for (int64_t j = 0; j < m->lanes; j++) scores[j] += mask[j * m->lane_stride];
    }
    if (!cut) continue;
    int64_t limit = m->rows_are_keys ? m->key + r - m->query : m->query + r - m->key;
    if (m->rows_are_keys) {
      for (int64_t j = 0; j < MK_ROW_LANES; j++) scores[j] = j < limit ? hidden : scores[j];
    } else {
      for (int64_t j = 0; j < MK_ROW_LANES; j++) scores[j] = j > limit ? hidden : scores[j];
    }
  }
}

// Lanes of the columns `right` reads: a block of positions turned around, times `scale`.
MK_INLINE void MK_FN(pack_lanes)(const mk_gemm_kernels *kernels, const packed_operand *p, int64_t head,
                                 int64_t first, int64_t count, MK_C scale, MK_C *out) {
  const char *x = head_of(p, head, sizeof(MK_S)) + first * p->stride[2] * (int64_t)sizeof(MK_S);
  kernels->pack_columns(out, x, count, p->columns, p->stride[2], p->stride[3]);
  if (scale == 1) return;
  for (int64_t i = 0; i < p->columns * MK_ROW_LANES; i += MK_LANES)
    MK_FN(store_raw)(out + i, MK_FN(load_raw)(out + i) * scale);
}

// Writes sums [columns, lanes], times a factor of each lane, to positions [first, first + count) of
// `out`.
MK_INLINE void MK_FN(write_lanes)(MK_S *out, int64_t columns, int64_t first, int64_t count, const MK_C *factor,
                                  const MK_C *sums) {
  for (int64_t j = 0; j < count; j++) {
    MK_S *to = out + (first + j) * columns;
    MK_INDEPENDENT
    for (int64_t i = 0; i < columns; i++) to[i] = MK_STORE(sums[i * MK_ROW_LANES + j] * factor[j]);
  }
}
