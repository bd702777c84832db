// What the walk in Scan.c is given to call for one operation and dtype.
#ifndef MK_SCAN_SCAN_H
#define MK_SCAN_SCAN_H

#include "../include/mk_scan.h"

// The greatest number of lines scanned side by side.
#define MK_SCAN_TILE 512
// Elements of a line that make a part for one thread.
#define MK_SCAN_PART 65536

// Sums and products. `carry` is the accumulator (8 bytes: double or uint64) of everything before.
typedef struct {
  // out[i] = carry and x[0] ... x[i]; returns nothing but the accumulator of x alone, in `total`. Null `out`: the total
  // alone, with the same bits.
  void (*line)(void *out, const void *x, int64_t n, const void *carry, void *total);
  // The same for any strides, one element after the other.
  void (*strided)(void *out, int64_t out_stride, const void *x, int64_t x_stride, int64_t n);
  // `width` lines that lie side by side.
  void (*columns)(void *out, int64_t out_stride, const void *x, int64_t x_stride, int64_t n, int64_t width);
  void (*init)(void *acc);
  void (*merge)(void *acc, const void *later);
} mk_accumulation;

const mk_accumulation *mk_accumulation_for(bool product, mk_dtype dtype);

// Running extremes with the position of the last element that equals them.
typedef struct {
  void (*strided)(void *out, int64_t out_stride, int64_t *indices, int64_t index_stride, const void *x,
                  int64_t x_stride, int64_t n);
  void (*columns)(void *out, int64_t out_stride, int64_t *indices, int64_t index_stride, const void *x,
                  int64_t x_stride, int64_t n, int64_t width);
} mk_running_extreme;

const mk_running_extreme *mk_running_extreme_for(bool greatest, mk_dtype dtype);

// Null for dtypes that are not floating.
typedef void (*mk_log_accumulation)(void *out, int64_t out_stride, const void *x, int64_t x_stride, int64_t n);
mk_log_accumulation mk_log_accumulation_for(mk_dtype dtype);

#endif
