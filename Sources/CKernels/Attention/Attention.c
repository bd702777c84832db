// Attention without the matrix of scores (Dao et al., "FlashAttention", 2022; Dao,
// "FlashAttention-2", 2023).
//
// A task takes some blocks of queries through the keys of their head, block after block. A block of
// scores has keys for rows and queries for lanes, and as it lies there it is the right operand of
// the product with the values; turned queries and outgoing gradients are the only operands that are
// packed.
//
// Every task owns what it writes, and what tasks share of work depends on shapes alone: threads do
// not change the result.
#include "attention.h"

#define MK_TEMPLATE "../Normalize/lanes.h"
#include "../Normalize/each_float.h"
#define MK_TEMPLATE "../Attention/blocks.h"
#include "../Normalize/each_float.h"
#define MK_TEMPLATE "../Attention/scores.h"
#include "../Normalize/each_float.h"
#define MK_TEMPLATE "../Attention/forward.h"
#include "../Normalize/each_float.h"
#define MK_TEMPLATE "../Attention/backward.h"
#include "../Normalize/each_float.h"

typedef void task(void *context, int64_t index);

static attention_context make_context(mk_dtype dtype, const mk_attention *a, const mk_heads *q, const mk_heads *k,
                                      const mk_heads *v, const mk_heads *out, const void *lse) {
  attention_context c = {.a = a, .q = *q, .k = *k, .v = *v, .out = *out, .lse = (void *)lse, .status = MK_OK};
  c.storage = mk_gemm_kernels_of(dtype);
  c.compute = mk_gemm_kernels_of(dtype == MK_FLOAT64 ? MK_FLOAT64 : MK_FLOAT32);
  c.product = mk_rows_kernel_of(dtype);
  c.blocks = (a->queries - 1) / c.compute->panel_columns + 1;
  return c;
}

mk_status mk_attention_forward(mk_dtype dtype, const mk_attention *a, const mk_heads *out, void *lse,
                               const mk_heads *q, const mk_heads *k, const mk_heads *v) {
  static task *const tasks[] = {forward_task_f32, forward_task_f64, forward_task_f16, forward_task_bf16};
  if (!mk_is_floating(dtype)) return MK_UNSUPPORTED;
  attention_context c = make_context(dtype, a, q, k, v, out, lse);
  int64_t heads = a->batch * a->heads, shared = heads * c.blocks / MK_ENOUGH_TASKS;
  c.shared = shared < 1 ? 1 : mk_smaller(shared, MK_SHARED);
  c.parts = (c.blocks - 1) / c.shared + 1;
  mk_parallel_tasks(heads * c.parts, &c, tasks[dtype]);
  return c.status;
}

mk_status mk_attention_backward(mk_dtype dtype, const mk_attention *a, const mk_heads *dq, const mk_heads *dk,
                                const mk_heads *dv, const mk_heads *dout, const mk_heads *q, const mk_heads *k,
                                const mk_heads *v, const mk_heads *out, const void *lse) {
  static task *const tasks[] = {backward_task_f32, backward_task_f64, backward_task_f16, backward_task_bf16};
  static task *const merge[] = {merge_task_f32, merge_task_f64, merge_task_f16, merge_task_bf16};
  if (!mk_is_floating(dtype)) return MK_UNSUPPORTED;
  attention_context c = make_context(dtype, a, q, k, v, out, lse);
  c.g = *dout;
  c.dq = *dq;
  c.dk = *dk;
  c.dv = *dv;
  int64_t heads = a->batch * a->kv_heads, lanes = c.compute->panel_columns;
  c.parts = mk_smaller((MK_ENOUGH_TASKS - 1) / heads + 1, a->heads / a->kv_heads * c.blocks);
  int64_t part_bytes = heads * a->keys * (mk_whole(a->width, lanes) + mk_whole(a->value_width, lanes)) *
                       (int64_t)c.compute->compute_item;
  while (c.parts > 2 && c.parts * part_bytes > MK_PARTIAL_BYTES) c.parts--;
  size_t capacity = 0;
  if (c.parts > 1) {
    c.partial = mk_alloc((size_t)(c.parts * part_bytes), &capacity);
    if (!c.partial) return MK_OUT_OF_MEMORY;
  }
  mk_parallel_tasks(heads * c.parts, &c, tasks[dtype]);
  if (c.parts > 1 && c.status == MK_OK && (dk->data || dv->data))
    mk_parallel_tasks(heads * ((a->keys - 1) / MK_BLOCK + 1), &c, merge[dtype]);
  if (c.partial) mk_free(c.partial, capacity);
  return c.status;
}
