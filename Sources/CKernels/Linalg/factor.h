// Taking one matrix apart, for one element type; see matrices.h for T and NAME.

// Asks the routines how much room to work in they want.
static void NAME(ask)(const LAPACK *lapack, factor_job *p) {
  T answer[1] = {0}, second[1] = {0}, none[1] = {0};
  int ask = -1, info = 0, integers[1] = {0}, m = p->m, n = p->n, k = p->k;
  // Leading sizes are at least 1, also of what is empty.
  int lm = m > 1 ? m : 1, ln = n > 1 ? n : 1;
  int64_t work = 0, iwork = 0;
  switch (p->kind) {
    case MK_CHOLESKY: case MK_LU: break;
    case MK_LDL:
      lapack->sytrf("L", &n, none, &ln, integers, answer, &ask, &info, 1);
      break;
    case MK_REFLECTORS: case MK_QR: case MK_COMPLETE_QR: case MK_R: {
      int columns = p->kind == MK_COMPLETE_QR ? m : k;
      lapack->geqrf(&m, &n, none, &lm, none, answer, &ask, &info);
      lapack->orgqr(&m, &columns, &k, none, &lm, none, second, &ask, &info);
      if (second[0] > answer[0]) answer[0] = second[0];
      break;
    }
    case MK_SYMMETRIC_EIGENVALUES: case MK_SYMMETRIC_EIGEN:
      lapack->syevd(p->kind == MK_SYMMETRIC_EIGEN ? "V" : "N", "U", &n, none, &ln, none, answer, &ask, integers,
                    &ask, &info, 1, 1);
      iwork = integers[0];
      break;
    case MK_SINGULAR_VALUES: case MK_SVD: case MK_COMPLETE_SVD: {
      const char *job = p->kind == MK_SVD ? "S" : p->kind == MK_COMPLETE_SVD ? "A" : "N";
      int lk = p->kind == MK_COMPLETE_SVD ? lm : k > 1 ? k : 1;
      lapack->gesdd(job, &n, &m, none, &ln, none, none, &ln, none, &lk, answer, &ask, integers, &info, 1);
      iwork = 8 * (int64_t)k;
      break;
    }
    case MK_EIGENVALUES: case MK_EIGEN:
      lapack->geev("N", p->kind == MK_EIGEN ? "V" : "N", &n, none, &ln, none, none, none, &ln, none, &ln, answer,
                   &ask, &info, 1, 1);
      break;
  }
  // A float may have rounded the size down.
  work = (int64_t)((double)answer[0] * (1 + 1e-6)) + 1;
  p->work = work;
  p->iwork = iwork + 1;
}

static void NAME(factor_qr)(const LAPACK *lapack, const factor_job *p, const T *x, T *out, T *scratch, T *work,
                            int lwork, int *info) {
  int m = p->m, n = p->n, k = p->k, lm = m > 1 ? m : 1;
  int columns = p->kind == MK_COMPLETE_QR ? m : k, rows = columns;
  T *tau = scratch, *q = p->kind == MK_R ? scratch + k : out;
  T *r = p->kind == MK_R ? out : out + (int64_t)m * columns;
  // Where it has room, the matrix becomes Q in place; a wide one becomes R.
  T *a = p->kind == MK_R || n <= columns ? q : r;
  NAME(load)(m, n, a, x, p->row, p->column);
  if (!NAME(is_finite)((int64_t)m * n, a)) {
    *info = MK_INFO_NOT_FINITE;
    return;
  }
  lapack->geqrf(&m, &n, a, &lm, tau, work, &lwork, info);
  if (a == r) memcpy(q, r, (size_t)m * (size_t)columns * sizeof(T));
  NAME(copy_upper)(m, n, rows, r, a);
  if (p->kind != MK_R && *info == 0) lapack->orgqr(&m, &columns, &k, q, &lm, tau, work, &lwork, info);
}

static void NAME(factor_svd)(const LAPACK *lapack, const factor_job *p, const T *x, T *out, T *a, T *work,
                             int lwork, int *iwork, int *info) {
  int m = p->m, n = p->n, k = p->k;
  bool complete = p->kind == MK_COMPLETE_SVD;
  int u_columns = complete ? m : k;
  T *u = out + k, *vt = u + (int64_t)m * u_columns;
  if (k == 0) {
    if (complete) {
      NAME(identity)(m, u);
      NAME(identity)(n, vt);
    }
    return;
  }
  // Rows are the columns of the transpose, whose factors change places: nothing has to be transposed.
  NAME(load)(n, m, a, x, p->column, p->row);
  if (!NAME(is_finite)((int64_t)m * n, a)) {
    *info = MK_INFO_NOT_FINITE;
    return;
  }
  const char *job = p->kind == MK_SVD ? "S" : complete ? "A" : "N";
  if (p->kind == MK_SINGULAR_VALUES) u = vt = work;
  lapack->gesdd(job, &n, &m, a, &n, out, vt, &n, u, &u_columns, work, &lwork, iwork, info, 1);
}

static void NAME(factor_one)(const LAPACK *lapack, const factor_job *p, const T *x, T *out, int *pivots,
                             T *scratch, T *work, int lwork, int *iwork, int liwork, int *info) {
  int m = p->m, n = p->n;
  int64_t count = (int64_t)m * n;
  *info = 0;
  // Where no factors are made, whoever goes on with them exchanges nothing.
  if (pivots)
    for (int i = 0; i < p->k; i++) pivots[i] = i + 1;
  switch (p->kind) {
    case MK_CHOLESKY:
      if (n == 0) return;
      NAME(load)(n, n, out, x, p->column, p->row);
      if (!NAME(is_finite_below)(n, out)) break;
      lapack->potrf("U", &n, out, &n, info, 1);
      for (int64_t i = 0; i + 1 < n; i++) memset(out + i * n + i + 1, 0, (size_t)(n - 1 - i) * sizeof(T));
      return;
    case MK_LU:
      if (count == 0) return;
      NAME(load)(n, m, out, x, p->column, p->row);
      if (!NAME(is_finite)(count, out)) break;
      *info = NAME(lu_rows)(lapack, m, n, out, n, pivots, scratch);
      return;
    case MK_LDL:
      if (n == 0) return;
      // Symmetric: read as rows, so that the triangle is the same whatever the layout.
      NAME(load)(n, n, out, x, p->column, p->row);
      if (!NAME(is_finite_below)(n, out)) break;
      NAME(load)(n, n, out, x, p->row, p->column);
      lapack->sytrf("L", &n, out, &n, pivots, work, &lwork, info, 1);
      for (int64_t j = 1; j < n; j++) memset(out + j * n, 0, (size_t)j * sizeof(T));
      return;
    case MK_REFLECTORS:
      if (count == 0) return;
      NAME(load)(m, n, out, x, p->row, p->column);
      if (!NAME(is_finite)(count, out)) break;
      lapack->geqrf(&m, &n, out, &m, out + count, work, &lwork, info);
      return;
    case MK_QR: case MK_COMPLETE_QR: case MK_R:
      NAME(factor_qr)(lapack, p, x, out, scratch, work, lwork, info);
      return;
    case MK_SYMMETRIC_EIGENVALUES: case MK_SYMMETRIC_EIGEN: {
      if (n == 0) return;
      bool vectors = p->kind == MK_SYMMETRIC_EIGEN;
      T *a = vectors ? out + n : scratch;
      NAME(load)(n, n, a, x, p->column, p->row);
      if (!NAME(is_finite_below)(n, a)) break;
      lapack->syevd(vectors ? "V" : "N", "U", &n, a, &n, out, work, &lwork, iwork, &liwork, info, 1, 1);
      return;
    }
    case MK_SINGULAR_VALUES: case MK_SVD: case MK_COMPLETE_SVD:
      NAME(factor_svd)(lapack, p, x, out, scratch, work, lwork, iwork, info);
      return;
    case MK_EIGENVALUES: case MK_EIGEN: {
      if (n == 0) return;
      bool vectors = p->kind == MK_EIGEN;
      T *a = scratch, *imaginary = scratch + count;
      NAME(load)(n, n, a, x, p->row, p->column);
      if (!NAME(is_finite)(count, a)) break;
      lapack->geev("N", vectors ? "V" : "N", &n, a, &n, out, imaginary, work, &n, vectors ? out + n : work, &n,
                   work, &lwork, info, 1, 1);
      for (int i = 0; i < n; i++)
        if (*info == 0 && imaginary[i] != 0) *info = MK_INFO_COMPLEX;
      return;
    }
  }
  *info = MK_INFO_NOT_FINITE;
}

static void NAME(factor_range)(void *context, int64_t begin, int64_t end) {
  factor_job *p = context;
  size_t scratch_capacity, work_capacity, iwork_capacity;
  T *scratch = mk_alloc((size_t)p->scratch * sizeof(T), &scratch_capacity);
  T *work = mk_alloc((size_t)p->work * sizeof(T), &work_capacity);
  int *iwork = mk_alloc((size_t)p->iwork * sizeof(int), &iwork_capacity);
  if (scratch && work && iwork) {
    const LAPACK *lapack = &p->library->MEMBER;
    int threads = mk_enter_serial();
    mk_cursor cursor;
    mk_cursor_seek(&cursor, p->batch, p->batch->rank, 2, begin);
    for (int64_t i = begin; i < end; i++) {
      int64_t number = cursor.offset[0];
      NAME(factor_one)(lapack, p, (const T *)p->x + cursor.offset[1], (T *)p->out + number * p->step,
                       p->pivots ? p->pivots + number * p->k : NULL, scratch, work, (int)p->work, iwork,
                       (int)p->iwork, p->info + number);
      mk_cursor_next(&cursor, p->batch, p->batch->rank, 2);
    }
    mk_leave_serial(threads);
  } else {
    atomic_store(&p->out_of_memory, true);
  }
  if (scratch) mk_free(scratch, scratch_capacity);
  if (work) mk_free(work, work_capacity);
  if (iwork) mk_free(iwork, iwork_capacity);
}
