// The innermost product, for one compute type MK_C (suffix MK_SUFFIX): a tile of MK_TILE_ROWS rows and 128 bytes
// of columns, tile[i, j] = sum over p of a[p, i] b[p, j], from panels that were packed so.

#define MK_VECTOR MK_FN(vector)
typedef MK_C MK_VECTOR __attribute__((ext_vector_type(64 / sizeof(MK_C))));

// For 32 registers of 64 bytes: 24 sums, two vectors of b, one broadcast element of a.
MK_CLONES static void MK_FN(tile_wide)(int64_t k, const void *a_panel, const void *b_panel, void *tile) {
  const MK_C *a = a_panel, *b = b_panel;
  const int64_t lanes = 64 / sizeof(MK_C);
  MK_VECTOR sum[MK_TILE_ROWS][2];
  MK_UNROLL for (int i = 0; i < MK_TILE_ROWS; i++) sum[i][0] = sum[i][1] = 0;
  for (int64_t p = 0; p < k; p++, a += MK_TILE_ROWS, b += 2 * lanes) {
    MK_VECTOR left, right;
    __builtin_memcpy(&left, b, sizeof left);
    __builtin_memcpy(&right, b + lanes, sizeof right);
    MK_UNROLL for (int i = 0; i < MK_TILE_ROWS; i++) {
      sum[i][0] += a[i] * left;
      sum[i][1] += a[i] * right;
    }
  }
  __builtin_memcpy(tile, sum, sizeof sum);
}

// For 16 registers of 32 bytes: the tile in four parts of half the rows and half the columns.
MK_CLONES static void MK_FN(tile_narrow)(int64_t k, const void *a_panel, const void *b_panel, void *tile) {
  const int64_t lanes = 64 / sizeof(MK_C);
  for (int part = 0; part < 4; part++) {
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
