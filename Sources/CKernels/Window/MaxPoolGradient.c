// Gradient of max pooling. One thread writes a plane, in the order of outputs, so windows that overlap add up in
// the same order always.
#include <stdatomic.h>
#include <string.h>

#include "../include/mk_memory.h"
#include "../include/mk_parallel.h"
#include "geometry.h"

// Channels of a task: a cache line of float32.
#define MK_CHANNELS 16
#define MK_GRAIN 16384

typedef struct {
  const mk_window *window;
  void *dx;
  const void *dy;
  const int64_t *indices;
  bool dense;   // the planes of dx
  int64_t step; // between positions of dx
  _Atomic mk_status status;
} gradient;

#define MK_TEMPLATE "../Window/planes.h"
#include "../Normalize/each_float.h"
#define MK_TEMPLATE "../Window/max_pool_gradient.h"
#include "../Normalize/each_float.h"

typedef void range(void *context, int64_t begin, int64_t end);

mk_status mk_max_pool_backward(mk_dtype dtype, const mk_window *w, void *dx, const void *dy,
                               const int64_t *indices) {
  static range *const planes[] = {max_gradient_planes_f32, max_gradient_planes_f64, max_gradient_planes_f16,
                                  max_gradient_planes_bf16};
  if (!mk_is_floating(dtype)) return MK_UNSUPPORTED;
  gradient g = {.window = w, .dx = dx, .dy = dy, .indices = indices, .status = MK_OK};
  bool even = mk_window_even(w, &g.step);
  g.dense = even && g.step == 1;
  int64_t volume = mk_window_volume(w);
  if (even && mk_window_channels_last(w) && (dtype == MK_FLOAT32 || dtype == MK_FLOAT64)) {
    int64_t items = w->batch * ((w->channels - 1) / MK_CHANNELS + 1), each = volume * MK_CHANNELS;
    mk_parallel_for(items, each > 0 ? MK_GRAIN / each + 1 : MK_GRAIN, &g,
                    dtype == MK_FLOAT32 ? max_gradient_channels_f32 : max_gradient_channels_f64);
  } else {
    mk_parallel_for(w->batch * w->channels, volume > 0 ? MK_GRAIN / volume + 1 : MK_GRAIN, &g, planes[dtype]);
  }
  return g.status;
}
