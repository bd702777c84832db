#ifndef MK_WINDOW_H
#define MK_WINDOW_H

#include "mk_types.h"

// Geometry of convolution and pooling in 1 to 3 spatial dimensions; those that are missing come first with sizes and
// kernels of 1. Input [batch, channels, in...], output [batch, channels or filters, out...].
typedef struct {
  int64_t batch, channels, filters, groups; // pooling: filters == channels, groups == 1
  int64_t in[3], out[3], kernel[3], stride[3], padding[3], dilation[3];
  // Element strides of the input and output tensors: batch, channel, then spatial.
  int64_t in_stride[5], out_stride[5];
} mk_window;

// Convolution (cross-correlation) for every floating dtype by implicit matrix product. weight is contiguous
// [filters, channels / groups, kernel...]; bias [filters] may be null.
mk_status mk_convolution(mk_dtype dtype, const mk_window *w, void *y, const void *x, const void *weight,
                         const void *bias);
// dx = gradient with respect to the input (same layout as in_stride says); it is overwritten.
mk_status mk_convolution_input(mk_dtype dtype, const mk_window *w, void *dx, const void *dy,
                               const void *weight);
mk_status mk_convolution_weight(mk_dtype dtype, const mk_window *w, void *dweight, const void *dy,
                                const void *x);

// Max pooling; `indices` (int64, contiguous [batch, channels, out...], may be null) receives the flat position within the
// input's spatial volume. NaN wins. The first of equal elements is taken. Every dtype but bool.
mk_status mk_max_pool(mk_dtype dtype, const mk_window *w, void *y, int64_t *indices, const void *x);
// dx must be zeroed by the callee; `indices` as above; dy has out_stride, dx in_stride. Deterministic.
mk_status mk_max_pool_backward(mk_dtype dtype, const mk_window *w, void *dx, const void *dy,
                               const int64_t *indices);

// Average pooling. The divisor is `divisor` if not 0, else the window's size, padding counted if `count_padding`.
mk_status mk_average_pool(mk_dtype dtype, const mk_window *w, bool count_padding, int64_t divisor, void *y,
                          const void *x);
mk_status mk_average_pool_backward(mk_dtype dtype, const mk_window *w, bool count_padding, int64_t divisor,
                                   void *dx, const void *dy);

#endif
