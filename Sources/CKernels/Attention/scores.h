// Blocks of scores, for each_float.h: [keys, lanes], where lanes are queries, so that maxima and
// sums over keys are elementwise.

MK_INLINE MK_FN(lanes) MK_FN(larger_lanes)(MK_FN(lanes) a, MK_FN(lanes) b) { return a > b ? a : b; }

// scores[key, lane] = the sum over columns of rows[key, column] turned[column, lane].
MK_INLINE void MK_FN(score)(const attention_context *c, int64_t keys, int64_t columns, const MK_C *rows,
                            const MK_C *turned, MK_C *scores) {
  c->product(&(mk_rows_product){.rows = keys, .k = columns, .a = rows, .a_row = columns, .a_depth = 1, .b = turned,
                                .b_row = MK_ROW_LANES, .c = scores, .c_row = MK_ROW_LANES});
}

// sums[column, lane] = the sum over keys of rows[key, column] weights[key, lane], added to what is
// there if `accumulate`.
MK_INLINE void MK_FN(sum_rows)(const attention_context *c, int64_t keys, int64_t columns, const MK_C *rows,
                               const MK_C *weights, bool accumulate, MK_C *sums) {
  c->product(&(mk_rows_product){.rows = columns, .k = keys, .a = rows, .a_row = 1, .a_depth = columns, .b = weights,
                                .b_row = MK_ROW_LANES, .c = sums, .c_row = MK_ROW_LANES, .accumulate = accumulate});
}

// sums[key, column] += the sum over lanes < count of weights[key, lane] rows[lane, column], where
// rows and sums have `size` columns, whole lanes.
MK_INLINE void MK_FN(sum_lanes)(const attention_context *c, int64_t keys, int64_t count, int64_t size,
                                const MK_C *weights, const MK_C *rows, MK_C *sums) {
  for (int64_t first = 0; first < size; first += MK_ROW_LANES)
    c->product(&(mk_rows_product){.rows = keys, .k = count, .a = weights, .a_row = MK_ROW_LANES, .a_depth = 1,
                                  .b = rows + first, .b_row = size, .c = sums + first, .c_row = size,
                                  .accumulate = true});
}

// Applies the mask to the scores of keys [key, key + keys).
MK_INLINE void MK_FN(mask_scores)(const mk_attention *a, const MK_FN(query_block) *b, int64_t key, int64_t keys,
                                  MK_C *scores) {
  const MK_C hidden = (MK_C)-INFINITY;
  const mk_heads *m = &a->mask;
  // Whether the first query sees all of these keys.
  bool cut = a->causal && key + keys - 1 > b->query;
  if (!m->data && !cut) return;
  int64_t offset = b->head / a->heads * m->stride[0] + b->head % a->heads * m->stride[1] + b->query * m->stride[2] +
                   key * m->stride[3];
  for (int64_t r = 0; r < keys; r++, scores += MK_ROW_LANES, offset += m->stride[3]) {
    if (m->data && a->mask_is_bool) {
      const bool *mask = (const bool *)m->data + offset;
      for (int64_t j = 0; j < b->count; j++) scores[j] = mask[j * m->stride[2]] ? scores[j] : hidden;
    } else if (m->data) {
      const MK_C *mask = (const MK_C *)m->data + offset;
      for (int64_t j = 0; j < b->count; j++) scores[j] += mask[j * m->stride[2]];
    }
    int64_t first = key + r - b->query; // lane that sees this key
    if (cut && first > 0) {
      for (int64_t j = 0; j < MK_ROW_LANES; j++) scores[j] = j < first ? hidden : scores[j];
    }
  }
}
