// Convolution and its gradients for every floating dtype, stride, padding, dilation, grouping and memory layout:
// dense columns of input elements times weights (Chellapilla et al., 2006), a block of output positions at a time.
#include <stdatomic.h>
#include <string.h>

#include "../include/mk_gemm.h"
#include "../include/mk_memory.h"
#include "../include/mk_parallel.h"
#include "geometry.h"

// Outputs of a line that depthwise convolution sums together.
#define MK_LINE 256
// Multiplications that are worth more threads.
#define MK_PARALLEL_WORK 65536.0

typedef struct {
  const mk_window *window;
  int64_t channels, filters, depth; // of a group; depth = channels * kernel
  int64_t block, blocks;            // output positions of a block, and their number
  int64_t slice, slices;            // channels of a gradient's task, and tasks a group
  int64_t parts;                    // of the batch, each with its own sum for the weights
  void *out, *partials;
  const void *x, *dy, *weight, *bias; // the weight in the compute type
  _Atomic mk_status status;
} convolution;

#define MK_TEMPLATE "../Window/planes.h"
#include "../Normalize/each_float.h"
#define MK_TEMPLATE "../Window/convolution_columns.h"
#include "../Normalize/each_float.h"
#define MK_TEMPLATE "../Window/convolution_products.h"
#include "../Normalize/each_float.h"
#define MK_TEMPLATE "../Window/depthwise.h"
#include "../Normalize/each_float.h"

typedef void task(void *context, int64_t index);

static convolution make_job(const mk_window *w) {
  convolution c = {.window = w, .channels = w->channels / w->groups, .filters = w->filters / w->groups};
  int64_t outputs = mk_window_outputs(w);
  c.depth = c.channels * mk_window_taps(w);
  // The columns of a block fit the second-level cache; blocks depend on the shape only.
  c.block = c.depth > 0 ? 65536 / c.depth / 32 * 32 : 512;
  c.block = c.block < 64 ? 64 : c.block > 512 ? 512 : c.block;
  if (c.block > outputs) c.block = outputs;
  c.blocks = outputs > 0 ? (outputs - 1) / c.block + 1 : 0;
  c.slice = c.channels;
  c.slices = 1;
  return c;
}

static double work(const convolution *c) {
  const mk_window *w = c->window;
  return (double)w->batch * (double)w->filters * (double)c->depth * (double)mk_window_outputs(w);
}

static void run(convolution *c, int64_t count, task *f) {
  if (work(c) < MK_PARALLEL_WORK) {
    for (int64_t i = 0; i < count; i++) f(c, i);
  } else {
    mk_parallel_tasks(count, c, f);
  }
}

// Divides the channels of a group until there are tasks for all threads. Every element of a gradient is the same
// sum however they are divided.
static void divide_channels(convolution *c, int64_t tasks) {
  int64_t wanted = tasks > 0 ? (2 * mk_thread_count() - 1) / tasks + 1 : 1;
  if (work(c) < MK_PARALLEL_WORK || wanted < 1) wanted = 1;
  if (wanted > c->channels) wanted = c->channels;
  c->slice = wanted > 0 ? (c->channels - 1) / wanted + 1 : 1;
  c->slices = c->channels > 0 ? (c->channels - 1) / c->slice + 1 : 0;
}

static bool depthwise(const mk_window *w) { return w->groups > 1 && w->channels == w->groups; }

// The weight in the compute type: itself, or a copy that the caller frees.
static bool compute_weight(mk_dtype dtype, convolution *c, const void *weight, void **copy, size_t *capacity) {
  *copy = NULL;
  c->weight = weight;
  if (dtype == MK_FLOAT32 || dtype == MK_FLOAT64) return true;
  int64_t count = c->window->filters * c->depth;
  *copy = mk_alloc((size_t)count * sizeof(float), capacity);
  if (!*copy) return false;
  if (dtype == MK_FLOAT16) convert_weight_f16(*copy, weight, count);
  else convert_weight_bf16(*copy, weight, count);
  c->weight = *copy;
  return true;
}

#define MK_PICK(function)                                                                                  \
  (dtype == MK_FLOAT32   ? function##_f32                                                                  \
   : dtype == MK_FLOAT64 ? function##_f64                                                                  \
   : dtype == MK_FLOAT16 ? function##_f16                                                                  \
                         : function##_bf16)

mk_status mk_convolution(mk_dtype dtype, const mk_window *w, void *y, const void *x, const void *weight,
                         const void *bias) {
  if (!mk_is_floating(dtype) || w->groups < 1) return MK_UNSUPPORTED;
  convolution c = make_job(w);
  c.out = y;
  c.x = x;
  c.bias = bias;
  void *copy;
  size_t capacity;
  if (!compute_weight(dtype, &c, weight, &copy, &capacity)) return MK_OUT_OF_MEMORY;
  if (depthwise(w)) run(&c, w->batch * w->filters, MK_PICK(depthwise_task));
  else run(&c, w->batch * w->groups * c.blocks, MK_PICK(forward_task));
  if (copy) mk_free(copy, capacity);
  return c.status;
}

mk_status mk_convolution_input(mk_dtype dtype, const mk_window *w, void *dx, const void *dy,
                               const void *weight) {
  if (!mk_is_floating(dtype) || w->groups < 1) return MK_UNSUPPORTED;
  convolution c = make_job(w);
  c.out = dx;
  c.dy = dy;
  void *copy;
  size_t capacity;
  if (!compute_weight(dtype, &c, weight, &copy, &capacity)) return MK_OUT_OF_MEMORY;
  if (depthwise(w)) {
    run(&c, w->batch * w->channels, MK_PICK(depthwise_input_task));
  } else {
    divide_channels(&c, w->batch * w->groups);
    run(&c, w->batch * w->groups * c.slices, MK_PICK(input_task));
  }
  if (copy) mk_free(copy, capacity);
  return c.status;
}

mk_status mk_convolution_weight(mk_dtype dtype, const mk_window *w, void *dweight, const void *dy,
                                const void *x) {
  if (!mk_is_floating(dtype) || w->groups < 1) return MK_UNSUPPORTED;
  convolution c = make_job(w);
  c.out = dweight;
  c.dy = dy;
  c.x = x;
  int64_t count = w->filters * c.depth;
  if (count <= 0) return MK_OK;
  if (w->batch <= 0 || c.blocks <= 0) {
    memset(dweight, 0, (size_t)count * mk_item_size(dtype));
    return MK_OK;
  }
  if (depthwise(w)) {
    run(&c, w->filters, MK_PICK(depthwise_weight_task));
    return c.status;
  }
  // Parts of the batch depend on the shape only, as the order of the sums does on them.
  c.parts = mk_window_min(mk_window_min(w->batch, 8), 1 + (1 << 20) / count);
  size_t capacity, item = dtype == MK_FLOAT64 ? sizeof(double) : sizeof(float);
  c.partials = mk_alloc((size_t)(c.parts * count) * item, &capacity);
  if (!c.partials) return MK_OUT_OF_MEMORY;
  divide_channels(&c, c.parts * w->groups);
  run(&c, c.parts * w->groups * c.slices, MK_PICK(weight_task));
  mk_parallel_for(count, 16384, &c, MK_PICK(weight_combine));
  mk_free(c.partials, capacity);
  return c.status;
}
