// Walking an `mk_loop`: linear position to offsets of the operands, and from one position to the next.
#ifndef MK_SUPPORT_LOOPS_H
#define MK_SUPPORT_LOOPS_H

#include "../include/mk_types.h"
#include "clones.h"

// Number of iterations of the dimensions [0, rank).
MK_INLINE int64_t mk_loop_count(const mk_loop *loop, int64_t rank) {
  int64_t count = 1;
  for (int64_t d = 0; d < rank; d++) count *= loop->size[d];
  return count;
}

// A position in the outermost dimensions of a loop, with the offset in elements of every operand there.
typedef struct {
  int64_t index[MK_MAX_RANK];
  int64_t offset[MK_MAX_OPERANDS];
} mk_cursor;

// Moves to iteration `position` of the dimensions [0, rank), counted with the last one fastest.
MK_INLINE void mk_cursor_seek(mk_cursor *cursor, const mk_loop *loop, int64_t rank, int operands,
                              int64_t position) {
  for (int k = 0; k < operands; k++) cursor->offset[k] = 0;
  for (int64_t d = rank - 1; d >= 0; d--) {
    int64_t size = loop->size[d], i = position % size;
    position /= size;
    cursor->index[d] = i;
    for (int k = 0; k < operands; k++) cursor->offset[k] += i * loop->stride[k][d];
  }
}

// Moves to the next iteration; past the last one, to the first.
MK_INLINE void mk_cursor_next(mk_cursor *cursor, const mk_loop *loop, int64_t rank, int operands) {
  for (int64_t d = rank - 1; d >= 0; d--) {
    if (++cursor->index[d] < loop->size[d]) {
      for (int k = 0; k < operands; k++) cursor->offset[k] += loop->stride[k][d];
      return;
    }
    cursor->index[d] = 0;
    for (int k = 0; k < operands; k++) cursor->offset[k] -= (loop->size[d] - 1) * loop->stride[k][d];
  }
}

#endif
