#include "layout.h"

static int64_t magnitude(int64_t stride) { return stride < 0 ? -stride : stride; }

// Whether dimension a should lie outside of dimension b.
static bool belongs_outside(const mk_loop *loop, int operands, int64_t a, int64_t b) {
  for (int k = 0; k < operands; k++) {
    int64_t first = magnitude(loop->stride[k][a]), second = magnitude(loop->stride[k][b]);
    if (first != second) return first > second;
  }
  return true;
}

static bool can_merge(const mk_loop *loop, int operands, int64_t outer, int64_t inner) {
  for (int k = 0; k < operands; k++)
    if (loop->stride[k][outer] != loop->stride[k][inner] * loop->size[inner]) return false;
  return true;
}

static void move_dimension(mk_loop *to, int64_t at, const mk_loop *from, int64_t d, int operands) {
  to->size[at] = from->size[d];
  for (int k = 0; k < operands; k++) to->stride[k][at] = from->stride[k][d];
}

bool mk_normalize_loop(const mk_loop *loop, int operands, mk_loop *result) {
  if (loop->rank < 0 || loop->rank > MK_MAX_RANK) return false;
  int64_t order[MK_MAX_RANK], rank = 0;
  for (int64_t d = 0; d < loop->rank; d++) {
    if (loop->size[d] <= 0) return false;
    if (loop->size[d] == 1) continue;
    int64_t at = rank++;
    for (; at > 0 && !belongs_outside(loop, operands, order[at - 1], d); at--) order[at] = order[at - 1];
    order[at] = d;
  }
  result->rank = 0;
  for (int64_t i = 0; i < rank; i++) {
    move_dimension(result, result->rank, loop, order[i], operands);
    int64_t last = result->rank;
    if (last > 0 && can_merge(result, operands, last - 1, last)) {
      int64_t size = result->size[last - 1] * result->size[last];
      move_dimension(result, last - 1, result, last, operands);
      result->size[last - 1] = size;
    } else {
      result->rank++;
    }
  }
  return true;
}
