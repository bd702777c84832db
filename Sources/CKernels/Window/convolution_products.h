// Convolution and its gradients as matrix products over blocks of output positions, for each_float.h. A task
// handles one image, group and block, and takes its scratch memory from the thread's own lists.

#define MK_COMPUTE_DTYPE (sizeof(MK_C) == sizeof(double) ? MK_FLOAT64 : MK_FLOAT32)

static void MK_FN(forward_task)(void *context, int64_t index) {
  convolution *job = context;
  const mk_window *w = job->window;
  int64_t first = index % job->blocks * job->block, rest = index / job->blocks;
  int64_t group = rest % w->groups, image = rest / w->groups;
  int64_t count = mk_window_min(job->block, mk_window_outputs(w) - first);
  size_t capacity;
  MK_C *columns = mk_alloc((size_t)((job->depth + job->filters) * count) * sizeof(MK_C), &capacity);
  if (!columns) {
    job->status = MK_OUT_OF_MEMORY;
    return;
  }
  MK_C *dense = columns + job->depth * count;
  MK_FN(gather_columns)(w, columns, (const MK_S *)job->x + image * w->in_stride[0] +
                                        group * job->channels * w->in_stride[1],
                        job->channels, first, count);
  mk_gemm_shape shape = {.batch = 1, .m = job->filters, .n = count, .k = job->depth, .a_row = job->depth,
                         .a_column = 1, .b_row = count, .b_column = 1, .c_row = count};
  mk_status status = mk_gemm(MK_COMPUTE_DTYPE, &shape, false, dense,
                             (const MK_C *)job->weight + group * job->filters * job->depth, columns);
  if (status != MK_OK) job->status = status;
  MK_FN(write_outputs)(w, (MK_S *)job->out + image * w->out_stride[0] + group * job->filters * w->out_stride[1],
                       dense, job->bias ? (const MK_S *)job->bias + group * job->filters : NULL, job->filters,
                       first, count);
  mk_free(columns, capacity);
}

static void MK_FN(input_task)(void *context, int64_t index) {
  convolution *job = context;
  const mk_window *w = job->window;
  int64_t channel = index % job->slices * job->slice, rest = index / job->slices;
  int64_t group = rest % w->groups, image = rest / w->groups;
  int64_t channels = mk_window_min(job->slice, job->channels - channel), taps = mk_window_taps(w);
  int64_t volume = mk_window_volume(w), outputs = mk_window_outputs(w);
  size_t capacity;
  MK_C *planes = mk_alloc((size_t)(channels * volume + (channels * taps + job->filters) * job->block) *
                              sizeof(MK_C), &capacity);
  if (!planes) {
    job->status = MK_OUT_OF_MEMORY;
    return;
  }
  MK_C *columns = planes + channels * volume, *dense = columns + channels * taps * job->block;
  memset(planes, 0, (size_t)(channels * volume) * sizeof(MK_C));
  for (int64_t first = 0; first < outputs; first += job->block) {
    int64_t count = mk_window_min(job->block, outputs - first);
    MK_FN(read_outputs)(w, dense, (const MK_S *)job->dy + image * w->out_stride[0] +
                                      group * job->filters * w->out_stride[1],
                        job->filters, first, count);
    mk_gemm_shape shape = {.batch = 1, .m = channels * taps, .n = count, .k = job->filters, .a_row = 1,
                           .a_column = job->depth, .b_row = count, .b_column = 1, .c_row = count};
    const MK_C *weight = (const MK_C *)job->weight + group * job->filters * job->depth + channel * taps;
    mk_status status = mk_gemm(MK_COMPUTE_DTYPE, &shape, false, columns, weight, dense);
    if (status != MK_OK) job->status = status;
    MK_FN(scatter_columns)(w, planes, columns, channels, first, count);
  }
  MK_FN(write_planes)(w, (MK_S *)job->out + image * w->in_stride[0] +
                             (group * job->channels + channel) * w->in_stride[1],
                      planes, channels);
  mk_free(planes, capacity);
}

// Sums the products of images [part * batch / parts, (part + 1) * batch / parts) into the part's own weights.
static void MK_FN(weight_task)(void *context, int64_t index) {
  convolution *job = context;
  const mk_window *w = job->window;
  int64_t channel = index % job->slices * job->slice, rest = index / job->slices;
  int64_t group = rest % w->groups, part = rest / w->groups;
  int64_t channels = mk_window_min(job->slice, job->channels - channel), taps = mk_window_taps(w);
  int64_t outputs = mk_window_outputs(w);
  size_t capacity;
  MK_C *columns = mk_alloc((size_t)((channels * taps + job->filters) * job->block) * sizeof(MK_C), &capacity);
  if (!columns) {
    job->status = MK_OUT_OF_MEMORY;
    return;
  }
  MK_C *dense = columns + channels * taps * job->block;
  MK_C *out = (MK_C *)job->partials + (part * w->filters + group * job->filters) * job->depth + channel * taps;
  bool accumulate = false;
  for (int64_t image = part * w->batch / job->parts; image < (part + 1) * w->batch / job->parts; image++) {
    for (int64_t first = 0; first < outputs; first += job->block, accumulate = true) {
      int64_t count = mk_window_min(job->block, outputs - first);
      MK_FN(gather_columns)(w, columns, (const MK_S *)job->x + image * w->in_stride[0] +
                                            (group * job->channels + channel) * w->in_stride[1],
                            channels, first, count);
      MK_FN(read_outputs)(w, dense, (const MK_S *)job->dy + image * w->out_stride[0] +
                                        group * job->filters * w->out_stride[1],
                          job->filters, first, count);
      mk_gemm_shape shape = {.batch = 1, .m = job->filters, .n = channels * taps, .k = count, .a_row = count,
                             .a_column = 1, .b_row = 1, .b_column = count, .c_row = job->depth};
      mk_status status = mk_gemm(MK_COMPUTE_DTYPE, &shape, accumulate, out, dense, columns);
      if (status != MK_OK) job->status = status;
    }
  }
  mk_free(columns, capacity);
}

// Adds the parts in their order.
MK_CLONES static void MK_FN(weight_combine)(void *context, int64_t begin, int64_t end) {
  const convolution *job = context;
  int64_t count = job->window->filters * job->depth;
  const MK_C *partials = job->partials;
  MK_S *out = job->out;
  for (int64_t i = begin; i < end; i++) {
    MK_C sum = partials[i];
    for (int64_t part = 1; part < job->parts; part++) sum += partials[part * count + i];
    out[i] = MK_STORE(sum);
  }
}
