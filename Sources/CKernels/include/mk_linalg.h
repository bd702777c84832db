#ifndef MK_LINALG_H
#define MK_LINALG_H

#include "mk_types.h"

// What matrices [m, n] are taken apart into, with k = min(m, n). What belongs to one matrix lies together, in this
// order; "columns" means that columns follow each other, the other matrices are row-major.
typedef enum MK_CLOSED : uint8_t {
  MK_CHOLESKY MK_NAMED("cholesky"),         // L [n, n]; reads the lower triangle
  MK_LU MK_NAMED("lu"),                     // L and U in one; k pivots
  MK_LDL MK_NAMED("ldl"),                   // L and D in one, columns; n pivots; reads the lower triangle
  MK_REFLECTORS MK_NAMED("reflectors"),     // R and reflectors in one, columns; their k factors
  MK_QR MK_NAMED("qr"),                     // Q [m, k], R [k, n], both columns
  MK_COMPLETE_QR MK_NAMED("completeQR"),    // Q [m, m], R [m, n], both columns
  MK_R MK_NAMED("r"),                       // R [k, n], columns
  MK_SYMMETRIC_EIGENVALUES MK_NAMED("symmetricEigenvalues"), // n, ascending; reads the lower triangle
  MK_SYMMETRIC_EIGEN MK_NAMED("symmetricEigen"),             // these, and eigenvectors [n, n], columns
  MK_SINGULAR_VALUES MK_NAMED("singularValues"),             // k, descending
  MK_SVD MK_NAMED("svd"),                   // these, U [m, k], V^T [k, n]
  MK_COMPLETE_SVD MK_NAMED("completeSVD"),  // these, U [m, m], V^T [n, n]
  MK_EIGENVALUES MK_NAMED("eigenvalues"),   // n, if all are real
  MK_EIGEN MK_NAMED("eigen"),               // these, and eigenvectors [n, n], columns
} mk_factorization;

// What `info` says of a matrix besides 0 for success and, above 0, LAPACK's own answer for the routine.
enum { MK_INFO_NOT_FINITE = -101, MK_INFO_COMPLEX = -102 };

// Takes every matrix of a batch apart. The batch's operand 0 counts matrices of the results, operand 1 is x; `row`
// and `column` are x's strides inside of a matrix. `step` is how many elements the results of one matrix have.
// `pivots` (from 1, as LAPACK counts) and `info` are contiguous. One thread works on one matrix, so that results do
// not depend on their number.
mk_status mk_factor(mk_factorization kind, mk_dtype dtype, const mk_loop *batch, int64_t m, int64_t n,
                    int64_t row, int64_t column, const void *x, void *out, int64_t step, int32_t *pivots,
                    int32_t *info);

typedef enum MK_CLOSED : uint8_t {
  MK_SOLVE_TRIANGULAR MK_NAMED("triangular"), // a in rows or in columns; the result is row-major
  MK_SOLVE_LU MK_NAMED("lu"),                 // a as MK_LU gives it; the result is row-major
  MK_SOLVE_LDL MK_NAMED("ldl"),               // a as MK_LDL gives it; the result is in columns
} mk_solver;

typedef struct {
  mk_solver kind;
  bool upper, unit; // of a triangular matrix: which triangle is read, and whether its diagonal counts as ones
  bool transposed;  // solves with the transpose of the matrix that MK_LU took apart
  int64_t n, columns;
  int64_t a_row, a_column, b_row, b_column;
} mk_solve_shape;

// out = a^-1 b for every [n, n] and [n, columns] of a batch, whose operand 0 counts matrices of the result, 1 is a,
// 2 is b, 3 the pivots, adjacent for one matrix. Gives MK_INDEX_OUT_OF_RANGE if pivots are none that MK_LDL could
// give.
mk_status mk_solve(mk_dtype dtype, const mk_loop *batch, const mk_solve_shape *shape, const void *a,
                   const int32_t *pivots, const void *b, void *out);

// The order of m rows after the exchanges that `count` pivots name, for each matrix of a contiguous batch.
mk_status mk_pivot_order(int64_t batch, int64_t m, int64_t count, const int32_t *pivots, int64_t *order);

#endif
