// What the parts of attention share.
#ifndef MK_ATTENTION_ATTENTION_H
#define MK_ATTENTION_ATTENTION_H

#include <stdatomic.h>
#include <string.h>

#include "../Gemm/kernels.h"
#include "../Normalize/common.h"
#include "../include/mk_attention.h"

// Positions that are scored together, whole tiles.
#define MK_BLOCK 96

// An operand of positions x columns in the two forms in which products read it, for every head.
// `rows`: panels of MK_TILE_ROWS positions, whose depth is the columns. `turned`: block after block
// of MK_BLOCK positions, panels of MK_TILE_ROWS columns, whose depth is the positions of the block.
typedef struct {
  const char *x;
  int64_t positions, columns;
  int64_t inner_heads; // of one batch
  int64_t first;       // the head with which the packed ones begin
  int64_t stride[4];
  char *rows, *turned; // null where that form is not needed
} packed_operand;

typedef struct {
  const mk_attention *a;
  const mk_gemm_kernels *kernels;
  packed_operand q, k, v, g; // g: the gradient of the result
  char *out, *dq, *dk, *dv;
  void *lse, *dots; // dots [batch, heads, queries]: sums of out * dout
  int64_t first;    // the head of keys with which the wave begins
  _Atomic mk_status status;
} attention_context;

static inline int64_t mk_smaller(int64_t a, int64_t b) { return a < b ? a : b; }
static inline int64_t mk_whole(int64_t size, int64_t part) { return (size + part - 1) / part * part; }

static inline const char *head_of(const packed_operand *p, int64_t head, size_t item) {
  return p->x + (head / p->inner_heads * p->stride[0] + head % p->inner_heads * p->stride[1]) * (int64_t)item;
}

// The panels of a head from position `first` on, which begins a panel.
static inline const char *rows_at(const packed_operand *p, int64_t head, int64_t first, size_t item) {
  return p->rows + (size_t)(((head - p->first) * mk_whole(p->positions, MK_TILE_ROWS) + first) * p->columns) * item;
}

// The panels of the block of a head that begins at `first`.
static inline const char *turned_at(const packed_operand *p, int64_t head, int64_t first, size_t item) {
  return p->turned + (size_t)(((head - p->first) * p->positions + first) * mk_whole(p->columns, MK_TILE_ROWS)) * item;
}

// Which elements of a block of scores are hidden: element (row, lane) is that of query `query +
// row` or `query + lane`, and of key `key + lane` or `key + row`.
typedef struct {
  const char *mask; // of the element (0, 0), or null
  bool is_bool, causal, rows_are_keys;
  int64_t row_stride, lane_stride;
  int64_t query, key;
  int64_t lanes; // that exist
} block_mask;

static inline block_mask block_mask_at(const mk_attention *a, int64_t head, int64_t query, int64_t key,
                                       bool rows_are_keys, int64_t lanes, size_t item) {
  block_mask m = {.is_bool = a->mask_is_bool, .causal = a->causal, .rows_are_keys = rows_are_keys,
                  .query = query, .key = key, .lanes = lanes};
  const int64_t *s = a->mask_stride;
  if (a->mask) {
    int64_t offset = head / a->heads * s[0] + head % a->heads * s[1] + query * s[2] + key * s[3];
    m.mask = (const char *)a->mask + offset * (int64_t)(a->mask_is_bool ? 1 : item);
  }
  m.row_stride = s[rows_are_keys ? 3 : 2];
  m.lane_stride = s[rows_are_keys ? 2 : 3];
  return m;
}

#endif
