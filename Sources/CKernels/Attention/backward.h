// Gradients of attention, for each_float.h. Weights are computed again from the log-sum-exp of each
// query.

// scores become weights w, and slopes (those of the weights) become w (slope - dot): the gradient
// of the scores.
MK_INLINE void MK_FN(slope_scores)(int64_t keys, const MK_C *lse, const MK_C *dots, MK_C *scores, MK_C *slopes) {
  for (int64_t half = 0; half < MK_ROW_LANES; half += MK_LANES) {
    MK_FN(lanes) base = MK_FN(load_raw)(lse + half), dot = MK_FN(load_raw)(dots + half);
    for (int64_t r = 0; r < keys; r++) {
      MK_C *s = scores + r * MK_ROW_LANES + half, *d = slopes + r * MK_ROW_LANES + half;
      MK_FN(lanes) weight = MK_FN(lane_exp)(MK_FN(load_raw)(s) - base);
      MK_FN(store_raw)(s, weight);
      MK_FN(store_raw)(d, weight * (MK_FN(load_raw)(d) - dot));
    }
  }
}

// The sums over columns of out * dout, one a query; lanes that are no query have weights of 0.
MK_INLINE void MK_FN(load_statistics)(const attention_context *c, int64_t size, MK_FN(query_block) *b) {
  const mk_attention *a = c->a;
  const MK_C *lse = (const MK_C *)c->lse + b->head * a->queries + b->query;
  for (int64_t j = 0; j < MK_ROW_LANES; j++) {
    b->base[j] = j < b->count ? lse[j] : (MK_C)INFINITY;
    b->total[j] = 0;
  }
  const MK_S *out = (const MK_S *)(const void *)position_of(&c->out, a->heads, b->head, b->query, sizeof(MK_S));
  for (int64_t j = 0; j < b->count; j++, out += c->out.stride[2]) {
    MK_FN(lanes) sum = 0;
    for (int64_t i = 0; i < a->value_width; i += MK_LANES)
      sum += MK_FN(load_up_to)(out + i, a->value_width - i, 0) * MK_FN(load_raw)(b->g_rows + j * size + i);
    b->total[j] = MK_FN(lane_sum)(sum);
  }
}

// Writes the gradients of keys [key, key + keys) of a head, which were summed in rows of `size`.
MK_INLINE void MK_FN(write_rows)(const mk_heads *out, int64_t heads, int64_t head, int64_t key, int64_t keys,
                                 int64_t columns, int64_t size, MK_C scale, const MK_C *sums) {
  MK_S *to = (MK_S *)(void *)position_of(out, heads, head, key, sizeof(MK_S));
  for (int64_t r = 0; r < keys; r++, to += out->stride[2], sums += size) {
    for (int64_t i = 0; i < columns; i += MK_LANES)
      MK_FN(store_up_to)(to + i, columns - i, MK_FN(load_raw)(sums + i) * scale);
  }
}

// What blocks of queries send to all keys of their head, and what they get.
MK_INLINE void MK_FN(backward_blocks)(const attention_context *c, int64_t kv_head, int64_t count,
                                      MK_FN(query_block) *blocks, MK_C *scores, MK_C *dk, MK_C *dv) {
  const mk_attention *a = c->a;
  const int64_t lanes = MK_ROW_LANES, width = a->width, value_width = a->value_width;
  const int64_t k_size = mk_whole(width, lanes), v_size = mk_whole(value_width, lanes);
  MK_C *slopes = scores + MK_BLOCK * lanes, *keys = slopes + MK_BLOCK * lanes, *values = keys + MK_BLOCK * width;
  int64_t end = 0;
  for (int64_t i = 0; i < count; i++) end = end > blocks[i].end ? end : blocks[i].end;
  for (int64_t key = 0; key < end; key += MK_BLOCK) {
    int64_t rows = MK_FN(load_keys)(c, kv_head, key, end, keys, values);
    for (MK_FN(query_block) *b = blocks; b < blocks + count; b++) {
      int64_t seen = mk_smaller(rows, b->end - key);
      if (seen <= 0) continue;
      MK_FN(score)(c, seen, width, keys, b->turned, scores);
      MK_FN(score)(c, seen, value_width, values, b->turned_g, slopes);
      MK_FN(mask_scores)(a, b, key, seen, scores);
      MK_FN(slope_scores)(seen, b->base, b->total, scores, slopes);
      if (c->dq.data) MK_FN(sum_rows)(c, seen, width, keys, slopes, key > 0, b->sums);
      if (c->dk.data) MK_FN(sum_lanes)(c, seen, b->count, k_size, slopes, b->rows, dk + key * k_size);
      if (c->dv.data) MK_FN(sum_lanes)(c, seen, b->count, v_size, scores, b->g_rows, dv + key * v_size);
    }
  }
}

// Some of the blocks of queries of a head of keys.
MK_CLONES static void MK_FN(backward_task)(void *context, int64_t index) {
  attention_context *c = context;
  const mk_attention *a = c->a;
  const int64_t lanes = MK_ROW_LANES, width = a->width, value_width = a->value_width;
  const int64_t k_size = mk_whole(width, lanes), v_size = mk_whole(value_width, lanes);
  const int64_t group = a->heads / a->kv_heads, kv_head = index / c->parts, part = index % c->parts;
  const int64_t all = group * c->blocks, first = all * part / c->parts, last = all * (part + 1) / c->parts;
  const int64_t most = mk_smaller(MK_SHARED, last - first);
  const int64_t size = (2 * width + value_width + k_size + v_size) * lanes; // of a block
  const int64_t sums = a->keys * (k_size + v_size);
  int64_t elements = (2 * MK_BLOCK + lanes) * lanes + MK_BLOCK * (width + value_width) + most * size;
  size_t capacity;
  MK_C *scores = mk_alloc((size_t)(elements + (c->partial ? 0 : sums)) * sizeof(MK_C), &capacity);
  if (!scores) {
    c->status = MK_OUT_OF_MEMORY;
    return;
  }
  MK_C *scratch = scores + elements - most * size - lanes * lanes;
  MK_C *dk = c->partial ? (MK_C *)(void *)c->partial + index * sums : scores + elements, *dv = dk + a->keys * k_size;
  memset(dk, 0, (size_t)sums * sizeof(MK_C));
  MK_C scale[2 * 64 / sizeof(MK_C)];
  for (int64_t j = 0; j < lanes; j++) scale[j] = (MK_C)a->scale;
  for (int64_t from = first; from < last; from += most) {
    MK_FN(query_block) blocks[MK_SHARED];
    int64_t count = mk_smaller(most, last - from);
    MK_C *room = scratch + lanes * lanes;
    for (int64_t i = 0; i < count; i++, room += size) {
      MK_FN(query_block) *b = blocks + i;
      int64_t head = kv_head / a->kv_heads * a->heads + kv_head % a->kv_heads * group + (from + i) / c->blocks;
      MK_FN(begin_block)(c, head, (from + i) % c->blocks, b);
      b->turned = room;
      b->sums = b->turned + width * lanes;
      b->turned_g = b->sums + width * lanes;
      b->rows = b->turned_g + value_width * lanes;
      b->g_rows = b->rows + k_size * lanes;
      MK_FN(load_turned)(c, &c->q, b, width, (MK_C)a->scale, b->turned);
      MK_FN(load_turned)(c, &c->g, b, value_width, 1, b->turned_g);
      MK_FN(load_rows)(&c->q, a->heads, head, b->query, b->count, width, k_size, b->rows);
      MK_FN(load_rows)(&c->g, a->heads, head, b->query, b->count, value_width, v_size, b->g_rows);
      MK_FN(load_statistics)(c, v_size, b);
    }
    MK_FN(backward_blocks)(c, kv_head, count, blocks, scores, dk, dv);
    for (int64_t i = 0; c->dq.data && i < count; i++)
      MK_FN(write_turned)(c, &c->dq, blocks + i, width, scale, blocks[i].sums, scratch);
  }
  if (c->dk.data && !c->partial)
    MK_FN(write_rows)(&c->dk, a->kv_heads, kv_head, 0, a->keys, width, k_size, (MK_C)a->scale, dk);
  if (c->dv.data && !c->partial)
    MK_FN(write_rows)(&c->dv, a->kv_heads, kv_head, 0, a->keys, value_width, v_size, 1, dv);
  mk_free(scores, capacity);
}

// Adds up what the tasks of a head of keys have for a block of keys.
MK_CLONES static void MK_FN(merge_task)(void *context, int64_t index) {
  attention_context *c = context;
  const mk_attention *a = c->a;
  const int64_t k_size = mk_whole(a->width, MK_ROW_LANES), v_size = mk_whole(a->value_width, MK_ROW_LANES);
  const int64_t blocks = (a->keys - 1) / MK_BLOCK + 1, kv_head = index / blocks, key = index % blocks * MK_BLOCK;
  const int64_t keys = mk_smaller(MK_BLOCK, a->keys - key), sums = a->keys * (k_size + v_size);
  MK_C *dk = (MK_C *)(void *)c->partial + kv_head * c->parts * sums + key * k_size;
  MK_C *dv = dk + a->keys * k_size + key * (v_size - k_size);
  for (int64_t part = 1; part < c->parts; part++) {
    for (int64_t i = 0; i < keys * k_size; i += MK_LANES)
      MK_FN(store_raw)(dk + i, MK_FN(load_raw)(dk + i) + MK_FN(load_raw)(dk + part * sums + i));
    for (int64_t i = 0; i < keys * v_size; i += MK_LANES)
      MK_FN(store_raw)(dv + i, MK_FN(load_raw)(dv + i) + MK_FN(load_raw)(dv + part * sums + i));
  }
  if (c->dk.data)
    MK_FN(write_rows)(&c->dk, a->kv_heads, kv_head, key, keys, a->width, k_size, (MK_C)a->scale, dk);
  if (c->dv.data)
    MK_FN(write_rows)(&c->dv, a->kv_heads, kv_head, key, keys, a->value_width, v_size, 1, dv);
}
