#ifndef MK_ATTENTION_H
#define MK_ATTENTION_H

#include "mk_types.h"

// out[b, h] = softmax(q k^T scale + mask) v for queries [batch, heads, queries, width], keys
// [batch, kv_heads, keys, width] and values [batch, kv_heads, keys, value_width]; a head of keys
// serves heads / kv_heads heads of queries. Scores are made and used block by block and never
// stored. Floating dtypes.
typedef struct {
  int64_t batch, heads, kv_heads, queries, keys, width, value_width;
  double scale;
  bool causal; // query i sees keys 0 to i
  // Element strides of the operands: batch, head, position, column.
  int64_t q_stride[4], k_stride[4], v_stride[4];
  // Null, or seen as [batch, heads, queries, keys]: bool, false where a key is hidden, or numbers
  // to add, in float32 (float64 for float64).
  const void *mask;
  bool mask_is_bool;
  int64_t mask_stride[4];
} mk_attention;

// `out` is contiguous. lse [batch, heads, queries], float32 (float64 for float64), receives the
// log-sum-exp of the scores of every query. A query that sees no key gives zeros, and infinity
// there.
mk_status mk_attention_forward(mk_dtype dtype, const mk_attention *a, void *out, void *lse, const void *q,
                               const void *k, const void *v);
// Gradients dq, dk, dv in the shapes of q, k and v, contiguous, from dout, out and lse; dout and
// out are contiguous.
mk_status mk_attention_backward(mk_dtype dtype, const mk_attention *a, void *dq, void *dk, void *dv,
                                const void *dout, const void *q, const void *k, const void *v,
                                const void *out, const void *lse);

#endif
