// Inclusive prefix combinations within one vector, by doubling steps.
#ifndef MK_SCAN_VECTORS_H
#define MK_SCAN_VECTORS_H

#include "../Reduce/vectors.h"

// Steps shift in lanes of `fill`, the identity of the combination.
#define MK_PREFIX_8(v, fill, C)                                                    \
  do {                                                                             \
    __typeof__(v) shifted = __builtin_shufflevector(fill, v, 0, 8, 9, 10, 11, 12, 13, 14); \
    v = C(shifted, v);                                                             \
    shifted = __builtin_shufflevector(fill, v, 0, 0, 8, 9, 10, 11, 12, 13);        \
    v = C(shifted, v);                                                             \
    shifted = __builtin_shufflevector(fill, v, 0, 0, 0, 0, 8, 9, 10, 11);          \
    v = C(shifted, v);                                                             \
  } while (0)

#define MK_LAST_8(v) __builtin_shufflevector(v, v, 7, 7, 7, 7, 7, 7, 7, 7)

#endif
