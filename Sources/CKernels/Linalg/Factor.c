// Matrices taken apart, by LAPACK or here, one a thread.
#include <float.h>
#include <stdatomic.h>
#include <string.h>

#include "../Support/loops.h"
#include "../include/mk_linalg.h"
#include "../include/mk_memory.h"
#include "../include/mk_parallel.h"
#include "lapack.h"

typedef struct {
  mk_factorization kind;
  const mk_lapack *library;
  const mk_loop *batch;
  int m, n, k;
  int64_t row, column, step;
  const void *x;
  void *out;
  int32_t *pivots, *info;
  int64_t scratch, work, iwork; // elements
  atomic_bool out_of_memory;
} factor_job;

#define T float
#define MK_WIDTH 64
#define TINIEST FLT_MIN
#define BITS uint32_t
#define EXPONENT 0x7f800000u
#define LAPACK mk_lapack_f32
#define MEMBER f32
#define NAME(x) x##_f32
#include "matrices.h"
#include "triangles.h"
#include "rows.h"
#include "lu.h"
#include "factor.h"
#undef T
#undef MK_WIDTH
#undef TINIEST
#undef BITS
#undef EXPONENT
#undef LAPACK
#undef MEMBER
#undef NAME
#define T double
#define MK_WIDTH 32
#define TINIEST DBL_MIN
#define BITS uint64_t
#define EXPONENT 0x7ff0000000000000u
#define LAPACK mk_lapack_f64
#define MEMBER f64
#define NAME(x) x##_f64
#include "matrices.h"
#include "triangles.h"
#include "rows.h"
#include "lu.h"
#include "factor.h"

// Elements that a matrix is copied to, if it is not taken apart in its place, and further ones.
static int64_t scratch_size(mk_factorization kind, int64_t m, int64_t n, int64_t k) {
  switch (kind) {
    case MK_CHOLESKY: case MK_LDL: case MK_REFLECTORS: case MK_SYMMETRIC_EIGEN: return 1;
    case MK_LU: return m * MK_LEAF + 1;
    case MK_QR: case MK_COMPLETE_QR: return k + 1;
    case MK_R: return m * n + k + 1;
    case MK_SYMMETRIC_EIGENVALUES: case MK_SINGULAR_VALUES: case MK_SVD: case MK_COMPLETE_SVD: return m * n + 1;
    case MK_EIGENVALUES: case MK_EIGEN: return m * n + n + 1;
  }
  return 1;
}

mk_status mk_factor(mk_factorization kind, mk_dtype dtype, const mk_loop *batch, int64_t m, int64_t n,
                    int64_t row, int64_t column, const void *x, void *out, int64_t step, int32_t *pivots,
                    int32_t *info) {
  if (dtype != MK_FLOAT32 && dtype != MK_FLOAT64) return MK_UNSUPPORTED;
  int64_t count = mk_loop_count(batch, batch->rank), k = m < n ? m : n;
  if (count <= 0) return MK_OK;
  if (m > INT32_MAX || n > INT32_MAX) return MK_TOO_LARGE;
  factor_job p = {.kind = kind, .library = mk_lapack_load(), .batch = batch, .m = (int)m, .n = (int)n,
                  .k = (int)k, .row = row, .column = column, .step = step, .x = x, .out = out,
                  .pivots = pivots, .info = info, .scratch = scratch_size(kind, m, n, k)};
  if (!p.library) return MK_NO_LIBRARY;
  if (dtype == MK_FLOAT32) ask_f32(&p.library->f32, &p);
  else ask_f64(&p.library->f64, &p);
  if (p.work > INT32_MAX || p.work < 0 || p.iwork > INT32_MAX) return MK_TOO_LARGE;
  // Enough arithmetic a thread to be worth waking it.
  int64_t effort = (m + 1) * (n + 1) * (k + 1), enough = 1 << 16;
  mk_parallel_for(count, effort >= enough ? 1 : enough / effort, &p,
                  dtype == MK_FLOAT32 ? factor_range_f32 : factor_range_f64);
  return atomic_load(&p.out_of_memory) ? MK_OUT_OF_MEMORY : MK_OK;
}
