// What the kernels of one call share.
#ifndef MK_RANDOM_FILL_H
#define MK_RANDOM_FILL_H

#include "../include/mk_random.h"

typedef struct {
  uint64_t seed, offset;
  int64_t count;
  double a, b;
  double limit;      // uniform: the greatest result
  int shift;         // uniform: bits of a 32-bit draw that the dtype has no room for
  uint32_t least;    // Bernoulli: draws from here on do not count, unless `always`
  bool always;
  int64_t low;       // integer: the first value, and how many there are (0: 2^64)
  uint64_t range;
  void *out;
} mk_fill;

// Fills groups [first, last) of a call: 64 elements each, or 32 where an element takes 64 bits.
typedef void (*mk_fill_kernel)(const mk_fill *fill, int64_t first, int64_t last);

// Null where the kind does not exist for the dtype.
mk_fill_kernel mk_fill_kernel_for(mk_random_kind kind, mk_dtype dtype);

// Whether an element takes a 64-bit draw.
bool mk_fill_is_wide(mk_random_kind kind, mk_dtype dtype);

#endif
