// Average pooling and its gradient.
#include <stdatomic.h>

#include "../include/mk_memory.h"
#include "../include/mk_parallel.h"
#include "pool.h"

// Outputs of a line whose gradients are spread together, and channels of a task.
#define MK_LINE 256
#define MK_CHANNELS 64
#define MK_GRAIN 16384

typedef struct {
  pool pool; // x is dy, y is dx
  _Atomic mk_status status;
} average_gradient;

// Elements of a window along dimension d, those in the padding with them but not those beyond it: a window
// may reach further when the number of outputs was rounded up.
static inline int64_t padded_taps(const mk_window *w, int d, int64_t out) {
  int64_t room = w->in[d] + w->padding[d] - mk_window_at(w, d, out, 0);
  if (room > (w->kernel[d] - 1) * w->dilation[d]) return w->kernel[d];
  return room > 0 ? mk_window_min((room - 1) / w->dilation[d] + 1, w->kernel[d]) : 0;
}

static inline int64_t divisor_of(const pool *p, const window_taps *t, int64_t plane, int64_t row,
                                 int64_t column) {
  const mk_window *w = &p->window;
  if (p->divisor) return p->divisor;
  if (p->count_padding) return padded_taps(w, 0, plane) * padded_taps(w, 1, row) * padded_taps(w, 2, column);
  return (t->end[0] - t->begin[0]) * (t->end[1] - t->begin[1]) * (t->end[2] - t->begin[2]);
}

#define MK_TEMPLATE "../Window/planes.h"
#include "../Normalize/each_float.h"
#define MK_TEMPLATE "../Window/lane_loads.h"
#include "../Normalize/each_float.h"
#define MK_TEMPLATE "../Window/average_pool_lanes.h"
#include "../Normalize/each_float.h"

typedef void range(void *context, int64_t begin, int64_t end);

static int64_t grain(int64_t each) { return each > 0 ? MK_GRAIN / each + 1 : MK_GRAIN; }

mk_status mk_average_pool(mk_dtype dtype, const mk_window *w, bool count_padding, int64_t divisor, void *y,
                          const void *x) {
  static range *const lines[] = {average_lines_f32, average_lines_f64, average_lines_f16, average_lines_bf16};
  static range *const channels[] = {average_channels_f32, average_channels_f64, average_channels_f16,
                                    average_channels_bf16};
  if (!mk_is_floating(dtype)) return MK_UNSUPPORTED;
  pool p = mk_make_pool(w);
  p.x = x;
  p.y = y;
  p.count_padding = count_padding;
  p.divisor = divisor;
  bool last = mk_window_channels_last(w);
  int64_t each = w->out[2] * mk_window_taps(w) * (last ? w->channels : 1);
  int64_t items = w->batch * w->out[0] * w->out[1] * (last ? 1 : w->channels);
  mk_parallel_for(items, grain(each), &p, (last ? channels : lines)[dtype]);
  return MK_OK;
}

mk_status mk_average_pool_backward(mk_dtype dtype, const mk_window *w, bool count_padding, int64_t divisor,
                                   void *dx, const void *dy) {
  static range *const planes[] = {average_gradient_planes_f32, average_gradient_planes_f64,
                                  average_gradient_planes_f16, average_gradient_planes_bf16};
  if (!mk_is_floating(dtype)) return MK_UNSUPPORTED;
  average_gradient g = {.pool = mk_make_pool(w), .status = MK_OK};
  g.pool.x = dy;
  g.pool.y = dx;
  g.pool.count_padding = count_padding;
  g.pool.divisor = divisor;
  int64_t volume = mk_window_volume(w);
  // Half precision adds up in float32 planes.
  if (mk_window_channels_last(w) && (dtype == MK_FLOAT32 || dtype == MK_FLOAT64)) {
    int64_t blocks = (w->channels - 1) / MK_CHANNELS + 1;
    mk_parallel_for(w->batch * blocks, grain(volume * MK_CHANNELS), &g,
                    dtype == MK_FLOAT32 ? average_gradient_channels_f32 : average_gradient_channels_f64);
  } else {
    mk_parallel_for(w->batch * w->channels, grain(volume), &g, planes[dtype]);
  }
  return g.status;
}
