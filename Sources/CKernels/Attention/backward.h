// Gradients of attention, for each_float.h. Weights are computed again from the log-sum-exp of each
// query.

// The sums over columns of out * dout, one a query; tasks are heads.
MK_CLONES static void MK_FN(dot_rows)(void *context, int64_t head) {
  attention_context *c = context;
  const int64_t width = c->a->value_width, first = head * c->a->queries;
  const MK_S *out = (const MK_S *)(const void *)c->out, *g = (const MK_S *)(const void *)c->g.x;
  MK_C *dots = (MK_C *)c->dots;
  for (int64_t i = first; i < first + c->a->queries; i++) {
    MK_FN(lanes) sum = 0;
    for (int64_t j = 0; j < width; j += MK_LANES)
      sum += MK_FN(load_up_to)(out + i * width + j, width - j, 0) * MK_FN(load_up_to)(g + i * width + j, width - j, 0);
    dots[i] = MK_FN(lane_sum)(sum);
  }
}

// scores become weights w, and slopes (those of the weights) become w (slope - dot): the gradient
// of the scores. A step of 0 takes the statistics of lanes, one of 1 those of rows.
MK_INLINE void MK_FN(slope_scores)(int64_t count, bool by_rows, const MK_C *lse, const MK_C *dots, MK_C *scores,
                                   MK_C *slopes) {
  for (int64_t half = 0; half < MK_ROW_LANES; half += MK_LANES) {
    MK_FN(lanes) base = 0, dot = 0;
    if (!by_rows) {
      base = MK_FN(load_raw)(lse + half);
      dot = MK_FN(load_raw)(dots + half);
    }
    for (int64_t r = 0; r < count; r++) {
      MK_C *s = scores + r * MK_ROW_LANES + half, *d = slopes + r * MK_ROW_LANES + half;
      if (by_rows) {
        base = lse[r];
        dot = dots[r];
      }
      MK_FN(lanes) weight = MK_FN(lane_exp)(MK_FN(load_raw)(s) - base);
      MK_FN(store_raw)(s, weight);
      MK_FN(store_raw)(d, weight * (MK_FN(load_raw)(d) - dot));
    }
  }
}

// The gradient of a block of queries.
MK_CLONES static void MK_FN(backward_queries)(void *context, int64_t index) {
  attention_context *c = context;
  const mk_attention *a = c->a;
  const mk_gemm_kernels *kernels = c->kernels;
  const int64_t lanes = MK_ROW_LANES, blocks = (a->queries - 1) / lanes + 1;
  const int64_t head = c->first * (a->heads / a->kv_heads) + index / blocks, query = index % blocks * lanes;
  const int64_t kv_head = head / (a->heads / a->kv_heads);
  const int64_t count = mk_smaller(lanes, a->queries - query);
  const int64_t sums_size = mk_whole(a->width, MK_TILE_ROWS) * lanes;
  size_t capacity;
  MK_C *scores = mk_alloc(
      (size_t)((2 * MK_BLOCK + a->width + a->value_width) * lanes + sums_size) * sizeof(MK_C), &capacity);
  if (!scores) {
    c->status = MK_OUT_OF_MEMORY;
    return;
  }
  MK_C *slopes = scores + MK_BLOCK * lanes, *packed = slopes + MK_BLOCK * lanes;
  MK_C *gradients = packed + a->width * lanes, *sums = gradients + a->value_width * lanes;
  MK_C lse[2 * 64 / sizeof(MK_C)], dots[2 * 64 / sizeof(MK_C)], scale[2 * 64 / sizeof(MK_C)];
  for (int64_t j = 0; j < lanes; j++) {
    lse[j] = j < count ? ((const MK_C *)c->lse)[head * a->queries + query + j] : (MK_C)INFINITY;
    dots[j] = j < count ? ((const MK_C *)c->dots)[head * a->queries + query + j] : 0;
    scale[j] = (MK_C)a->scale;
  }
  for (int64_t i = 0; i < sums_size; i++) sums[i] = 0;
  MK_FN(pack_lanes)(kernels, &c->q, head, query, count, (MK_C)a->scale, packed);
  MK_FN(pack_lanes)(kernels, &c->g, head, query, count, 1, gradients);
  int64_t end = a->causal ? mk_smaller(a->keys, query + count) : a->keys;
  for (int64_t key = 0; key < end; key += MK_BLOCK) {
    int64_t rows = mk_smaller(MK_BLOCK, end - key), block = mk_smaller(MK_BLOCK, a->keys - key);
    MK_FN(score_rows)(kernels, a->width, rows, rows_at(&c->k, kv_head, key, sizeof(MK_C)), packed, scores);
    MK_FN(score_rows)(kernels, a->value_width, rows, rows_at(&c->v, kv_head, key, sizeof(MK_C)), gradients, slopes);
    block_mask mask = block_mask_at(a, head, query, key, true, count, sizeof(MK_C));
    MK_FN(mask_scores)(&mask, rows, scores);
    MK_FN(slope_scores)(rows, false, lse, dots, scores, slopes);
    MK_FN(add_product)(kernels, a->width, rows, block, turned_at(&c->k, kv_head, key, sizeof(MK_C)), slopes, NULL,
                       sums);
  }
  MK_FN(write_lanes)((MK_S *)(void *)c->dq + head * a->queries * a->width, a->width, query, count, scale, sums);
  mk_free(scores, capacity);
}

// The gradients of a block of keys and values.
MK_CLONES static void MK_FN(backward_keys)(void *context, int64_t index) {
  attention_context *c = context;
  const mk_attention *a = c->a;
  const mk_gemm_kernels *kernels = c->kernels;
  const int64_t lanes = MK_ROW_LANES, blocks = (a->keys - 1) / lanes + 1, group = a->heads / a->kv_heads;
  const int64_t kv_head = c->first + index / blocks, key = index % blocks * lanes;
  const int64_t count = mk_smaller(lanes, a->keys - key);
  const int64_t k_size = mk_whole(a->width, MK_TILE_ROWS) * lanes;
  const int64_t v_size = mk_whole(a->value_width, MK_TILE_ROWS) * lanes;
  size_t capacity;
  MK_C *scores = mk_alloc(
      (size_t)((2 * MK_BLOCK + a->width + a->value_width) * lanes + k_size + v_size) * sizeof(MK_C), &capacity);
  if (!scores) {
    c->status = MK_OUT_OF_MEMORY;
    return;
  }
  MK_C *slopes = scores + MK_BLOCK * lanes, *packed_k = slopes + MK_BLOCK * lanes;
  MK_C *packed_v = packed_k + a->width * lanes, *dk = packed_v + a->value_width * lanes, *dv = dk + k_size;
  MK_C scale[2 * 64 / sizeof(MK_C)], one[2 * 64 / sizeof(MK_C)];
  for (int64_t j = 0; j < lanes; j++) scale[j] = (MK_C)a->scale;
  for (int64_t j = 0; j < lanes; j++) one[j] = 1;
  for (int64_t i = 0; i < k_size + v_size; i++) dk[i] = 0;
  MK_FN(pack_lanes)(kernels, &c->k, kv_head, key, count, (MK_C)a->scale, packed_k);
  MK_FN(pack_lanes)(kernels, &c->v, kv_head, key, count, 1, packed_v);
  for (int64_t h = 0; h < group; h++) {
    int64_t head = kv_head * group + h;
    const MK_C *lse = (const MK_C *)c->lse + head * a->queries;
    const MK_C *dots = (const MK_C *)c->dots + head * a->queries;
    // Causal: earlier queries see none of these keys.
    for (int64_t query = a->causal ? key / MK_BLOCK * MK_BLOCK : 0; query < a->queries; query += MK_BLOCK) {
      int64_t rows = mk_smaller(MK_BLOCK, a->queries - query);
      MK_FN(score_rows)(kernels, a->width, rows, rows_at(&c->q, head, query, sizeof(MK_C)), packed_k, scores);
      MK_FN(score_rows)(kernels, a->value_width, rows, rows_at(&c->g, head, query, sizeof(MK_C)), packed_v, slopes);
      block_mask mask = block_mask_at(a, head, query, key, false, count, sizeof(MK_C));
      MK_FN(mask_scores)(&mask, rows, scores);
      MK_FN(slope_scores)(rows, true, lse + query, dots + query, scores, slopes);
      MK_FN(add_product)(kernels, a->value_width, rows, rows, turned_at(&c->g, head, query, sizeof(MK_C)), scores,
                         NULL, dv);
      MK_FN(add_product)(kernels, a->width, rows, rows, turned_at(&c->q, head, query, sizeof(MK_C)), slopes, NULL,
                         dk);
    }
  }
  if (c->dk)
    MK_FN(write_lanes)((MK_S *)(void *)c->dk + kv_head * a->keys * a->width, a->width, key, count, scale, dk);
  if (c->dv)
    MK_FN(write_lanes)((MK_S *)(void *)c->dv + kv_head * a->keys * a->value_width, a->value_width, key, count, one,
                       dv);
  mk_free(scores, capacity);
}
