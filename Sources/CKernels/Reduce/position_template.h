// Positions of the greatest and of the least element over elements of type X, LANES of which make the vector VX.
// I is an integer as wide as X where there is a vector of it that compares cheaply with X's (32 or 64 bits).
// BETTER(a, b): b comes before a; works on X and VX. IDENTITY: nothing comes after it.
// Generates WORD_S_rows_body, WORD_S_columns_body, WORD_S_init and WORD_S_merge, with S the dtype's suffix.
#define MK_NAME_(word, s, name) word##_##s##name
#define MK_NAME(word, s, name) MK_NAME_(word, s, name)
#define FN(name) MK_NAME(WORD, S, name)

// A NaN comes before every number; among equals the first seen stays.
#define IS_NAN(v) ((v) != (v))
#define BEFORE(b, a) (BETTER(a, b) | (((b) != (b)) & ((a) == (a))))

typedef struct {
  X value;
  int64_t position;
} FN(_best);

// The extreme of n >= 4 * LANES elements.
MK_INLINE X FN(_extreme)(const X *x, int64_t n) {
#define TAKE(a, v) ((BETTER(a, v) | ((v) != (v))) ? (v) : (a))
  VX a = *(const VX *)x, b = *(const VX *)(x + LANES);
  VX c = *(const VX *)(x + 2 * LANES), d = *(const VX *)(x + 3 * LANES);
  for (int64_t i = 4 * LANES; i + 4 * LANES <= n; i += 4 * LANES) {
    VX va = *(const VX *)(x + i), vb = *(const VX *)(x + i + LANES);
    VX vc = *(const VX *)(x + i + 2 * LANES), vd = *(const VX *)(x + i + 3 * LANES);
    a = TAKE(a, va);
    b = TAKE(b, vb);
    c = TAKE(c, vc);
    d = TAKE(d, vd);
  }
  // Elements may be taken twice: an extreme does not mind.
  for (int v = 4; v > 0; v--) {
    VX last = *(const VX *)(x + n - v * LANES);
    a = TAKE(a, last);
  }
  a = TAKE(a, b);
  c = TAKE(c, d);
  a = TAKE(a, c);
  X best = a[0];
  for (int l = 1; l < LANES; l++) {
    X v = a[l];
    best = TAKE(best, v);
  }
#undef TAKE
  return best;
}

// The first element equal to `value`, or the first NaN if it is one; there is one.
MK_INLINE int64_t FN(_find)(const X *x, int64_t n, X value) {
  int64_t i = 0;
  VX wanted = value;
  if (!IS_NAN(value)) {
    for (; i + 4 * LANES <= n; i += 4 * LANES) {
      __auto_type hit = (*(const VX *)(x + i) == wanted) | (*(const VX *)(x + i + LANES) == wanted) |
                        (*(const VX *)(x + i + 2 * LANES) == wanted) |
                        (*(const VX *)(x + i + 3 * LANES) == wanted);
      if (__builtin_reduce_or(hit)) break;
    }
    while (i < n - 1 && x[i] != value) i++;
  } else {
    while (i < n - 1 && !IS_NAN(x[i])) i++;
  }
  return i;
}

MK_INLINE void FN(_rows_body)(FN(_best) *acc, const X *x, int64_t rows, int64_t row_stride, int64_t n,
                              int64_t base) {
  int64_t k = 0;
  if (n < 4 * LANES && n <= 48) {
    // Short rows go sixteen at a time, one row a lane.
    for (; k + 16 <= rows; k += 16) {
      const X *row = x + k * row_stride;
      X best[16];
      I at[16];
      for (int l = 0; l < 16; l++) {
        best[l] = acc[k + l].value;
        at[l] = -1;
      }
      for (int64_t i = 0; i < n; i++)
        for (int l = 0; l < 16; l++) {
          X v = row[l * row_stride + i], a = best[l];
          bool before = BEFORE(v, a);
          best[l] = before ? v : a;
          at[l] = before ? (I)i : at[l];
        }
      for (int l = 0; l < 16; l++) {
        acc[k + l].value = best[l];
        acc[k + l].position = at[l] < 0 ? acc[k + l].position : base + at[l];
      }
    }
  }
  for (; k < rows; k++) {
    const X *row = x + k * row_stride;
    X best = acc[k].value;
    int64_t position = acc[k].position, i = 0;
    for (; i + 4 * LANES <= n;) {
      int64_t here = n - i < 1024 ? n - i : 1024;
      X extreme = FN(_extreme)(row + i, here);
      if (BEFORE(extreme, best)) {
        best = extreme;
        position = base + i + FN(_find)(row + i, here, extreme);
      }
      i += here;
    }
    for (; i < n; i++) {
      X v = row[i];
      bool before = BEFORE(v, best);
      best = before ? v : best;
      position = before ? base + i : position;
    }
    acc[k].value = best;
    acc[k].position = position;
  }
}

MK_INLINE void FN(_columns_body)(FN(_best) *acc, const X *x, int64_t rows, int64_t row_stride, int64_t width,
                                 int64_t base) {
  X best[MK_REDUCE_TILE];
  I row_of[MK_REDUCE_TILE];
  // Row numbers must fit I.
  for (int64_t first = 0; first < rows; first += 1 << 30) {
    int64_t count = rows - first < 1 << 30 ? rows - first : 1 << 30;
    for (int64_t j = 0; j < width; j++) {
      best[j] = acc[j].value;
      row_of[j] = -1;
    }
    for (int64_t r = 0; r < count; r++) {
      const X *row = x + (first + r) * row_stride;
      for (int64_t j = 0; j < width; j++) {
        X v = row[j], a = best[j];
        bool before = BEFORE(v, a);
        best[j] = before ? v : a;
        row_of[j] = before ? (I)r : row_of[j];
      }
    }
    for (int64_t j = 0; j < width; j++)
      if (row_of[j] >= 0) {
        acc[j].value = best[j];
        acc[j].position = base + first + row_of[j];
      }
  }
}

static void FN(_init)(void *acc, int64_t count) {
  FN(_best) first = {IDENTITY, 0};
  for (int64_t j = 0; j < count; j++) ((FN(_best) *)acc)[j] = first;
}

static void FN(_merge)(void *acc, const void *later, int64_t count) {
  FN(_best) *to = acc;
  const FN(_best) *from = later;
  for (int64_t j = 0; j < count; j++) {
    X a = to[j].value, b = from[j].value;
    if (BEFORE(b, a)) to[j] = from[j];
  }
}

static bool FN(_store)(mk_dtype to, const void *acc, int64_t count, void *out, int64_t stride) {
  if (to != MK_INT64) return false;
  for (int64_t j = 0; j < count; j++) ((int64_t *)out)[j * stride] = ((const FN(_best) *)acc)[j].position;
  return true;
}

#undef FN
#undef BEFORE
#undef IS_NAN
#undef S
#undef X
#undef I
#undef LANES
#undef VX
