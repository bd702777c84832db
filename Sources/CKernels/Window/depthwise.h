// Convolution with one input channel a group, directly: a product of matrices would have one column. For
// each_float.h. Lines of outputs are summed in a buffer of the compute type.

MK_CLONES static void MK_FN(depthwise_task)(void *context, int64_t index) {
  const convolution *job = context;
  const mk_window *w = job->window;
  int64_t filter = index % w->filters, image = index / w->filters;
  const MK_S *x = (const MK_S *)job->x + image * w->in_stride[0] + filter / job->filters * w->in_stride[1];
  const MK_C *weight = (const MK_C *)job->weight + filter * job->depth;
  MK_S *y = (MK_S *)job->out + image * w->out_stride[0] + filter * w->out_stride[1];
  const MK_C shift = job->bias ? MK_LOAD(((const MK_S *)job->bias)[filter]) : 0;
  const int64_t step = w->in_stride[4] * w->stride[2], out_step = w->out_stride[4];
  for (int64_t od = 0; od < w->out[0]; od++)
    for (int64_t oh = 0; oh < w->out[1]; oh++)
      for (int64_t start = 0; start < w->out[2]; start += MK_LINE) {
        int64_t count = mk_window_min(MK_LINE, w->out[2] - start);
        MK_C line[MK_LINE];
        for (int64_t i = 0; i < count; i++) line[i] = shift;
        for (int64_t k = 0; k < job->depth; k++) {
          int64_t kw = k % w->kernel[2], kh = k / w->kernel[2] % w->kernel[1];
          int64_t kd = k / w->kernel[2] / w->kernel[1];
          int64_t d = mk_window_at(w, 0, od, kd), h = mk_window_at(w, 1, oh, kh);
          if (!mk_window_inside(w, 0, d) || !mk_window_inside(w, 1, h)) continue;
          int64_t begin = start, end = start + count;
          mk_window_columns(w, kw, &begin, &end);
          const MK_S *from = x + d * w->in_stride[2] + h * w->in_stride[3] +
                             mk_window_at(w, 2, begin, kw) * w->in_stride[4];
          MK_C *to = line + (begin - start);
          if (step == 1) {
            for (int64_t i = 0; i < end - begin; i++) to[i] += weight[k] * MK_LOAD(from[i]);
          } else {
            for (int64_t i = 0; i < end - begin; i++) to[i] += weight[k] * MK_LOAD(from[i * step]);
          }
        }
        MK_S *to = y + od * w->out_stride[2] + oh * w->out_stride[3] + start * out_step;
        for (int64_t i = 0; i < count; i++) to[i * out_step] = MK_STORE(line[i]);
      }
}

MK_CLONES static void MK_FN(depthwise_input_task)(void *context, int64_t index) {
  convolution *job = context;
  const mk_window *w = job->window;
  int64_t channel = index % w->channels, image = index / w->channels, volume = mk_window_volume(w);
  size_t capacity;
  MK_C *plane = mk_alloc((size_t)volume * sizeof(MK_C), &capacity);
  if (!plane) {
    job->status = MK_OUT_OF_MEMORY;
    return;
  }
  for (int64_t i = 0; i < volume; i++) plane[i] = 0;
  const int64_t step = w->stride[2], out_step = w->out_stride[4];
  for (int64_t f = channel * job->filters; f < (channel + 1) * job->filters; f++) {
    const MK_S *dy = (const MK_S *)job->dy + image * w->out_stride[0] + f * w->out_stride[1];
    const MK_C *weight = (const MK_C *)job->weight + f * job->depth;
    for (int64_t od = 0; od < w->out[0]; od++)
      for (int64_t oh = 0; oh < w->out[1]; oh++)
        for (int64_t k = 0; k < job->depth; k++) {
          int64_t kw = k % w->kernel[2], kh = k / w->kernel[2] % w->kernel[1];
          int64_t kd = k / w->kernel[2] / w->kernel[1];
          int64_t d = mk_window_at(w, 0, od, kd), h = mk_window_at(w, 1, oh, kh);
          if (!mk_window_inside(w, 0, d) || !mk_window_inside(w, 1, h)) continue;
          int64_t begin = 0, end = w->out[2];
          mk_window_columns(w, kw, &begin, &end);
          const MK_S *from = dy + od * w->out_stride[2] + oh * w->out_stride[3] + begin * out_step;
          MK_C *to = plane + (d * w->in[1] + h) * w->in[2] + mk_window_at(w, 2, begin, kw);
          if (step == 1 && out_step == 1) {
            MK_INDEPENDENT
            for (int64_t i = 0; i < end - begin; i++) to[i] += weight[k] * MK_LOAD(from[i]);
          } else {
            for (int64_t i = 0; i < end - begin; i++) to[i * step] += weight[k] * MK_LOAD(from[i * out_step]);
          }
        }
  }
  MK_FN(write_planes)(w, (MK_S *)job->out + image * w->in_stride[0] + channel * w->in_stride[1], plane, 1);
  mk_free(plane, capacity);
}

// One filter's weights over all images.
MK_CLONES static void MK_FN(depthwise_weight_task)(void *context, int64_t filter) {
#pragma clang fp reassociate(on)
  const convolution *job = context;
  const mk_window *w = job->window;
  const int64_t step = w->in_stride[4] * w->stride[2], out_step = w->out_stride[4];
  for (int64_t k = 0; k < job->depth; k++) {
    int64_t kw = k % w->kernel[2], kh = k / w->kernel[2] % w->kernel[1], kd = k / w->kernel[2] / w->kernel[1];
    int64_t begin = 0, end = w->out[2];
    mk_window_columns(w, kw, &begin, &end);
    double total = 0;
    for (int64_t image = 0; image < w->batch; image++) {
      const MK_S *x = (const MK_S *)job->x + image * w->in_stride[0] + filter / job->filters * w->in_stride[1];
      const MK_S *dy = (const MK_S *)job->dy + image * w->out_stride[0] + filter * w->out_stride[1];
      for (int64_t od = 0; od < w->out[0]; od++)
        for (int64_t oh = 0; oh < w->out[1]; oh++) {
          int64_t d = mk_window_at(w, 0, od, kd), h = mk_window_at(w, 1, oh, kh);
          if (!mk_window_inside(w, 0, d) || !mk_window_inside(w, 1, h)) continue;
          const MK_S *from = x + d * w->in_stride[2] + h * w->in_stride[3] +
                             mk_window_at(w, 2, begin, kw) * w->in_stride[4];
          const MK_S *g = dy + od * w->out_stride[2] + oh * w->out_stride[3] + begin * out_step;
          MK_C sum = 0;
          if (step == 1 && out_step == 1) {
            for (int64_t i = 0; i < end - begin; i++) sum += MK_LOAD(from[i]) * MK_LOAD(g[i]);
          } else {
            for (int64_t i = 0; i < end - begin; i++) sum += MK_LOAD(from[i * step]) * MK_LOAD(g[i * out_step]);
          }
          total += (double)sum;
        }
    }
    ((MK_S *)job->out)[filter * job->depth + k] = MK_STORE((MK_C)total);
  }
}
