// Solving for one right side, for one element type; see matrices.h for T and NAME.

static void NAME(solve_one)(const LAPACK *lapack, const solve_job *p, const T *a, const int *pivots, const T *b,
                            T *out) {
  const mk_solve_shape *s = p->shape;
  int n = (int)s->n, columns = (int)s->columns, info = 0;
  switch (s->kind) {
    case MK_SOLVE_TRIANGULAR: {
      NAME(load)(columns, n, out, b, s->b_column, s->b_row);
      int64_t stride = p->by_rows ? s->a_row : s->a_column;
      NAME(solve_rows)(lapack, s->upper, s->unit, n, columns, a, stride < n ? n : stride, p->by_rows, out, columns);
      return;
    }
    case MK_SOLVE_LU:
      NAME(load)(columns, n, out, b, s->b_column, s->b_row);
      if (s->transposed) {
        // By columns, the transpose: U^T is lower, and L^T upper.
        NAME(solve_rows)(lapack, false, false, n, columns, a, n, false, out, columns);
        NAME(solve_rows)(lapack, true, true, n, columns, a, n, false, out, columns);
        for (int64_t i = n - 1; i >= 0; i--)
          if (pivots[i] != i + 1)
            NAME(swap_rows)(columns, out + i * columns, out + (int64_t)(pivots[i] - 1) * columns);
      } else {
        for (int64_t i = 0; i < n; i++)
          if (pivots[i] != i + 1)
            NAME(swap_rows)(columns, out + i * columns, out + (int64_t)(pivots[i] - 1) * columns);
        NAME(solve_rows)(lapack, false, true, n, columns, a, n, true, out, columns);
        NAME(solve_rows)(lapack, true, false, n, columns, a, n, true, out, columns);
      }
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
    if ((p->shape->kind == MK_SOLVE_LDL && !are_ldl_pivots(p->shape->n, pivots)) ||
        (p->shape->kind == MK_SOLVE_LU && !are_lu_pivots(p->shape->n, pivots)))
      atomic_store(&p->bad_pivots, true);
    else
      NAME(solve_one)(lapack, p, (const T *)p->a + cursor.offset[1], pivots, (const T *)p->b + cursor.offset[2],
                      (T *)p->out + cursor.offset[0] * step);
    mk_cursor_next(&cursor, p->batch, p->batch->rank, 4);
  }
  mk_leave_serial(threads);
}
