// What is looked at and made beside the routines, for one element type: T, its bits as BITS, the mask EXPONENT of
// what is set in all that is not finite, and NAME(x), which adds the type to a name.

MK_CLONES static bool NAME(is_finite)(int64_t count, const T *x) {
  BITS bad = 0;
  for (int64_t i = 0; i < count; i++) {
    BITS bits;
    memcpy(&bits, x + i, sizeof bits);
    bad |= (bits & EXPONENT) == EXPONENT;
  }
  return !bad;
}

// Of a row-major [n, n]: whether the lower triangle is finite.
static bool NAME(is_finite_below)(int64_t n, const T *x) {
  for (int64_t i = 0; i < n; i++)
    if (!NAME(is_finite)(i + 1, x + i * n)) return false;
  return true;
}

// The upper triangle of columns [m, n] as columns [rows, n], zeros below. The two may be the same if rows == m.
static void NAME(copy_upper)(int64_t m, int64_t n, int64_t rows, T *out, const T *x) {
  for (int64_t j = 0; j < n; j++) {
    int64_t height = j + 1 < rows ? j + 1 : rows;
    if (out + j * rows != x + j * m) memcpy(out + j * rows, x + j * m, (size_t)height * sizeof(T));
    memset(out + j * rows + height, 0, (size_t)(rows - height) * sizeof(T));
  }
}

static void NAME(identity)(int64_t n, T *out) {
  memset(out, 0, (size_t)(n * n) * sizeof(T));
  for (int64_t i = 0; i < n; i++) out[i * n + i] = 1;
}
