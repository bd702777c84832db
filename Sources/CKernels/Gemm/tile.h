// The innermost product, for one compute type MK_C (suffix MK_SUFFIX): a tile of MK_TILE_ROWS rows
// and 128 bytes of columns, tile[i, j] = sum over p of a[p, i] b[p, j], from panels that were
// packed so. Rows past the first `rows` mean nothing.

#define MK_VECTOR MK_FN(vector)
typedef MK_C MK_VECTOR __attribute__((ext_vector_type(64 / sizeof(MK_C))));

// The first `rows`, a constant, of a tile for 32 registers of 64 bytes: at most 24 sums, two
// vectors of b, one broadcast element of a.
MK_INLINE void MK_FN(tile_wide_rows)(const int rows, int64_t k, const MK_C *a, const MK_C *b, void *tile) {
  const int64_t lanes = 64 / sizeof(MK_C);
  MK_VECTOR sum[MK_TILE_ROWS][2];
  MK_UNROLL for (int i = 0; i < rows; i++) sum[i][0] = sum[i][1] = 0;
  for (int64_t p = 0; p < k; p++, a += MK_TILE_ROWS, b += 2 * lanes) {
    MK_VECTOR left, right;
    __builtin_memcpy(&left, b, sizeof left);
    __builtin_memcpy(&right, b + lanes, sizeof right);
    MK_UNROLL for (int i = 0; i < rows; i++) {
      sum[i][0] += a[i] * left;
      sum[i][1] += a[i] * right;
    }
  }
  __builtin_memcpy(tile, sum, (size_t)rows * sizeof *sum);
}

MK_CLONES static void MK_FN(tile_wide)(int64_t rows, int64_t k, const void *a_panel, const void *b_panel,
                                       void *tile) {
  if (rows > 8) MK_FN(tile_wide_rows)(MK_TILE_ROWS, k, a_panel, b_panel, tile);
  else if (rows > 4) MK_FN(tile_wide_rows)(8, k, a_panel, b_panel, tile);
  else MK_FN(tile_wide_rows)(4, k, a_panel, b_panel, tile);
}

// For 16 registers of 32 bytes: the tile in four parts of half the rows and half the columns.
MK_CLONES static void MK_FN(tile_narrow)(int64_t rows, int64_t k, const void *a_panel, const void *b_panel,
                                         void *tile) {
  const int64_t lanes = 64 / sizeof(MK_C);
  const int parts = rows > MK_TILE_ROWS / 2 ? 4 : 2;
  for (int part = 0; part < parts; part++) {
    const MK_C *a = (const MK_C *)a_panel + part / 2 * (MK_TILE_ROWS / 2);
    const MK_C *b = (const MK_C *)b_panel + part % 2 * lanes;
    MK_VECTOR sum[MK_TILE_ROWS / 2];
    MK_UNROLL for (int i = 0; i < MK_TILE_ROWS / 2; i++) sum[i] = 0;
    for (int64_t p = 0; p < k; p++, a += MK_TILE_ROWS, b += 2 * lanes) {
      MK_VECTOR v;
      __builtin_memcpy(&v, b, sizeof v);
      MK_UNROLL for (int i = 0; i < MK_TILE_ROWS / 2; i++) sum[i] += a[i] * v;
    }
    MK_C *out = (MK_C *)tile + part / 2 * (MK_TILE_ROWS / 2) * 2 * lanes + part % 2 * lanes;
    MK_UNROLL for (int i = 0; i < MK_TILE_ROWS / 2; i++)
      __builtin_memcpy(out + i * 2 * lanes, &sum[i], sizeof sum[i]);
  }
}

#undef MK_VECTOR
#undef MK_SUFFIX
#undef MK_C
