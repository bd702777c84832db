// Average pooling and its gradient for each_float.h, vectors as in max_pool_lanes.h.

MK_INLINE void MK_FN(average_lanes)(const pool *p, const window_taps *t, int lanes, bool unit, bool pair,
                                    int64_t step, MK_C divisor, const MK_S *x, MK_S *y, int64_t y_step) {
  MK_C sum[MK_POOL_LANES];
  MK_LANE_LOOP for (int j = 0; j < lanes; j++) sum[j] = 0;
  MK_EACH_TAP(t) {
    MK_S loaded[MK_POOL_LANES];
    MK_FN(load_lanes)(loaded, x + kd * p->tap_offset[0] + kh * p->tap_offset[1] + kw * p->tap_offset[2], lanes,
                      step, unit, pair);
    MK_LANE_LOOP for (int j = 0; j < lanes; j++) sum[j] += MK_LOAD(loaded[j]);
  }
  if (y_step == 1) {
    MK_LANE_LOOP for (int j = 0; j < lanes; j++) y[j] = MK_STORE(sum[j] / divisor);
  } else {
    for (int j = 0; j < lanes; j++) y[j * y_step] = MK_STORE(sum[j] / divisor);
  }
}

MK_INLINE void MK_FN(average_one)(const pool *p, const window_taps *t, MK_C divisor, const MK_S *x, MK_S *y) {
  MK_C sum = 0;
  MK_EACH_TAP(t) sum += MK_LOAD(x[kd * p->tap_offset[0] + kh * p->tap_offset[1] + kw * p->tap_offset[2]]);
  *y = MK_STORE(sum / divisor);
}

MK_INLINE void MK_FN(average_run)(const pool *p, const window_taps *t, MK_C divisor, bool unit, bool pair,
                                  const MK_S *x, MK_S *y) {
  const int64_t step = p->column_step, y_step = p->window.out_stride[4];
  const int64_t begin = p->whole_begin, end = p->whole_end;
  if (end - begin >= 16) {
    for (int64_t i = begin;; i = mk_window_min(i + 16, end - 16)) {
      MK_FN(average_lanes)(p, t, 16, unit, pair, step, divisor, x + i * step, y + i * y_step, y_step);
      if (i + 16 >= end) break;
    }
  } else if (end - begin >= 4) {
    for (int64_t i = begin;; i = mk_window_min(i + 4, end - 4)) {
      MK_FN(average_lanes)(p, t, 4, unit, pair, step, divisor, x + i * step, y + i * y_step, y_step);
      if (i + 4 >= end) break;
    }
  } else {
    for (int64_t i = begin; i < end; i++) MK_FN(average_one)(p, t, divisor, x + i * step, y + i * y_step);
  }
}

MK_CLONES static void MK_FN(average_lines)(void *context, int64_t first, int64_t last) {
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
    for (int64_t i = 0; i < w->out[2]; i++) {
      mk_window_tap_range(w, 2, i, &t.begin[2], &t.end[2]);
      MK_C divisor = (MK_C)divisor_of(p, &t, line.plane, line.row, i);
      if (i == p->whole_begin && p->whole_begin < p->whole_end) {
        if (p->column_step == 1) MK_FN(average_run)(p, &t, divisor, true, false, x, y);
        else if (p->column_step == 2) MK_FN(average_run)(p, &t, divisor, false, true, x, y);
        else MK_FN(average_run)(p, &t, divisor, false, false, x, y);
        i = p->whole_end - 1;
      } else {
        MK_FN(average_one)(p, &t, divisor, x + i * p->column_step, y + i * w->out_stride[4]);
      }
    }
  }
}

// Items are lines [batch, plane, row] of all channels.
MK_CLONES static void MK_FN(average_channels)(void *context, int64_t first, int64_t last) {
  const pool *p = context;
  const mk_window *w = &p->window;
  const int lanes = w->channels >= 16 ? 16 : 4;
  mk_window_line line = mk_window_line_at(w, 1, first);
  for (int64_t index = first; index < last; index++, mk_window_next_line(w, 1, &line)) {
    window_taps t;
    mk_window_tap_range(w, 0, line.plane, &t.begin[0], &t.end[0]);
    mk_window_tap_range(w, 1, line.row, &t.begin[1], &t.end[1]);
    int64_t d = mk_window_at(w, 0, line.plane, 0), h = mk_window_at(w, 1, line.row, 0);
    const MK_S *x = (const MK_S *)p->x + line.batch * w->in_stride[0] + d * w->in_stride[2] + h * w->in_stride[3];
    MK_S *y = (MK_S *)p->y + line.batch * w->out_stride[0] + line.plane * w->out_stride[2] +
              line.row * w->out_stride[3];
    for (int64_t i = 0; i < w->out[2]; i++) {
      mk_window_tap_range(w, 2, i, &t.begin[2], &t.end[2]);
      MK_C divisor = (MK_C)divisor_of(p, &t, line.plane, line.row, i);
      const MK_S *from = x + mk_window_at(w, 2, i, 0) * w->in_stride[4];
      MK_S *to = y + i * w->out_stride[4];
      for (int64_t c = 0;; c = mk_window_min(c + lanes, w->channels - lanes)) {
        if (lanes == 16) MK_FN(average_lanes)(p, &t, 16, true, false, 1, divisor, from + c, to + c, 1);
        else MK_FN(average_lanes)(p, &t, 4, true, false, 1, divisor, from + c, to + c, 1);
        if (c + lanes >= w->channels) break;
      }
    }
  }
}

// Adds dy / divisor of every output to the taps of its window. Items are planes of one channel, gathered in a dense
// plane of the compute type.
MK_CLONES static void MK_FN(average_gradient_planes)(void *context, int64_t first, int64_t last) {
  average_gradient *g = context;
  const pool *p = &g->pool;
  const mk_window *w = &p->window;
  const int64_t volume = mk_window_volume(w), step = w->stride[2];
  size_t capacity;
  MK_C *plane = mk_alloc((size_t)volume * sizeof(MK_C), &capacity);
  if (!plane) {
    g->status = MK_OUT_OF_MEMORY;
    return;
  }
  for (int64_t index = first; index < last; index++) {
    int64_t image = index / w->channels, channel = index % w->channels;
    const MK_S *dy = (const MK_S *)p->x + image * w->out_stride[0] + channel * w->out_stride[1];
    for (int64_t i = 0; i < volume; i++) plane[i] = 0;
    for (int64_t od = 0; od < w->out[0]; od++)
      for (int64_t oh = 0; oh < w->out[1]; oh++) {
        window_taps t;
        mk_window_tap_range(w, 0, od, &t.begin[0], &t.end[0]);
        mk_window_tap_range(w, 1, oh, &t.begin[1], &t.end[1]);
        int64_t d = mk_window_at(w, 0, od, 0), h = mk_window_at(w, 1, oh, 0);
        const MK_S *from = dy + od * w->out_stride[2] + oh * w->out_stride[3];
        for (int64_t start = 0; start < w->out[2]; start += MK_LINE) {
          int64_t count = mk_window_min(MK_LINE, w->out[2] - start);
          MK_C shares[MK_LINE];
          for (int64_t i = 0; i < count;) {
            int64_t end = i + 1;
            // Windows that lie inside along the line share their divisor.
            if (start + i >= p->whole_begin && start + i < p->whole_end)
              end = mk_window_min(count, p->whole_end - start);
            mk_window_tap_range(w, 2, start + i, &t.begin[2], &t.end[2]);
            const MK_C divisor = (MK_C)divisor_of(p, &t, od, oh, start + i);
            const int64_t stride = w->out_stride[4];
            const MK_S *gradients = from + start * stride;
            if (stride == 1) {
              for (; i < end; i++) shares[i] = MK_LOAD(gradients[i]) / divisor;
            } else {
              for (; i < end; i++) shares[i] = MK_LOAD(gradients[i * stride]) / divisor;
            }
          }
          t.begin[2] = 0;
          t.end[2] = w->kernel[2];
          MK_EACH_TAP(&t) {
            int64_t begin = start, end = start + count;
            mk_window_columns(w, kw, &begin, &end);
            MK_C *to = plane + ((d + kd * w->dilation[0]) * w->in[1] + h + kh * w->dilation[1]) * w->in[2] +
                       mk_window_at(w, 2, begin, kw);
            const MK_C *share = shares + (begin - start);
            if (step == 1) {
              MK_INDEPENDENT
              for (int64_t i = 0; i < end - begin; i++) to[i] += share[i];
            } else if (step == 2) {
              for (int64_t i = 0; i < end - begin; i++) to[i * 2] += share[i];
            } else {
              for (int64_t i = 0; i < end - begin; i++) to[i * step] += share[i];
            }
          }
        }
      }
    MK_FN(write_planes)(w, (MK_S *)p->y + image * w->in_stride[0] + channel * w->in_stride[1], plane, 1);
  }
  mk_free(plane, capacity);
}

#if !MK_IS_HALF
// The same where channels are side by side: items are blocks of MK_CHANNELS channels of an image.
MK_CLONES static void MK_FN(average_gradient_channels)(void *context, int64_t first, int64_t last) {
  average_gradient *g = context;
  const pool *p = &g->pool;
  const mk_window *w = &p->window;
  const int64_t blocks = (w->channels - 1) / MK_CHANNELS + 1;
  for (int64_t item = first; item < last; item++) {
    int64_t image = item / blocks, channel = item % blocks * MK_CHANNELS;
    int64_t count = mk_window_min(MK_CHANNELS, w->channels - channel);
    MK_S *dx = (MK_S *)p->y + image * w->in_stride[0] + channel;
    const MK_S *dy = (const MK_S *)p->x + image * w->out_stride[0] + channel;
    for (int64_t d = 0; d < w->in[0]; d++)
      for (int64_t h = 0; h < w->in[1]; h++)
        for (int64_t i = 0; i < w->in[2]; i++) {
          MK_S *to = dx + d * w->in_stride[2] + h * w->in_stride[3] + i * w->in_stride[4];
          for (int64_t c = 0; c < count; c++) to[c] = MK_STORE((MK_C)0);
        }
    for (int64_t od = 0; od < w->out[0]; od++)
      for (int64_t oh = 0; oh < w->out[1]; oh++)
        for (int64_t i = 0; i < w->out[2]; i++) {
          window_taps t;
          mk_window_tap_range(w, 0, od, &t.begin[0], &t.end[0]);
          mk_window_tap_range(w, 1, oh, &t.begin[1], &t.end[1]);
          mk_window_tap_range(w, 2, i, &t.begin[2], &t.end[2]);
          MK_C divisor = (MK_C)divisor_of(p, &t, od, oh, i), shares[MK_CHANNELS];
          const MK_S *from = dy + od * w->out_stride[2] + oh * w->out_stride[3] + i * w->out_stride[4];
          MK_S *to = dx + mk_window_at(w, 0, od, 0) * w->in_stride[2] +
                     mk_window_at(w, 1, oh, 0) * w->in_stride[3] + mk_window_at(w, 2, i, 0) * w->in_stride[4];
          for (int64_t c = 0; c < count; c++) shares[c] = MK_LOAD(from[c]) / divisor;
          MK_EACH_TAP(&t) {
            MK_S *at = to + kd * p->tap_offset[0] + kh * p->tap_offset[1] + kw * p->tap_offset[2];
            MK_INDEPENDENT
            for (int64_t c = 0; c < count; c++) at[c] = MK_STORE(MK_LOAD(at[c]) + shares[c]);
          }
        }
  }
}
#endif
