// The routines of BLAS and LAPACK that are used, as Fortran exports them: every argument by address, and the length
// of every text at the end.
#ifndef MK_LINALG_LAPACK_H
#define MK_LINALG_LAPACK_H

#include <stddef.h>

#define MK_LAPACK(ROUTINE, T)                                                                                 \
  ROUTINE(gemm, (const char *transa, const char *transb, const int *m, const int *n, const int *k,             \
                 const T *alpha, const T *a, const int *lda, const T *b, const int *ldb, const T *beta, T *c,  \
                 const int *ldc, size_t, size_t))                                                             \
  ROUTINE(potrf, (const char *uplo, const int *n, T *a, const int *lda, int *info, size_t))                   \
  ROUTINE(sytrf, (const char *uplo, const int *n, T *a, const int *lda, int *pivots, T *work,                 \
                  const int *lwork, int *info, size_t))                                                       \
  ROUTINE(sytrs, (const char *uplo, const int *n, const int *columns, const T *a, const int *lda,             \
                  const int *pivots, T *b, const int *ldb, int *info, size_t))                                \
  ROUTINE(geqrf, (const int *m, const int *n, T *a, const int *lda, T *tau, T *work, const int *lwork,        \
                  int *info))                                                                                 \
  ROUTINE(orgqr, (const int *m, const int *n, const int *k, T *a, const int *lda, const T *tau, T *work,      \
                  const int *lwork, int *info))                                                               \
  ROUTINE(syevd, (const char *job, const char *uplo, const int *n, T *a, const int *lda, T *w, T *work,       \
                  const int *lwork, int *iwork, const int *liwork, int *info, size_t, size_t))                \
  ROUTINE(gesdd, (const char *job, const int *m, const int *n, T *a, const int *lda, T *s, T *u,              \
                  const int *ldu, T *vt, const int *ldvt, T *work, const int *lwork, int *iwork, int *info,   \
                  size_t))                                                                                    \
  ROUTINE(geev, (const char *left, const char *right, const int *n, T *a, const int *lda, T *re, T *im, T *vl, \
                 const int *ldvl, T *vr, const int *ldvr, T *work, const int *lwork, int *info, size_t,       \
                 size_t))

#define MK_LAPACK_MEMBER(name, parameters) void(*name) parameters;
typedef struct {
  MK_LAPACK(MK_LAPACK_MEMBER, float)
} mk_lapack_f32;
typedef struct {
  MK_LAPACK(MK_LAPACK_MEMBER, double)
} mk_lapack_f64;
#undef MK_LAPACK_MEMBER

typedef struct {
  mk_lapack_f32 f32;
  mk_lapack_f64 f64;
} mk_lapack;

// The library, which is loaded by the first call; null where there is none.
const mk_lapack *mk_lapack_load(void);

#endif
