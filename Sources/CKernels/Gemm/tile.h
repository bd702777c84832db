// The innermost product, for one compute type MK_C and vectors of MK_VECTOR_BYTES (suffix MK_SUFFIX): tiles of
// MK_TILE_ROWS rows and MK_TILE_BYTES of columns, from panels that were packed so, in parts of MK_PART_ROWS rows
// and up to three vectors of columns.

#define MK_VECTOR MK_FN(vector)
typedef MK_C MK_VECTOR __attribute__((ext_vector_type(MK_VECTOR_BYTES / sizeof(MK_C))));

// What is read or written soon comes near meanwhile: the part of the result, rows of `a` below it, lines of the
// next panel.
MK_INLINE void MK_FN(prefetch)(const mk_tiles *t, int64_t row) {
  const int64_t rows = t->rows - row < MK_TILE_ROWS ? t->rows - row : MK_TILE_ROWS;
  const int64_t line = 64 / sizeof(MK_C);
  const MK_C *out = (const MK_C *)t->out + row * t->out_row;
  for (int64_t i = 0; i < rows; i++, out += t->out_row) {
    for (int64_t j = 0; j < t->columns; j += line) __builtin_prefetch(out + j, 1, 3);
  }
  if (t->a_is_new) {
    int64_t below = t->rows - row - MK_TILE_ROWS;
    if (below > MK_TILE_ROWS) below = MK_TILE_ROWS;
    const MK_C *a = (const MK_C *)t->a + (row + MK_TILE_ROWS) * t->a_row;
    for (int64_t i = 0; i < below; i++, a += t->a_row) {
      for (int64_t p = 0; p < t->k; p += line) __builtin_prefetch(a + p, 0, 3);
    }
  }
  if (t->next) {
    const int64_t panel = t->k * MK_TILE_BYTES, step = (panel * MK_TILE_ROWS / t->rows + 63) / 64 * 64;
    const int64_t begin = row / MK_TILE_ROWS * step;
    const char *next = t->next;
    for (int64_t at = begin; at < begin + step && at < panel; at += 64) __builtin_prefetch(next + at, 0, 2);
  }
}

// A part of a tile: MK_PART_ROWS rows from `row` on, of which `rows` are written, `vectors` vectors of columns from
// `column` on. `packed` says how `a` lies, whose rows are a_row apart; it and `vectors` are constants.
MK_INLINE void MK_FN(tile_part)(const mk_tiles *t, const MK_C *a, int64_t a_row, const bool packed, int64_t row,
                                int64_t rows, int64_t column, const int vectors) {
  const int64_t lanes = MK_VECTOR_BYTES / sizeof(MK_C), width = MK_TILE_BYTES / sizeof(MK_C);
  const MK_C *b = (const MK_C *)t->b + column;
  MK_VECTOR sum[MK_PART_ROWS][3];
  const MK_C *rows_of_a[MK_PART_ROWS];
  MK_UNROLL for (int i = 0; i < MK_PART_ROWS; i++) {
    rows_of_a[i] = a + i * a_row;
    // Else addresses are computed anew from each other for every element.
    if (!packed) __asm__("" : "+r"(rows_of_a[i]));
    MK_UNROLL for (int v = 0; v < vectors; v++) sum[i][v] = 0;
  }
  for (int64_t p = 0; p < t->k; p++, a += MK_TILE_ROWS, b += width) {
    MK_VECTOR right[3];
    MK_UNROLL for (int v = 0; v < vectors; v++) __builtin_memcpy(&right[v], b + v * lanes, sizeof(MK_VECTOR));
    MK_UNROLL for (int i = 0; i < MK_PART_ROWS; i++) {
      MK_C factor = packed ? a[i] : rows_of_a[i][p];
      MK_UNROLL for (int v = 0; v < vectors; v++) sum[i][v] += factor * right[v];
    }
  }
  MK_C *out = (MK_C *)t->out + row * t->out_row + column;
  MK_UNROLL for (int i = 0; i < MK_PART_ROWS; i++, out += t->out_row) {
    if (i >= rows) break;
    MK_UNROLL for (int v = 0; v < vectors; v++) {
      if (t->accumulate) {
        MK_VECTOR before;
        __builtin_memcpy(&before, out + v * lanes, sizeof before);
        sum[i][v] = before + sum[i][v];
      }
      __builtin_memcpy(out + v * lanes, &sum[i][v], sizeof(MK_VECTOR));
    }
  }
}

// One tile, part by part.
MK_INLINE void MK_FN(tile)(const mk_tiles *t, const MK_C *a, int64_t a_row, const bool packed, int64_t row) {
  const int64_t lanes = MK_VECTOR_BYTES / sizeof(MK_C), rows = t->rows - row;
  for (int64_t i = 0; i < MK_TILE_ROWS && i < rows; i += MK_PART_ROWS, a += MK_PART_ROWS * a_row) {
    int64_t j = 0;
    for (; t->columns - j >= 3 * lanes; j += 3 * lanes)
      MK_FN(tile_part)(t, a, a_row, packed, row + i, rows - i, j, 3);
    if (t->columns - j > lanes) MK_FN(tile_part)(t, a, a_row, packed, row + i, rows - i, j, 2);
    else if (t->columns > j) MK_FN(tile_part)(t, a, a_row, packed, row + i, rows - i, j, 1);
  }
}

MK_CLONES static void MK_FN(multiply)(const mk_tiles *t) {
  const MK_C *a = t->a;
  const int64_t step = MK_TILE_ROWS * (t->a_is_packed ? t->k : t->a_row);
  for (int64_t row = 0; row < t->rows; row += MK_TILE_ROWS, a += step) {
    MK_FN(prefetch)(t, row);
    if (t->a_is_packed) {
      MK_FN(tile)(t, a, 1, true, row);
    } else if (t->rows - row >= MK_TILE_ROWS) {
      MK_FN(tile)(t, a, t->a_row, false, row);
    } else {
      // What lies past the last row is not read.
      MK_C last[MK_TILE_DEPTH * MK_TILE_ROWS];
      for (int64_t p = 0; p < t->k; p++) {
        for (int64_t i = 0; i < MK_TILE_ROWS; i++)
          last[p * MK_TILE_ROWS + i] = row + i < t->rows ? a[i * t->a_row + p] : 0;
      }
      MK_FN(tile)(t, last, 1, true, row);
    }
  }
}

#undef MK_VECTOR
#undef MK_SUFFIX
#undef MK_C
