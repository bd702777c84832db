// Equations with matrices that are triangular or taken apart, one a thread.
#include <stdatomic.h>
#include <string.h>

#include "../Support/loops.h"
#include "../include/mk_linalg.h"
#include "../include/mk_parallel.h"
#include "lapack.h"

typedef struct {
  const mk_lapack *library;
  const mk_loop *batch;
  const mk_solve_shape *shape;
  bool by_rows; // of a: rows follow each other
  const void *a, *b;
  const int32_t *pivots;
  void *out;
  atomic_bool bad_pivots;
} solve_job;

static bool are_lu_pivots(int64_t n, const int32_t *pivots) {
  for (int64_t i = 0; i < n; i++)
    if (pivots[i] < 1 || pivots[i] > n) return false;
  return true;
}

// Whether LAPACK can walk along them: a negative one stands for a block of two.
static bool are_ldl_pivots(int64_t n, const int32_t *pivots) {
  for (int64_t i = 0; i < n; i++) {
    if (pivots[i] == 0 || pivots[i] > n || pivots[i] < -n) return false;
    if (pivots[i] > 0) continue;
    if (++i == n || pivots[i] >= 0 || pivots[i] < -n) return false;
  }
  return true;
}

#define T float
#define MK_WIDTH 64
#define LAPACK mk_lapack_f32
#define MEMBER f32
#define NAME(x) x##_f32
#include "matrices.h"
#include "rows.h"
#include "solve.h"
#undef T
#undef MK_WIDTH
#undef LAPACK
#undef MEMBER
#undef NAME
#define T double
#define MK_WIDTH 32
#define LAPACK mk_lapack_f64
#define MEMBER f64
#define NAME(x) x##_f64
#include "matrices.h"
#include "rows.h"
#include "solve.h"

mk_status mk_solve(mk_dtype dtype, const mk_loop *batch, const mk_solve_shape *shape, const void *a,
                   const int32_t *pivots, const void *b, void *out) {
  if (dtype != MK_FLOAT32 && dtype != MK_FLOAT64) return MK_UNSUPPORTED;
  int64_t count = mk_loop_count(batch, batch->rank);
  if (count <= 0 || shape->n <= 0 || shape->columns <= 0) return MK_OK;
  if (shape->n > INT32_MAX || shape->columns > INT32_MAX) return MK_TOO_LARGE;
  solve_job p = {.library = mk_lapack_load(), .batch = batch, .shape = shape, .a = a, .b = b, .pivots = pivots,
                 .out = out, .by_rows = shape->a_column == 1 && (shape->a_row >= shape->n || shape->n == 1)};
  if (!p.library) return MK_NO_LIBRARY;
  if ((p.by_rows ? shape->a_row : shape->a_column) > INT32_MAX) return MK_TOO_LARGE;
  int64_t effort = (shape->n + 1) * (shape->n + 1) * (shape->columns + 1), enough = 1 << 16;
  mk_parallel_for(count, effort >= enough ? 1 : enough / effort, &p,
                  dtype == MK_FLOAT32 ? solve_range_f32 : solve_range_f64);
  return atomic_load(&p.bad_pivots) ? MK_INDEX_OUT_OF_RANGE : MK_OK;
}

mk_status mk_pivot_order(int64_t batch, int64_t m, int64_t count, const int32_t *pivots, int64_t *order) {
  for (int64_t b = 0; b < batch; b++, pivots += count, order += m) {
    for (int64_t i = 0; i < m; i++) order[i] = i;
    for (int64_t i = 0; i < count; i++) {
      if (pivots[i] < 1 || pivots[i] > m || i >= m) return MK_INDEX_OUT_OF_RANGE;
      int64_t moved = order[i];
      order[i] = order[pivots[i] - 1];
      order[pivots[i] - 1] = moved;
    }
  }
  return MK_OK;
}
