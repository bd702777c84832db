// Reductions that keep one number an accumulator, over contiguous rows and over columns. Define before including:
//   WORD, S        what the reduction is called, and the dtype's suffix; WORD_S begins the names of what is generated
//   X, LANES       element type and elements a vector; VX the vector of LANES X
//   P, VP          narrow type in which at most MK_REDUCE_BLOCK elements are combined, and its vector
//   A, VA          accumulator's type and a vector of LANES of it
//   MAP(v)         what is combined of an element; works on P and VP
//   COMBINE(a, b)  on P, VP, A and VA; COMBINE(IDENTITY, b) is b
//   IDENTITY
// Generates WORD_S_rows_body, WORD_S_columns_body, WORD_S_init and WORD_S_merge.
#define MK_NAME_(word, s, name) word##_##s##name
#define MK_NAME(word, s, name) MK_NAME_(word, s, name)
#define FN(name) MK_NAME(WORD, S, name)

MK_INLINE VP FN(_lanes)(const X *x) {
  VP v = __builtin_convertvector(*(const VX *)x, VP);
  return MAP(v);
}

// n <= MK_REDUCE_BLOCK.
MK_INLINE A FN(_block)(const X *x, int64_t n) {
  if (n < LANES) {
    A sum = IDENTITY;
    for (int64_t i = 0; i < n; i++) {
      P v = (P)x[i];
      v = MAP(v);
      sum = COMBINE(sum, (A)v);
    }
    return sum;
  }
  VP a = (P)IDENTITY, b = a, c = a, d = a;
  int64_t i = 0;
  for (; i + 4 * LANES <= n; i += 4 * LANES) {
    VP va = FN(_lanes)(x + i), vb = FN(_lanes)(x + i + LANES);
    VP vc = FN(_lanes)(x + i + 2 * LANES), vd = FN(_lanes)(x + i + 3 * LANES);
    a = COMBINE(a, va);
    b = COMBINE(b, vb);
    c = COMBINE(c, vc);
    d = COMBINE(d, vd);
  }
  for (; i + LANES <= n; i += LANES) {
    VP va = FN(_lanes)(x + i);
    a = COMBINE(a, va);
  }
  if (i < n) {
    // The last whole vector, less what was already taken.
    VP v = FN(_lanes)(x + n - LANES);
    int taken = (int)(LANES - (n - i));
    for (int l = 0; l < LANES; l++) v[l] = l < taken ? (P)IDENTITY : v[l];
    b = COMBINE(b, v);
  }
  a = COMBINE(a, c);
  b = COMBINE(b, d);
  a = COMBINE(a, b);
  VA wide = __builtin_convertvector(a, VA);
#if LANES == 64
  __typeof__(wide.lo) half = COMBINE(wide.lo, wide.hi);
  __typeof__(half.lo) quarter = COMBINE(half.lo, half.hi);
  __typeof__(quarter.lo) eight = COMBINE(quarter.lo, quarter.hi);
#elif LANES == 32
  __typeof__(wide.lo) half = COMBINE(wide.lo, wide.hi);
  __typeof__(half.lo) eight = COMBINE(half.lo, half.hi);
#elif LANES == 16
  __typeof__(wide.lo) eight = COMBINE(wide.lo, wide.hi);
#else
  VA eight = wide;
#endif
  __typeof__(eight.lo) four = COMBINE(eight.lo, eight.hi);
  __typeof__(four.lo) two = COMBINE(four.lo, four.hi);
  return COMBINE(two.lo, two.hi);
}

MK_INLINE void FN(_rows_body)(A *acc, const X *x, int64_t rows, int64_t row_stride, int64_t n, int64_t base) {
  (void)base;
  int64_t k = 0;
  if (n <= 2 * LANES && n <= 32) {
    // Rows shorter than the vectors are reduced sixteen at a time, one row a lane.
    for (; k + 16 <= rows; k += 16) {
      const X *row = x + k * row_stride;
      P lane[16];
      for (int l = 0; l < 16; l++) lane[l] = (P)IDENTITY;
      for (int64_t i = 0; i < n; i++)
        for (int l = 0; l < 16; l++) {
          P v = (P)row[l * row_stride + i];
          v = MAP(v);
          lane[l] = COMBINE(lane[l], v);
        }
      for (int l = 0; l < 16; l++) acc[k + l] = COMBINE(acc[k + l], (A)lane[l]);
    }
  }
  for (; k < rows; k++) {
    const X *row = x + k * row_stride;
    A sum = acc[k];
    for (int64_t i = 0; i < n; i += MK_REDUCE_BLOCK) {
      A block = FN(_block)(row + i, n - i < MK_REDUCE_BLOCK ? n - i : MK_REDUCE_BLOCK);
      sum = COMBINE(sum, block);
    }
    acc[k] = sum;
  }
}

MK_INLINE void FN(_columns_body)(A *acc, const X *x, int64_t rows, int64_t row_stride, int64_t width,
                                 int64_t base) {
  (void)base;
  P part[MK_REDUCE_TILE];
  for (int64_t first = 0; first < rows; first += 64) {
    int64_t last = rows - first < 64 ? rows : first + 64, r = first;
    for (int64_t j = 0; j < width; j++) part[j] = (P)IDENTITY;
    for (; r + 4 <= last; r += 4) {
      const X *xa = x + r * row_stride, *xb = xa + row_stride, *xc = xb + row_stride, *xd = xc + row_stride;
      for (int64_t j = 0; j < width; j++) {
        P a = (P)xa[j], b = (P)xb[j], c = (P)xc[j], d = (P)xd[j];
        a = MAP(a);
        b = MAP(b);
        c = MAP(c);
        d = MAP(d);
        P ab = COMBINE(a, b), cd = COMBINE(c, d);
        P all = COMBINE(ab, cd);
        part[j] = COMBINE(part[j], all);
      }
    }
    for (; r < last; r++) {
      const X *row = x + r * row_stride;
      for (int64_t j = 0; j < width; j++) {
        P v = (P)row[j];
        v = MAP(v);
        part[j] = COMBINE(part[j], v);
      }
    }
    for (int64_t j = 0; j < width; j++) acc[j] = COMBINE(acc[j], (A)part[j]);
  }
}

static void FN(_init)(void *acc, int64_t count) {
  for (int64_t j = 0; j < count; j++) ((A *)acc)[j] = IDENTITY;
}

static void FN(_merge)(void *acc, const void *later, int64_t count) {
  A *to = acc;
  const A *from = later;
  for (int64_t j = 0; j < count; j++) to[j] = COMBINE(to[j], from[j]);
}

#undef FN
#undef S
#undef X
#undef LANES
#undef VX
#undef P
#undef VP
#undef A
#undef VA
