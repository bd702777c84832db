// Writing of finished input gradients, for each_float.h.

// Dense planes to a tensor with the input's strides.
MK_CLONES static void MK_FN(write_planes)(const mk_window *w, MK_S *x, const MK_C *planes, int64_t channels) {
  for (int64_t c = 0; c < channels; c++)
    for (int64_t d = 0; d < w->in[0]; d++)
      for (int64_t h = 0; h < w->in[1]; h++, planes += w->in[2]) {
        MK_S *to = x + c * w->in_stride[1] + d * w->in_stride[2] + h * w->in_stride[3];
        if (w->in_stride[4] == 1) {
          for (int64_t i = 0; i < w->in[2]; i++) to[i] = MK_STORE(planes[i]);
        } else {
          for (int64_t i = 0; i < w->in[2]; i++) to[i * w->in_stride[4]] = MK_STORE(planes[i]);
        }
      }
}
