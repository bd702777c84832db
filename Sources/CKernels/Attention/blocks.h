// Blocks of positions of a head, for each_float.h: as rows, [positions, columns], and turned
// around, [columns, lanes], where the lanes, two vectors of them, are positions.
#ifndef MK_ROW_LANES
#define MK_ROW_LANES (2 * MK_LANES)
#endif

// Queries that are handled together, as many as there are lanes.
typedef struct {
  int64_t head, query, count;
  int64_t end;                   // of the keys that any of them sees
  MK_C *turned, *sums;           // the queries, scaled; what is summed up for them
  MK_C *turned_g, *rows, *g_rows; // backwards
  // Forwards the greatest score so far and the sum of weights; backwards the log-sum-exp of scores,
  // and the sum of out * dout.
  MK_C base[2 * 64 / sizeof(MK_C)], total[2 * 64 / sizeof(MK_C)];
} MK_FN(query_block);

MK_INLINE void MK_FN(begin_block)(const attention_context *c, int64_t head, int64_t block, MK_FN(query_block) *b) {
  const mk_attention *a = c->a;
  b->head = head;
  b->query = block * MK_ROW_LANES;
  b->count = mk_smaller(MK_ROW_LANES, a->queries - b->query);
  b->end = a->causal ? mk_smaller(a->keys, b->query + b->count) : a->keys;
}

// Rows of `size` elements, of which those past the columns are zeros.
MK_INLINE void MK_FN(load_rows)(const mk_heads *x, int64_t heads, int64_t head, int64_t first, int64_t count,
                                int64_t columns, int64_t size, MK_C *out) {
  const MK_S *from = (const MK_S *)(const void *)position_of(x, heads, head, first, sizeof(MK_S));
  for (int64_t i = 0; i < count; i++, from += x->stride[2], out += size) {
    int64_t j = 0;
    if (x->stride[3] == 1) {
      for (; j + MK_LANES <= columns; j += MK_LANES) MK_FN(store_raw)(out + j, MK_FN(load)(from + j));
    }
    for (; j < columns; j++) out[j] = MK_LOAD(from[j * x->stride[3]]);
    for (; j < size; j++) out[j] = 0;
  }
}

// The next keys and their values, [keys, width] and [keys, value_width]: up to MK_BLOCK of them
// before `end`. Returns how many.
MK_INLINE int64_t MK_FN(load_keys)(const attention_context *c, int64_t kv_head, int64_t key, int64_t end, MK_C *keys,
                                   MK_C *values) {
  const mk_attention *a = c->a;
  int64_t count = mk_smaller(MK_BLOCK, end - key);
  MK_FN(load_rows)(&c->k, a->kv_heads, kv_head, key, count, a->width, a->width, keys);
  MK_FN(load_rows)(&c->v, a->kv_heads, kv_head, key, count, a->value_width, a->value_width, values);
  return count;
}

// Lanes past `count` are zeros.
MK_INLINE void MK_FN(load_turned)(const attention_context *c, const mk_heads *x, const MK_FN(query_block) *b,
                                  int64_t columns, MK_C scale, MK_C *out) {
  const char *from = position_of(x, c->a->heads, b->head, b->query, sizeof(MK_S));
  c->storage->pack(out, from, MK_ROW_LANES, b->count, columns, x->stride[2], x->stride[3]);
  if (scale == 1) return;
  for (int64_t i = 0; i < columns * MK_ROW_LANES; i += MK_LANES)
    MK_FN(store_raw)(out + i, MK_FN(load_raw)(out + i) * scale);
}

// Writes sums [columns, lanes] times a factor for each lane to the block's positions of `out`;
// `scratch` has room for lanes * lanes elements.
MK_INLINE void MK_FN(write_turned)(const attention_context *c, const mk_heads *out, const MK_FN(query_block) *b,
                                   int64_t columns, const MK_C *factor, MK_C *sums, MK_C *scratch) {
  for (int64_t i = 0; i < columns * MK_ROW_LANES; i += MK_LANES)
    MK_FN(store_raw)(sums + i, MK_FN(load_raw)(sums + i) * MK_FN(load_raw)(factor + i % MK_ROW_LANES));
  for (int64_t first = 0; first < columns; first += MK_ROW_LANES) {
    int64_t width = mk_smaller(MK_ROW_LANES, columns - first);
    c->compute->pack(scratch, sums + first * MK_ROW_LANES, MK_ROW_LANES, width, MK_ROW_LANES, MK_ROW_LANES, 1);
    MK_S *to = (MK_S *)(void *)position_of(out, c->a->heads, b->head, b->query, sizeof(MK_S)) + first;
    for (int64_t j = 0; j < b->count; j++, to += out->stride[2]) {
      MK_FN(store_up_to)(to, width, MK_FN(load_raw)(scratch + j * MK_ROW_LANES));
      if (width > MK_LANES)
        MK_FN(store_up_to)(to + MK_LANES, width - MK_LANES, MK_FN(load_raw)(scratch + j * MK_ROW_LANES + MK_LANES));
    }
  }
}
