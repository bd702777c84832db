// What max and average pooling share.
#ifndef MK_WINDOW_POOL_H
#define MK_WINDOW_POOL_H

#include <stddef.h>

#include "../Support/dtypes.h"
#include "geometry.h"

typedef struct {
  mk_window window;
  const void *x;
  void *y;
  int64_t *indices;
  const int64_t *from; // max pooling, backward: the indices
  bool count_padding;
  int64_t divisor;
  int64_t column_step;            // between the inputs of neighbouring outputs of a line
  int64_t whole_begin, whole_end; // outputs of a line whose windows lie inside the input along the line
  int64_t tap_offset[3], tap_index[3]; // of a tap from the next, in memory and in the input's volume
  bool narrow;                         // offsets inside of a window fit 32 bits
} pool;

// The taps of a window that lie inside the input.
typedef struct {
  int64_t begin[3], end[3];
} window_taps;

// Loops over the taps (kd, kh, kw) of a window.
#define MK_EACH_TAP(t)                                                                                     \
  for (int64_t kd = (t)->begin[0]; kd < (t)->end[0]; kd++)                                                 \
    for (int64_t kh = (t)->begin[1]; kh < (t)->end[1]; kh++)                                               \
      for (int64_t kw = (t)->begin[2]; kw < (t)->end[2]; kw++)

MK_INLINE pool mk_make_pool(const mk_window *w) {
  pool p = {.window = *w};
  p.column_step = w->stride[2] * w->in_stride[4];
  p.whole_begin = 0;
  p.whole_end = w->out[2];
  mk_window_columns(w, 0, &p.whole_begin, &p.whole_end);
  mk_window_columns(w, w->kernel[2] - 1, &p.whole_begin, &p.whole_end);
  int64_t volume = 1;
  for (int d = 2; d >= 0; d--) {
    p.tap_offset[d] = w->dilation[d] * w->in_stride[2 + d];
    p.tap_index[d] = w->dilation[d] * volume;
    volume *= w->in[d];
  }
  int64_t reach = 0;
  for (int d = 0; d < 3; d++) reach += (w->kernel[d] - 1) * p.tap_index[d];
  p.narrow = reach < INT32_MAX;
  return p;
}

#endif
