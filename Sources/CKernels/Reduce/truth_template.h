// Kernels NAME_any_rows, NAME_any_columns, NAME_all_rows and NAME_all_columns over elements of the unsigned type X,
// LANES of which make the vector VX; an element is true when it has one of TRUE_BITS.
#define MK_CAT_(a, b) a##b
#define MK_CAT(a, b) MK_CAT_(a, b)
#define FN(name) MK_CAT(NAME, name)

// Both answers stop the scan early, after a stretch long enough for the vectors to pay.
MK_INLINE bool FN(_any_line)(const X *x, int64_t n) {
  int64_t i = 0;
  for (; i + 32 * LANES <= n; i += 32 * LANES) {
    VX seen = 0;
    for (int v = 0; v < 32; v++) seen |= *(const VX *)(x + i + v * LANES);
    if (__builtin_reduce_or(seen & (X)TRUE_BITS)) return true;
  }
  X seen = 0;
  for (; i < n; i++) seen |= x[i];
  return (seen & (X)TRUE_BITS) != 0;
}

MK_INLINE bool FN(_all_line)(const X *x, int64_t n) {
  int64_t i = 0;
  for (; i + 32 * LANES <= n; i += 32 * LANES) {
    VX least = (X)TRUE_BITS;
    for (int v = 0; v < 32; v++)
      least = __builtin_elementwise_min(least, *(const VX *)(x + i + v * LANES) & (X)TRUE_BITS);
    if (!__builtin_reduce_min(least)) return false;
  }
  bool every = true;
  for (; i < n; i++) every &= (x[i] & (X)TRUE_BITS) != 0;
  return every;
}

MK_CLONES static void FN(_any_rows)(void *acc, const void *x, int64_t rows, int64_t row_stride, int64_t n,
                                    int64_t base) {
  (void)base;
  uint8_t *found = acc;
  for (int64_t k = 0; k < rows; k++)
    if (!found[k]) found[k] = FN(_any_line)((const X *)x + k * row_stride, n);
}

MK_CLONES static void FN(_all_rows)(void *acc, const void *x, int64_t rows, int64_t row_stride, int64_t n,
                                    int64_t base) {
  (void)base;
  uint8_t *every = acc;
  for (int64_t k = 0; k < rows; k++)
    if (every[k]) every[k] = FN(_all_line)((const X *)x + k * row_stride, n);
}

MK_CLONES static void FN(_any_columns)(void *acc, const void *x, int64_t rows, int64_t row_stride,
                                       int64_t width, int64_t base) {
  (void)base;
  X seen[MK_REDUCE_TILE];
  for (int64_t j = 0; j < width; j++) seen[j] = 0;
  for (int64_t r = 0; r < rows; r++) {
    const X *row = (const X *)x + r * row_stride;
    for (int64_t j = 0; j < width; j++) seen[j] |= row[j];
  }
  for (int64_t j = 0; j < width; j++) ((uint8_t *)acc)[j] |= (seen[j] & (X)TRUE_BITS) != 0;
}

MK_CLONES static void FN(_all_columns)(void *acc, const void *x, int64_t rows, int64_t row_stride,
                                       int64_t width, int64_t base) {
  (void)base;
  X least[MK_REDUCE_TILE];
  for (int64_t j = 0; j < width; j++) least[j] = (X)TRUE_BITS;
  for (int64_t r = 0; r < rows; r++) {
    const X *row = (const X *)x + r * row_stride;
    for (int64_t j = 0; j < width; j++) {
      X bits = row[j] & (X)TRUE_BITS;
      least[j] = bits < least[j] ? bits : least[j];
    }
  }
  for (int64_t j = 0; j < width; j++) ((uint8_t *)acc)[j] &= least[j] != 0;
}

#undef FN
#undef NAME
#undef X
#undef LANES
#undef VX
#undef TRUE_BITS
