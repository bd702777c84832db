// Attention of one block of queries, for each_float.h.

// Turns scores of the next `count` keys into weights relative to the greatest score so far: updates
// that, the sum of weights, and says by what the sums before have to be multiplied.
MK_INLINE void MK_FN(weigh_scores)(int64_t count, MK_C *scores, MK_C *greatest, MK_C *total, MK_C *factor) {
  for (int64_t half = 0; half < MK_ROW_LANES; half += MK_LANES) {
    MK_C *s = scores + half;
    MK_FN(lanes) before = MK_FN(load_raw)(greatest + half), top = before;
    for (int64_t r = 0; r < count; r++)
      top = MK_FN(larger_lanes)(MK_FN(load_raw)(s + r * MK_ROW_LANES), top);
    // Nothing seen yet: any base but minus infinity.
    MK_FN(lanes) base, zero = 0;
    base = top == (MK_C)-INFINITY ? zero : top;
    MK_FN(lanes) change = MK_FN(lane_exp)(before - base), sum = 0;
    for (int64_t r = 0; r < count; r++) {
      MK_FN(lanes) weight = MK_FN(lane_exp)(MK_FN(load_raw)(s + r * MK_ROW_LANES) - base);
      MK_FN(store_raw)(s + r * MK_ROW_LANES, weight);
      sum += weight;
    }
    MK_FN(store_raw)(total + half, MK_FN(load_raw)(total + half) * change + sum);
    MK_FN(store_raw)(greatest + half, top);
    MK_FN(store_raw)(factor + half, change);
  }
}

MK_CLONES static void MK_FN(forward_block)(void *context, int64_t index) {
  attention_context *c = context;
  const mk_attention *a = c->a;
  const mk_gemm_kernels *kernels = c->kernels;
  const int64_t lanes = MK_ROW_LANES, blocks = (a->queries - 1) / lanes + 1;
  const int64_t head = c->first * (a->heads / a->kv_heads) + index / blocks, query = index % blocks * lanes;
  const int64_t kv_head = head / (a->heads / a->kv_heads);
  const int64_t count = mk_smaller(lanes, a->queries - query), width = a->value_width;
  const int64_t sums_size = mk_whole(width, MK_TILE_ROWS) * lanes;
  size_t capacity;
  MK_C *scores = mk_alloc((size_t)(MK_BLOCK * lanes + a->width * lanes + sums_size) * sizeof(MK_C), &capacity);
  if (!scores) {
    c->status = MK_OUT_OF_MEMORY;
    return;
  }
  MK_C *packed = scores + MK_BLOCK * lanes, *sums = packed + a->width * lanes;
  MK_C greatest[2 * 64 / sizeof(MK_C)], total[2 * 64 / sizeof(MK_C)], factor[2 * 64 / sizeof(MK_C)];
  for (int64_t j = 0; j < lanes; j++) greatest[j] = (MK_C)-INFINITY;
  for (int64_t j = 0; j < lanes; j++) total[j] = 0;
  for (int64_t i = 0; i < sums_size; i++) sums[i] = 0;
  MK_FN(pack_lanes)(kernels, &c->q, head, query, count, (MK_C)a->scale, packed);
  int64_t end = a->causal ? mk_smaller(a->keys, query + count) : a->keys;
  for (int64_t key = 0; key < end; key += MK_BLOCK) {
    int64_t rows = mk_smaller(MK_BLOCK, end - key), block = mk_smaller(MK_BLOCK, a->keys - key);
    MK_FN(score_rows)(kernels, a->width, rows, rows_at(&c->k, kv_head, key, sizeof(MK_C)), packed, scores);
    block_mask mask = block_mask_at(a, head, query, key, true, count, sizeof(MK_C));
    MK_FN(mask_scores)(&mask, rows, scores);
    MK_FN(weigh_scores)(rows, scores, greatest, total, factor);
    MK_FN(add_product)(kernels, width, rows, block, turned_at(&c->v, kv_head, key, sizeof(MK_C)), scores, factor,
                       sums);
  }
  MK_C *lse = (MK_C *)c->lse + head * a->queries + query;
  for (int64_t j = 0; j < count; j++) {
    bool blind = greatest[j] == (MK_C)-INFINITY;
    lse[j] = blind ? (MK_C)INFINITY : greatest[j] + MK_LOG(total[j]);
    factor[j] = blind ? 0 : 1 / total[j];
  }
  MK_FN(write_lanes)((MK_S *)c->out + head * a->queries * width, width, query, count, factor, sums);
  mk_free(scores, capacity);
}
