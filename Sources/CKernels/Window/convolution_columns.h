// Between tensors and the dense matrices that convolution multiplies, for each_float.h. Rows of a column matrix
// are (channel, kernel position), its columns are `count` flat output positions from `first` on.

MK_CLONES static void MK_FN(gather_columns)(const mk_window *w, MK_C *restrict columns, const MK_S *x,
                                            int64_t channels, int64_t first, int64_t count) {
  const int64_t step = w->in_stride[4] * w->stride[2];
  const mk_window_run start = mk_window_run_at(w, first, first + count);
  for (int64_t c = 0; c < channels; c++)
    for (int64_t kd = 0; kd < w->kernel[0]; kd++)
      for (int64_t kh = 0; kh < w->kernel[1]; kh++)
        for (int64_t kw = 0; kw < w->kernel[2]; kw++) {
          mk_window_run run = start;
          for (int64_t done = 0; done < count; run = mk_window_next_run(w, run, count - done)) {
            int64_t d = mk_window_at(w, 0, run.plane, kd), h = mk_window_at(w, 1, run.row, kh);
            int64_t begin = run.column, end = run.column + run.count;
            if (!mk_window_inside(w, 0, d) || !mk_window_inside(w, 1, h)) end = begin;
            else mk_window_columns(w, kw, &begin, &end);
            const MK_S *from = x + c * w->in_stride[1] + d * w->in_stride[2] + h * w->in_stride[3] +
                               mk_window_at(w, 2, begin, kw) * w->in_stride[4];
            int64_t low = begin - run.column, high = end - run.column;
            for (int64_t i = 0; i < low; i++) columns[i] = 0;
            if (step == 1) {
              for (int64_t i = low; i < high; i++) columns[i] = MK_LOAD(from[i - low]);
            } else {
              for (int64_t i = low; i < high; i++) columns[i] = MK_LOAD(from[(i - low) * step]);
            }
            for (int64_t i = high; i < run.count; i++) columns[i] = 0;
            columns += run.count;
            done += run.count;
          }
        }
}

// The reverse: adds a column matrix to dense planes [channels, in...] of the compute type.
MK_CLONES static void MK_FN(scatter_columns)(const mk_window *w, MK_C *planes, const MK_C *columns,
                                             int64_t channels, int64_t first, int64_t count) {
  const int64_t step = w->stride[2];
  const mk_window_run start = mk_window_run_at(w, first, first + count);
  for (int64_t c = 0; c < channels; c++)
    for (int64_t kd = 0; kd < w->kernel[0]; kd++)
      for (int64_t kh = 0; kh < w->kernel[1]; kh++)
        for (int64_t kw = 0; kw < w->kernel[2]; kw++) {
          mk_window_run run = start;
          for (int64_t done = 0; done < count; run = mk_window_next_run(w, run, count - done)) {
            int64_t d = mk_window_at(w, 0, run.plane, kd), h = mk_window_at(w, 1, run.row, kh);
            int64_t begin = run.column, end = run.column + run.count;
            if (mk_window_inside(w, 0, d) && mk_window_inside(w, 1, h)) {
              mk_window_columns(w, kw, &begin, &end);
              MK_C *to = planes + ((c * w->in[0] + d) * w->in[1] + h) * w->in[2] + mk_window_at(w, 2, begin, kw);
              const MK_C *from = columns + (begin - run.column);
              if (step == 1) {
                MK_INDEPENDENT
                for (int64_t i = 0; i < end - begin; i++) to[i] += from[i];
              } else {
                for (int64_t i = 0; i < end - begin; i++) to[i * step] += from[i];
              }
            }
            columns += run.count;
            done += run.count;
          }
        }
}

// A dense matrix [filters, count] of output positions to the output tensor, with bias, and back without.
MK_CLONES static void MK_FN(write_outputs)(const mk_window *w, MK_S *y, const MK_C *dense, const MK_S *bias,
                                           int64_t filters, int64_t first, int64_t count) {
  const int64_t step = w->out_stride[4];
  const mk_window_run start = mk_window_run_at(w, first, first + count);
  for (int64_t f = 0; f < filters; f++) {
    MK_C shift = bias ? MK_LOAD(bias[f]) : 0;
    mk_window_run run = start;
    for (int64_t done = 0; done < count; run = mk_window_next_run(w, run, count - done)) {
      MK_S *to = y + f * w->out_stride[1] + run.plane * w->out_stride[2] + run.row * w->out_stride[3] +
                 run.column * step;
      if (step == 1) {
        for (int64_t i = 0; i < run.count; i++) to[i] = MK_STORE(dense[i] + shift);
      } else {
        for (int64_t i = 0; i < run.count; i++) to[i * step] = MK_STORE(dense[i] + shift);
      }
      dense += run.count;
      done += run.count;
    }
  }
}

MK_CLONES static void MK_FN(read_outputs)(const mk_window *w, MK_C *dense, const MK_S *dy, int64_t filters,
                                          int64_t first, int64_t count) {
  const int64_t step = w->out_stride[4];
  const mk_window_run start = mk_window_run_at(w, first, first + count);
  for (int64_t f = 0; f < filters; f++) {
    mk_window_run run = start;
    for (int64_t done = 0; done < count; run = mk_window_next_run(w, run, count - done)) {
      const MK_S *from = dy + f * w->out_stride[1] + run.plane * w->out_stride[2] +
                         run.row * w->out_stride[3] + run.column * step;
      if (step == 1) {
        for (int64_t i = 0; i < run.count; i++) dense[i] = MK_LOAD(from[i]);
      } else {
        for (int64_t i = 0; i < run.count; i++) dense[i] = MK_LOAD(from[i * step]);
      }
      dense += run.count;
      done += run.count;
    }
  }
}

#if MK_IS_HALF
MK_CLONES static void MK_FN(convert_weight)(MK_C *out, const MK_S *weight, int64_t count) {
  for (int64_t i = 0; i < count; i++) out[i] = MK_LOAD(weight[i]);
}
#endif
