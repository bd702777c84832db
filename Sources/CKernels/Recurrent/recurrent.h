// What the parts of recurrent layers share.
#ifndef MK_RECURRENT_RECURRENT_H
#define MK_RECURRENT_RECURRENT_H

#include <string.h>

#include "../Gemm/kernels.h"
#include "../Math/float32_exp.h"
#include "../Math/float64_exp.h"
#include "../Support/clones.h"
#include "../include/mk_memory.h"
#include "../include/mk_parallel.h"
#include "../include/mk_recurrent.h"

// Rows whose gates are computed together: the products of a block stay in the first-level cache.
#define MK_BLOCK_ROWS 32
// Gates at most.
#define MK_GATES 4
// Depth of a product that is added up in one go: its part of a panel stays in the first-level cache.
#define MK_CHUNK 128

typedef struct recurrent_job recurrent_job;

// Works on rows [first_row, last_row) of the batch in step t, and on blocks of columns.
typedef void recurrent_phase(const recurrent_job *job, int64_t t, int64_t first_row, int64_t last_row,
                             int64_t first_block, int64_t last_block);

struct recurrent_job {
  const mk_recurrence *r;
  mk_recurrence_state state;
  const int64_t *first; // the first row of every step
  int64_t gates;
  // Packed by blocks of columns, the gates of a block one after the other where they are columns.
  const char *weight, *projection;
  mk_rows_kernel *add_product;
  // Forwards.
  const char *x, *bias;
  char *last_cell;
  // Backwards. `carry` [batch, hidden] is what passes to the state before a step beside the product (GRU).
  const char *dout;
  char *dx, *drecurrent, *dprojected, *dh0, *dcell, *carry;
};

// The step whose state step t starts from; -1 if there is none.
static inline int64_t recurrent_before(const mk_recurrence *r, int64_t t) {
  if (!r->reversed) return t - 1;
  return t + 1 < r->steps ? t + 1 : -1;
}
// The step that starts from the state of step t; -1 if there is none.
static inline int64_t recurrent_after(const mk_recurrence *r, int64_t t) {
  if (r->reversed) return t - 1;
  return t + 1 < r->steps ? t + 1 : -1;
}

static inline int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }

#endif
