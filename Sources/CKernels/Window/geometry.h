// Positions of windows, shared by convolution and pooling.
#ifndef MK_WINDOW_GEOMETRY_H
#define MK_WINDOW_GEOMETRY_H

#include "../Support/clones.h"
#include "../include/mk_window.h"

MK_INLINE int64_t mk_window_min(int64_t a, int64_t b) { return a < b ? a : b; }

// Where the element `tap` of a window lies along dimension d for output position `out`; may be outside.
MK_INLINE int64_t mk_window_at(const mk_window *w, int d, int64_t out, int64_t tap) {
  return out * w->stride[d] - w->padding[d] + tap * w->dilation[d];
}

MK_INLINE bool mk_window_inside(const mk_window *w, int d, int64_t at) { return at >= 0 && at < w->in[d]; }

// The output positions within [*begin, *end) along the last dimension whose element `tap` lies inside the input.
MK_INLINE void mk_window_columns(const mk_window *w, int64_t tap, int64_t *begin, int64_t *end) {
  int64_t stride = w->stride[2], before = w->padding[2] - tap * w->dilation[2], room = w->in[2] + before;
  if (before <= 0 && (*end - 1) * stride < room) return;
  int64_t low = before > 0 ? before : 0, high = room > 0 ? room : 0;
  if (stride != 1) {
    low = (low + stride - 1) / stride;
    high = (high + stride - 1) / stride;
  }
  // An empty range stays inside of the given one.
  if (low > *begin) *begin = mk_window_min(low, *end);
  if (high < *end) *end = high > *begin ? high : *begin;
}

// The taps of dimension d that lie inside the input for one output position.
MK_INLINE void mk_window_tap_range(const mk_window *w, int d, int64_t out, int64_t *begin, int64_t *end) {
  int64_t at = mk_window_at(w, d, out, 0), step = w->dilation[d];
  if (at >= 0 && at + (w->kernel[d] - 1) * step < w->in[d]) {
    // The usual case, without the divisions.
    *begin = 0;
    *end = w->kernel[d];
    return;
  }
  *begin = at < 0 ? (-at - 1) / step + 1 : 0;
  *end = at < w->in[d] ? mk_window_min((w->in[d] - 1 - at) / step + 1, w->kernel[d]) : 0;
  if (*begin > *end) *begin = *end;
}

MK_INLINE int64_t mk_window_taps(const mk_window *w) { return w->kernel[0] * w->kernel[1] * w->kernel[2]; }
MK_INLINE int64_t mk_window_outputs(const mk_window *w) { return w->out[0] * w->out[1] * w->out[2]; }
MK_INLINE int64_t mk_window_volume(const mk_window *w) { return w->in[0] * w->in[1] * w->in[2]; }

// The part of one line of outputs that a range of flat output positions starts with.
typedef struct {
  int64_t plane, row, column, count; // output coordinates and length
} mk_window_run;

// The run that follows one which reached the end of its line.
MK_INLINE mk_window_run mk_window_next_run(const mk_window *w, mk_window_run run, int64_t left) {
  if (++run.row == w->out[1]) {
    run.row = 0;
    run.plane++;
  }
  run.column = 0;
  run.count = mk_window_min(w->out[2], left);
  return run;
}

MK_INLINE mk_window_run mk_window_run_at(const mk_window *w, int64_t position, int64_t end) {
  int64_t line = position / w->out[2], column = position % w->out[2];
  return (mk_window_run){line / w->out[1], line % w->out[1], column,
                         mk_window_min(w->out[2] - column, end - position)};
}

// The position of an output line, [batch, plane, row] or [batch, channel, plane, row].
typedef struct {
  int64_t batch, channel, plane, row;
} mk_window_line;

MK_INLINE void mk_window_next_line(const mk_window *w, int64_t channels, mk_window_line *line) {
  if (++line->row < w->out[1]) return;
  line->row = 0;
  if (++line->plane < w->out[0]) return;
  line->plane = 0;
  if (++line->channel < channels) return;
  line->channel = 0;
  line->batch++;
}

MK_INLINE mk_window_line mk_window_line_at(const mk_window *w, int64_t channels, int64_t index) {
  mk_window_line line;
  line.row = index % w->out[1];
  line.plane = index / w->out[1] % w->out[0];
  line.channel = index / w->out[1] / w->out[0] % channels;
  line.batch = index / w->out[1] / w->out[0] / channels;
  return line;
}

// Whether channels are next to each other in both tensors, so that a vector holds several of them.
MK_INLINE bool mk_window_channels_last(const mk_window *w) {
  return w->channels >= 4 && w->in_stride[1] == 1 && w->out_stride[1] == 1;
}

// Whether the spatial positions of the input are evenly spaced, `*step` apart.
MK_INLINE bool mk_window_even(const mk_window *w, int64_t *step) {
  *step = w->in_stride[4];
  return w->in_stride[3] == *step * w->in[2] && w->in_stride[2] == w->in_stride[3] * w->in[1];
}

#endif
