// Max pooling of one dtype: MK_S, MK_C, MK_SUFFIX, MK_LOWEST, MK_IS_NAN(x). A vector holds neighbouring outputs of
// a line, or, where channels are contiguous, channels of one output.

MK_INLINE void MK_FN(max_lanes)(const pool *p, const window_taps *t, int lanes, bool unit, bool pair,
                                int64_t step, const MK_S *x, MK_S *y, int64_t y_step, int64_t *indices,
                                int64_t index_start, int64_t index_step) {
  MK_C best[MK_POOL_LANES];
  int32_t where[MK_POOL_LANES];
  const int32_t start = (int32_t)(t->begin[0] * p->tap_index[0] + t->begin[1] * p->tap_index[1] +
                                  t->begin[2] * p->tap_index[2]);
  MK_LANE_LOOP for (int j = 0; j < lanes; j++) best[j] = MK_LOWEST;
  MK_LANE_LOOP for (int j = 0; j < lanes; j++) where[j] = start;
  MK_EACH_TAP(t) {
    int32_t at = (int32_t)(kd * p->tap_index[0] + kh * p->tap_index[1] + kw * p->tap_index[2]);
    MK_S loaded[MK_POOL_LANES];
    MK_FN(load_lanes)(loaded, x + kd * p->tap_offset[0] + kh * p->tap_offset[1] + kw * p->tap_offset[2], lanes,
                      step, unit, pair);
    MK_LANE_LOOP for (int j = 0; j < lanes; j++) {
      MK_C value = MK_LOAD(loaded[j]);
      bool take = (value > best[j]) | MK_IS_NAN(value);
      best[j] = take ? value : best[j];
      where[j] = take ? at : where[j];
    }
  }
  if (y_step == 1) {
    MK_LANE_LOOP for (int j = 0; j < lanes; j++) y[j] = MK_STORE(best[j]);
  } else {
    for (int j = 0; j < lanes; j++) y[j * y_step] = MK_STORE(best[j]);
  }
  if (indices) {
    MK_LANE_LOOP for (int j = 0; j < lanes; j++) indices[j] = index_start + j * index_step + where[j];
  }
}

MK_INLINE void MK_FN(max_one)(const pool *p, const window_taps *t, const MK_S *x, MK_S *y, int64_t *index,
                              int64_t index_start) {
  MK_C best = MK_LOWEST;
  int64_t where = t->begin[0] * p->tap_index[0] + t->begin[1] * p->tap_index[1] + t->begin[2] * p->tap_index[2];
  MK_EACH_TAP(t) {
    MK_C value = MK_LOAD(x[kd * p->tap_offset[0] + kh * p->tap_offset[1] + kw * p->tap_offset[2]]);
    if (value > best || MK_IS_NAN(value)) {
      best = value;
      where = kd * p->tap_index[0] + kh * p->tap_index[1] + kw * p->tap_index[2];
    }
  }
  *y = MK_STORE(best);
  if (index) *index = index_start + where;
}

// Outputs [begin, end) of a line, all of whose windows have the same taps.
MK_INLINE void MK_FN(max_run)(const pool *p, const window_taps *t, int64_t begin, int64_t end, bool unit,
                              bool pair, const MK_S *x, MK_S *y, int64_t *indices, int64_t index_start) {
  const int64_t step = p->column_step, y_step = p->window.out_stride[4], index_step = p->window.stride[2];
  // The last vector overlaps the one before: computing an output twice is harmless.
  if (end - begin >= 16 && p->narrow) {
    for (int64_t i = begin;; i = mk_window_min(i + 16, end - 16)) {
      MK_FN(max_lanes)(p, t, 16, unit, pair, step, x + i * step, y + i * y_step, y_step,
                       indices ? indices + i : NULL, index_start + i * index_step, index_step);
      if (i + 16 >= end) break;
    }
  } else if (end - begin >= 4 && p->narrow) {
    for (int64_t i = begin;; i = mk_window_min(i + 4, end - 4)) {
      MK_FN(max_lanes)(p, t, 4, unit, pair, step, x + i * step, y + i * y_step, y_step,
                       indices ? indices + i : NULL, index_start + i * index_step, index_step);
      if (i + 4 >= end) break;
    }
  } else {
    for (int64_t i = begin; i < end; i++)
      MK_FN(max_one)(p, t, x + i * step, y + i * y_step, indices ? indices + i : NULL,
                     index_start + i * index_step);
  }
}

MK_CLONES static void MK_FN(max_lines)(void *context, int64_t first, int64_t last) {
  const pool *p = context;
  const mk_window *w = &p->window;
  mk_window_line line = mk_window_line_at(w, w->channels, first);
  for (int64_t index = first; index < last; index++, mk_window_next_line(w, w->channels, &line)) {
    window_taps t;
    mk_window_tap_range(w, 0, line.plane, &t.begin[0], &t.end[0]);
    mk_window_tap_range(w, 1, line.row, &t.begin[1], &t.end[1]);
    int64_t d = mk_window_at(w, 0, line.plane, 0), h = mk_window_at(w, 1, line.row, 0), c = -w->padding[2];
    const MK_S *x = (const MK_S *)p->x + line.batch * w->in_stride[0] + line.channel * w->in_stride[1] +
                    d * w->in_stride[2] + h * w->in_stride[3] + c * w->in_stride[4];
    MK_S *y = (MK_S *)p->y + line.batch * w->out_stride[0] + line.channel * w->out_stride[1] +
              line.plane * w->out_stride[2] + line.row * w->out_stride[3];
    int64_t *indices = p->indices ? p->indices + index * w->out[2] : NULL;
    int64_t start = (d * w->in[1] + h) * w->in[2] + c;
    for (int64_t i = 0; i < w->out[2]; i++) {
      if (i == p->whole_begin && p->whole_begin < p->whole_end) {
        t.begin[2] = 0;
        t.end[2] = w->kernel[2];
        if (p->column_step == 1)
          MK_FN(max_run)(p, &t, p->whole_begin, p->whole_end, true, false, x, y, indices, start);
        else if (p->column_step == 2)
          MK_FN(max_run)(p, &t, p->whole_begin, p->whole_end, false, true, x, y, indices, start);
        else MK_FN(max_run)(p, &t, p->whole_begin, p->whole_end, false, false, x, y, indices, start);
        i = p->whole_end - 1;
        continue;
      }
      mk_window_tap_range(w, 2, i, &t.begin[2], &t.end[2]);
      MK_FN(max_one)(p, &t, x + i * p->column_step, y + i * w->out_stride[4], indices ? indices + i : NULL,
                     start + i * w->stride[2]);
    }
  }
}

// Items are lines [batch, plane, row] of all channels.
MK_CLONES static void MK_FN(max_channels)(void *context, int64_t first, int64_t last) {
  const pool *p = context;
  const mk_window *w = &p->window;
  const int lanes = w->channels >= 16 ? 16 : 4;
  const int64_t outputs = mk_window_outputs(w);
  mk_window_line line = mk_window_line_at(w, 1, first);
  for (int64_t index = first; index < last; index++, mk_window_next_line(w, 1, &line)) {
    window_taps t;
    mk_window_tap_range(w, 0, line.plane, &t.begin[0], &t.end[0]);
    mk_window_tap_range(w, 1, line.row, &t.begin[1], &t.end[1]);
    int64_t d = mk_window_at(w, 0, line.plane, 0), h = mk_window_at(w, 1, line.row, 0);
    const MK_S *x = (const MK_S *)p->x + line.batch * w->in_stride[0] + d * w->in_stride[2] + h * w->in_stride[3];
    MK_S *y = (MK_S *)p->y + line.batch * w->out_stride[0] + line.plane * w->out_stride[2] +
              line.row * w->out_stride[3];
    int64_t start = (d * w->in[1] + h) * w->in[2];
    for (int64_t c = 0;; c = mk_window_min(c + lanes, w->channels - lanes)) {
      for (int64_t band = 0; band < w->out[2]; band += MK_INDEX_BAND) {
        // Indices are laid out by channel, so they are turned around in pieces that fit the cache.
        int64_t staged[MK_INDEX_BAND][MK_POOL_LANES];
        int64_t count = mk_window_min(MK_INDEX_BAND, w->out[2] - band);
        for (int64_t k = 0; k < count; k++) {
          int64_t i = band + k, at = mk_window_at(w, 2, i, 0);
          mk_window_tap_range(w, 2, i, &t.begin[2], &t.end[2]);
          const MK_S *from = x + at * w->in_stride[4] + c;
          MK_S *to = y + i * w->out_stride[4] + c;
          int64_t *store = p->indices ? staged[k] : NULL;
          if (lanes == 16) MK_FN(max_lanes)(p, &t, 16, true, false, 1, from, to, 1, store, start + at, 0);
          else MK_FN(max_lanes)(p, &t, 4, true, false, 1, from, to, 1, store, start + at, 0);
        }
        if (!p->indices) continue;
        int64_t *out = p->indices + (line.batch * w->channels + c) * outputs +
                       (line.plane * w->out[1] + line.row) * w->out[2] + band;
        for (int j = 0; j < lanes; j++) {
          for (int64_t k = 0; k < count; k++) out[j * outputs + k] = staged[k][j];
        }
      }
      if (c + lanes >= w->channels) break;
    }
  }
}
