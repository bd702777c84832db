// What the parts of attention share.
#ifndef MK_ATTENTION_ATTENTION_H
#define MK_ATTENTION_ATTENTION_H

#include <stdatomic.h>
#include <string.h>

#include "../Gemm/kernels.h"
#include "../Normalize/common.h"
#include "../include/mk_attention.h"

// Keys that are scored together, and at most so many blocks of queries with each of them: what they
// work with stays in the second-level cache.
#define MK_BLOCK 64
#define MK_SHARED 8
// Tasks that there should be, so that threads finish together.
#define MK_ENOUGH_TASKS 8
// Bytes that parts of the gradients of keys and values may take where a third task would add to
// them.
#define MK_PARTIAL_BYTES ((int64_t)64 << 20)

typedef struct {
  const mk_attention *a;
  mk_heads q, k, v, g, out, dq, dk, dv; // g: the gradient of the result
  void *lse;
  // Of the storage type and of the compute type.
  const mk_gemm_kernels *storage, *compute;
  mk_rows_kernel *product;
  int64_t blocks; // of queries of a head
  // Forwards: blocks of queries of a task, and tasks of a head.
  int64_t shared;
  // Tasks of a head (of keys, backwards), and what those of a head of keys add up, if there are
  // more than one.
  int64_t parts;
  char *partial;
  _Atomic mk_status status;
} attention_context;

static inline int64_t mk_smaller(int64_t a, int64_t b) { return a < b ? a : b; }
static inline int64_t mk_whole(int64_t size, int64_t part) { return (size + part - 1) / part * part; }

// Where position `position` of head `head` of all batches begins.
static inline char *position_of(const mk_heads *x, int64_t heads, int64_t head, int64_t position, size_t item) {
  return (char *)x->data +
         (head / heads * x->stride[0] + head % heads * x->stride[1] + position * x->stride[2]) * (int64_t)item;
}

#endif
