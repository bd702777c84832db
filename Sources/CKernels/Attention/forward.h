// Attention of some blocks of queries, for each_float.h.

// Turns the scores of the next keys into weights relative to the greatest score so far; updates
// that and the sum of weights, and says by what the sums before have to be multiplied.
MK_INLINE void MK_FN(weigh_scores)(int64_t keys, MK_C *scores, MK_C *greatest, MK_C *total, MK_C *factor) {
  for (int64_t half = 0; half < MK_ROW_LANES; half += MK_LANES) {
    MK_C *s = scores + half;
    MK_FN(lanes) before = MK_FN(load_raw)(greatest + half), top = before;
    for (int64_t r = 0; r < keys; r++) top = MK_FN(larger_lanes)(MK_FN(load_raw)(s + r * MK_ROW_LANES), top);
    // Nothing seen yet: any base but minus infinity.
    MK_FN(lanes) base, zero = 0;
    base = top == (MK_C)-INFINITY ? zero : top;
    MK_FN(lanes) change = MK_FN(lane_exp)(before - base), sum = 0;
    for (int64_t r = 0; r < keys; r++) {
      MK_FN(lanes) weight = MK_FN(lane_exp)(MK_FN(load_raw)(s + r * MK_ROW_LANES) - base);
      MK_FN(store_raw)(s + r * MK_ROW_LANES, weight);
      sum += weight;
    }
    MK_FN(store_raw)(total + half, MK_FN(load_raw)(total + half) * change + sum);
    MK_FN(store_raw)(greatest + half, top);
    MK_FN(store_raw)(factor + half, change);
  }
}

MK_INLINE void MK_FN(finish_forward)(const attention_context *c, MK_FN(query_block) *b, MK_C *scratch) {
  MK_C factor[2 * 64 / sizeof(MK_C)], *lse = (MK_C *)c->lse + b->head * c->a->queries + b->query;
  for (int64_t j = 0; j < MK_ROW_LANES; j++) {
    bool blind = b->base[j] == (MK_C)-INFINITY;
    factor[j] = blind ? 0 : 1 / b->total[j];
    if (j < b->count) lse[j] = blind ? (MK_C)INFINITY : b->base[j] + MK_LOG(b->total[j]);
  }
  MK_FN(write_turned)(c, &c->out, b, c->a->value_width, factor, b->sums, scratch);
}

MK_CLONES static void MK_FN(forward_task)(void *context, int64_t index) {
  attention_context *c = context;
  const mk_attention *a = c->a;
  const int64_t lanes = MK_ROW_LANES, width = a->width, value_width = a->value_width;
  const int64_t head = index / c->parts, first = index % c->parts * c->shared;
  const int64_t count = mk_smaller(c->shared, c->blocks - first);
  const int64_t kv_head = head / a->heads * a->kv_heads + head % a->heads / (a->heads / a->kv_heads);
  const int64_t size = (width + value_width) * lanes; // of a block
  size_t capacity;
  int64_t elements = (MK_BLOCK + lanes) * lanes + MK_BLOCK * (width + value_width) + count * size;
  MK_C *scores = mk_alloc((size_t)elements * sizeof(MK_C), &capacity);
  if (!scores) {
    c->status = MK_OUT_OF_MEMORY;
    return;
  }
  MK_C *scratch = scores + MK_BLOCK * lanes, *keys = scratch + lanes * lanes, *values = keys + MK_BLOCK * width;
  MK_C *room = values + MK_BLOCK * value_width, factor[2 * 64 / sizeof(MK_C)];
  MK_FN(query_block) blocks[MK_SHARED];
  for (int64_t i = 0; i < count; i++, room += size) {
    MK_FN(query_block) *b = blocks + i;
    MK_FN(begin_block)(c, head, first + i, b);
    b->turned = room;
    b->sums = room + width * lanes;
    for (int64_t j = 0; j < lanes; j++) {
      b->base[j] = (MK_C)-INFINITY;
      b->total[j] = 0;
    }
    MK_FN(load_turned)(c, &c->q, b, width, (MK_C)a->scale, b->turned);
  }
  const int64_t end = blocks[count - 1].end;
  for (int64_t key = 0; key < end; key += MK_BLOCK) {
    int64_t rows = MK_FN(load_keys)(c, kv_head, key, end, keys, values);
    for (MK_FN(query_block) *b = blocks; b < blocks + count; b++) {
      int64_t seen = mk_smaller(rows, b->end - key);
      if (seen <= 0) continue;
      MK_FN(score)(c, seen, width, keys, b->turned, scores);
      MK_FN(mask_scores)(a, b, key, seen, scores);
      MK_FN(weigh_scores)(seen, scores, b->base, b->total, factor);
      for (int64_t i = 0; key > 0 && i < value_width * lanes; i += MK_LANES)
        MK_FN(store_raw)(b->sums + i, MK_FN(load_raw)(b->sums + i) * MK_FN(load_raw)(factor + i % lanes));
      MK_FN(sum_rows)(c, seen, value_width, values, scores, key > 0, b->sums);
    }
  }
  for (int64_t i = 0; i < count; i++) MK_FN(finish_forward)(c, blocks + i, scratch);
  mk_free(scores, capacity);
}
