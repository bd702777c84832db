// Gradient of max pooling for each_float.h: every output's gradient goes to the input that won.

// A plane of one channel, in order of outputs; into a dense plane of the compute type, or into the gradient itself
// where it is dense and no rounding is needed in between.
MK_CLONES static void MK_FN(max_gradient_planes)(void *context, int64_t first, int64_t last) {
  gradient *g = context;
  const mk_window *w = g->window;
  const int64_t outputs = mk_window_outputs(w), volume = mk_window_volume(w);
  const bool direct = !MK_IS_HALF && g->dense;
  size_t capacity = 0;
  MK_C *scratch = NULL;
  if (!direct) {
    scratch = mk_alloc((size_t)volume * sizeof(MK_C), &capacity);
    if (!scratch) {
      g->status = MK_OUT_OF_MEMORY;
      return;
    }
  }
  for (int64_t index = first; index < last; index++) {
    int64_t image = index / w->channels, channel = index % w->channels;
    MK_S *dx = (MK_S *)g->dx + image * w->in_stride[0] + channel * w->in_stride[1];
    const MK_S *dy = (const MK_S *)g->dy + image * w->out_stride[0] + channel * w->out_stride[1];
    const int64_t *indices = g->indices + index * outputs;
    MK_C *plane = direct ? (MK_C *)(void *)dx : scratch;
    for (int64_t i = 0; i < volume; i++) plane[i] = 0;
    for (int64_t d = 0; d < w->out[0]; d++)
      for (int64_t h = 0; h < w->out[1]; h++, indices += w->out[2]) {
        const MK_S *from = dy + d * w->out_stride[2] + h * w->out_stride[3];
        for (int64_t i = 0; i < w->out[2]; i++) {
          if ((uint64_t)indices[i] < (uint64_t)volume) plane[indices[i]] += MK_LOAD(from[i * w->out_stride[4]]);
          else g->status = MK_INDEX_OUT_OF_RANGE;
        }
      }
    if (!direct) MK_FN(write_planes)(w, dx, plane, 1);
  }
  if (scratch) mk_free(scratch, capacity);
}

#if !MK_IS_HALF
// Channels side by side and positions evenly spaced: items are blocks of MK_CHANNELS channels of an image.
MK_CLONES static void MK_FN(max_gradient_channels)(void *context, int64_t first, int64_t last) {
  gradient *g = context;
  const mk_window *w = g->window;
  const int64_t outputs = mk_window_outputs(w), volume = mk_window_volume(w);
  const int64_t blocks = (w->channels - 1) / MK_CHANNELS + 1;
  for (int64_t item = first; item < last; item++) {
    int64_t image = item / blocks, channel = item % blocks * MK_CHANNELS;
    int64_t count = mk_window_min(MK_CHANNELS, w->channels - channel);
    MK_S *dx = (MK_S *)g->dx + image * w->in_stride[0] + channel;
    const MK_S *dy = (const MK_S *)g->dy + image * w->out_stride[0] + channel;
    for (int64_t i = 0; i < volume; i++) {
      for (int64_t c = 0; c < count; c++) dx[i * g->step + c] = MK_STORE((MK_C)0);
    }
    for (int64_t index = 0; index < outputs; index += w->out[2]) {
      int64_t line = index / w->out[2], d = line / w->out[1], h = line % w->out[1];
      const MK_S *from = dy + d * w->out_stride[2] + h * w->out_stride[3];
      const int64_t *indices = g->indices + (image * w->channels + channel) * outputs + index;
      for (int64_t i = 0; i < w->out[2]; i++) {
        for (int64_t c = 0; c < count; c++) {
          int64_t at = indices[c * outputs + i];
          if ((uint64_t)at >= (uint64_t)volume) {
            g->status = MK_INDEX_OUT_OF_RANGE;
            continue;
          }
          MK_S *to = dx + at * g->step + c;
          *to = MK_STORE(MK_LOAD(*to) + MK_LOAD(from[i * w->out_stride[4] + c]));
        }
      }
    }
  }
}
#endif
