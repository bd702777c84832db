// Attention without the matrix of scores (Dao et al., "FlashAttention", 2022; Dao,
// "FlashAttention-2", 2023).
//
// Scores are tiles of the packed matrix product: 12 rows by 128 bytes of lanes. Forwards, and for
// the gradient of q, rows are keys and lanes are queries, so that maxima and sums over keys are
// elementwise; for the gradients of k and v it is the other way round. A block of scores, as it
// lies there, is the right operand of the next product.
//
// Every task owns what it writes and adds in a fixed order: threads do not change the result.
#include "attention.h"

#define MK_TEMPLATE "../Normalize/lanes.h"
#include "../Normalize/each_float.h"
#define MK_TEMPLATE "../Attention/scores.h"
#include "../Normalize/each_float.h"
#define MK_TEMPLATE "../Attention/forward.h"
#include "../Normalize/each_float.h"
#define MK_TEMPLATE "../Attention/backward.h"
#include "../Normalize/each_float.h"

typedef void task(void *context, int64_t index);

static packed_operand operand(const void *x, int64_t heads, int64_t positions, int64_t columns,
                              const int64_t stride[4]) {
  packed_operand p = {.x = x, .positions = positions, .columns = columns, .inner_heads = heads};
  if (stride) {
    memcpy(p.stride, stride, sizeof p.stride);
  } else {
    p.stride[3] = 1;
    p.stride[2] = columns;
    p.stride[1] = positions * columns;
    p.stride[0] = heads * positions * columns;
  }
  return p;
}

// Bytes that the two forms of a head take.
static size_t rows_bytes(const packed_operand *p, size_t item) {
  return (size_t)(mk_whole(p->positions, MK_TILE_ROWS) * p->columns) * item;
}
static size_t turned_bytes(const packed_operand *p, size_t item) {
  return (size_t)(p->positions * mk_whole(p->columns, MK_TILE_ROWS)) * item;
}

typedef struct {
  const mk_gemm_kernels *kernels;
  const packed_operand *p;
  int64_t blocks;
} pack_job;

static void pack_block(void *context, int64_t index) {
  const pack_job *job = context;
  const packed_operand *p = job->p;
  const mk_gemm_kernels *kernels = job->kernels;
  int64_t head = p->first + index / job->blocks, first = index % job->blocks * MK_BLOCK;
  int64_t count = mk_smaller(MK_BLOCK, p->positions - first);
  const char *x = head_of(p, head, kernels->item) + first * p->stride[2] * (int64_t)kernels->item;
  if (p->rows)
    kernels->pack_rows((char *)rows_at(p, head, first, kernels->compute_item), x, count, p->columns, p->stride[2],
                       p->stride[3]);
  if (p->turned)
    kernels->pack_rows((char *)turned_at(p, head, first, kernels->compute_item), x, p->columns, count,
                       p->stride[3], p->stride[2]);
}

// Packs `heads` heads from `first` on.
static void pack(const mk_gemm_kernels *kernels, packed_operand *p, int64_t first, int64_t heads) {
  p->first = first;
  pack_job job = {kernels, p, (p->positions - 1) / MK_BLOCK + 1};
  mk_parallel_tasks(heads * job.blocks, &job, pack_block);
}

static attention_context make_context(mk_dtype dtype, const mk_attention *a, const void *q, const void *k,
                                      const void *v) {
  attention_context c = {.a = a, .kernels = mk_gemm_kernels_of(dtype), .status = MK_OK};
  c.q = operand(q, a->heads, a->queries, a->width, a->q_stride);
  c.k = operand(k, a->kv_heads, a->keys, a->width, a->k_stride);
  c.v = operand(v, a->kv_heads, a->keys, a->value_width, a->v_stride);
  return c;
}

// Heads of keys that are worked through together: enough for all threads, few enough that what is
// packed of them stays near.
static int64_t wave_heads(const mk_attention *a) {
  return mk_smaller(a->batch * a->kv_heads, mk_thread_count());
}

mk_status mk_attention_forward(mk_dtype dtype, const mk_attention *a, void *out, void *lse, const void *q,
                               const void *k, const void *v) {
  static task *const tasks[] = {forward_block_f32, forward_block_f64, forward_block_f16, forward_block_bf16};
  if (!mk_is_floating(dtype)) return MK_UNSUPPORTED;
  attention_context c = make_context(dtype, a, q, k, v);
  c.out = out;
  c.lse = lse;
  int64_t all = a->batch * a->kv_heads, wave = wave_heads(a), group = a->heads / a->kv_heads;
  size_t item = c.kernels->compute_item, k_bytes = rows_bytes(&c.k, item) * (size_t)wave, capacity;
  char *scratch = mk_alloc(k_bytes + turned_bytes(&c.v, item) * (size_t)wave, &capacity);
  if (!scratch) return MK_OUT_OF_MEMORY;
  c.k.rows = scratch;
  c.v.turned = scratch + k_bytes;
  int64_t blocks = (a->queries - 1) / c.kernels->tile_columns + 1;
  for (c.first = 0; c.first < all; c.first += wave) {
    int64_t heads = mk_smaller(wave, all - c.first);
    pack(c.kernels, &c.k, c.first, heads);
    pack(c.kernels, &c.v, c.first, heads);
    mk_parallel_tasks(heads * group * blocks, &c, tasks[dtype]);
  }
  mk_free(scratch, capacity);
  return c.status;
}

mk_status mk_attention_backward(mk_dtype dtype, const mk_attention *a, void *dq, void *dk, void *dv,
                                const void *dout, const void *q, const void *k, const void *v,
                                const void *out, const void *lse) {
  static task *const dots[] = {dot_rows_f32, dot_rows_f64, dot_rows_f16, dot_rows_bf16};
  static task *const queries[] = {backward_queries_f32, backward_queries_f64, backward_queries_f16,
                                  backward_queries_bf16};
  static task *const keys[] = {backward_keys_f32, backward_keys_f64, backward_keys_f16, backward_keys_bf16};
  if (!mk_is_floating(dtype)) return MK_UNSUPPORTED;
  attention_context c = make_context(dtype, a, q, k, v);
  c.g = operand(dout, a->heads, a->queries, a->value_width, NULL);
  c.out = (char *)out;
  c.lse = (void *)lse;
  c.dq = dq;
  c.dk = dk;
  c.dv = dv;
  int64_t all = a->batch * a->kv_heads, wave = wave_heads(a), group = a->heads / a->kv_heads;
  size_t item = c.kernels->compute_item;
  // Of the values no product needs the columns.
  struct {
    packed_operand *p;
    int64_t heads;
    bool turned;
  } packed[] = {{&c.q, wave * group, true}, {&c.k, wave, true}, {&c.v, wave, false}, {&c.g, wave * group, true}};
  size_t total = (size_t)(a->batch * a->heads * a->queries) * item, capacity;
  for (int i = 0; i < 4; i++)
    total += (size_t)packed[i].heads * (rows_bytes(packed[i].p, item) + turned_bytes(packed[i].p, item));
  char *scratch = mk_alloc(total, &capacity);
  if (!scratch) return MK_OUT_OF_MEMORY;
  char *at = scratch;
  for (int i = 0; i < 4; i++) {
    packed[i].p->rows = at;
    at += (size_t)packed[i].heads * rows_bytes(packed[i].p, item);
    if (packed[i].turned) packed[i].p->turned = at;
    at += (size_t)packed[i].heads * turned_bytes(packed[i].p, item);
  }
  c.dots = at;
  mk_parallel_tasks(a->batch * a->heads, &c, dots[dtype]);
  int64_t lanes = c.kernels->tile_columns;
  for (c.first = 0; c.first < all; c.first += wave) {
    int64_t heads = mk_smaller(wave, all - c.first);
    pack(c.kernels, &c.q, c.first * group, heads * group);
    pack(c.kernels, &c.k, c.first, heads);
    pack(c.kernels, &c.v, c.first, heads);
    pack(c.kernels, &c.g, c.first * group, heads * group);
    if (dq) mk_parallel_tasks(heads * group * ((a->queries - 1) / lanes + 1), &c, queries[dtype]);
    if (dk || dv) mk_parallel_tasks(heads * ((a->keys - 1) / lanes + 1), &c, keys[dtype]);
  }
  mk_free(scratch, capacity);
  return c.status;
}
