// Solving for one right side, for one element type; see matrices.h for T and NAME.

static void NAME(solve_one)(const LAPACK *lapack, const solve_job *p, const T *a, const int *pivots, const T *b,
                            T *out) {
  const mk_solve_shape *s = p->shape;
  int n = (int)s->n, columns = (int)s->columns, info = 0;
  switch (s->kind) {
    case MK_SOLVE_TRIANGULAR: {
      // The rows of x are the columns of its transpose: x^T a^T = b^T.
      NAME(load)(columns, n, out, b, s->b_column, s->b_row);
      bool by_rows = p->by_rows;
      int stride = (int)(by_rows ? s->a_row : s->a_column), one_column = columns;
      if (stride < n) stride = n;
      T one = 1;
      lapack->trsm("R", s->upper == by_rows ? "L" : "U", by_rows ? "N" : "T", s->unit ? "U" : "N", &columns, &n,
                   &one, a, &stride, out, &one_column, 1, 1, 1, 1);
      return;
    }
    case MK_SOLVE_LU:
      NAME(load)(n, columns, out, b, s->b_row, s->b_column);
      lapack->getrs(s->transposed ? "T" : "N", &n, &columns, a, &n, pivots, out, &n, &info, 1);
      return;
    case MK_SOLVE_LDL:
      NAME(load)(n, columns, out, b, s->b_row, s->b_column);
      lapack->sytrs("L", &n, &columns, a, &n, pivots, out, &n, &info, 1);
      return;
  }
}

static void NAME(solve_range)(void *context, int64_t begin, int64_t end) {
  solve_job *p = context;
  const LAPACK *lapack = &p->library->MEMBER;
  int64_t step = p->shape->n * p->shape->columns;
  int threads = mk_enter_serial();
  mk_cursor cursor;
  mk_cursor_seek(&cursor, p->batch, p->batch->rank, 4, begin);
  for (int64_t i = begin; i < end; i++) {
    const int32_t *pivots = p->pivots ? p->pivots + cursor.offset[3] : NULL;
    if (p->shape->kind == MK_SOLVE_LDL && !are_ldl_pivots(p->shape->n, pivots))
      atomic_store(&p->bad_pivots, true);
    else
      NAME(solve_one)(lapack, p, (const T *)p->a + cursor.offset[1], pivots, (const T *)p->b + cursor.offset[2],
                      (T *)p->out + cursor.offset[0] * step);
    mk_cursor_next(&cursor, p->batch, p->batch->rank, 4);
  }
  mk_leave_serial(threads);
}
