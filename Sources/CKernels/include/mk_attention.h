#ifndef MK_ATTENTION_H
#define MK_ATTENTION_H

#include "mk_types.h"

// Elements of [batch, heads, positions, columns], with their strides in elements.
typedef struct {
  void *data;
  int64_t stride[4];
} mk_heads;

// out[b, h] = softmax(q k^T scale + mask) v for queries [batch, heads, queries, width], keys
// [batch, kv_heads, keys, width] and values [batch, kv_heads, keys, value_width]; a head of keys
// serves heads / kv_heads heads of queries. Scores are made and used block by block and never
// stored. Floating dtypes.
typedef struct {
  int64_t batch, heads, kv_heads, queries, keys, width, value_width;
  double scale;
  bool causal; // query i sees keys 0 to i
  // No data, or seen as [batch, heads, queries, keys]: bool, false where a key is hidden, or
  // numbers to add, in float32 (float64 for float64).
  mk_heads mask;
  bool mask_is_bool;
} mk_attention;

// lse [batch, heads, queries], float32 (float64 for float64), receives the log-sum-exp of the
// scores of every query. A query that sees no key gives zeros, and infinity there. The columns of
// `out` lie side by side.
mk_status mk_attention_forward(mk_dtype dtype, const mk_attention *a, const mk_heads *out, void *lse,
                               const mk_heads *q, const mk_heads *k, const mk_heads *v);
// Gradients dq, dk, dv in the shapes of q, k and v, each without data if it is not wanted, from
// dout, out and lse. The columns of the gradients and of `out` lie side by side.
mk_status mk_attention_backward(mk_dtype dtype, const mk_attention *a, const mk_heads *dq, const mk_heads *dk,
                                const mk_heads *dv, const mk_heads *dout, const mk_heads *q, const mk_heads *k,
                                const mk_heads *v, const mk_heads *out, const void *lse);

#endif
