// Bringing a loop into the form that is fastest to walk.
#ifndef MK_ELEMENTWISE_LAYOUT_H
#define MK_ELEMENTWISE_LAYOUT_H

#include "../include/mk_types.h"
#include "../Support/clones.h"

// The same iterations with the output's smallest strides innermost, dimensions of size 1 dropped, and dimensions that
// all operands walk as one merged. False for a loop without iterations or with a rank that is out of range.
bool mk_normalize_loop(const mk_loop *loop, int operands, mk_loop *result);

// Whether an operand's elements lie one after another in the order of the loop.
MK_INLINE bool mk_is_contiguous(const mk_loop *loop, int operand) {
  int64_t expected = 1;
  for (int64_t d = loop->rank - 1; d >= 0; d--) {
    if (loop->stride[operand][d] != expected) return false;
    expected *= loop->size[d];
  }
  return true;
}

// A dimension along which `operand` is contiguous though it is not along the last one, both long enough for
// copying by tiles to pay; -1 if there is none.
MK_INLINE int64_t mk_transposed_dimension(const mk_loop *loop, int operand) {
  int64_t last = loop->rank - 1;
  if (last < 1 || loop->size[last] < 8) return -1;
  int64_t stride = loop->stride[operand][last];
  if (stride == 0 || stride == 1) return -1;
  for (int64_t d = 0; d < last; d++)
    if (loop->stride[operand][d] == 1 && loop->size[d] >= 8) return d;
  return -1;
}

#endif
