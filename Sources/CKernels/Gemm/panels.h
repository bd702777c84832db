// Packing of operands into panels of the compute type MK_C, and writing of finished tiles, for one
// storage type MK_S (suffix MK_SUFFIX). Panels are filled up with zeros.

typedef MK_C MK_FN(four) __attribute__((ext_vector_type(4)));

// Four elements of four lines that lie along the depth: out[p * width + i] = x[i * line_stride +
// p].
MK_INLINE void MK_FN(pack_square)(MK_C *restrict out, int64_t width, const MK_S *x, int64_t line_stride) {
  MK_FN(four) r[4], low[2], high[2];
  MK_UNROLL for (int i = 0; i < 4; i++) {
    MK_UNROLL for (int p = 0; p < 4; p++) r[i][p] = (MK_C)MK_LOAD(x[i * line_stride + p]);
  }
  MK_UNROLL for (int i = 0; i < 2; i++) {
    low[i] = __builtin_shufflevector(r[2 * i], r[2 * i + 1], 0, 4, 1, 5);
    high[i] = __builtin_shufflevector(r[2 * i], r[2 * i + 1], 2, 6, 3, 7);
  }
  r[0] = __builtin_shufflevector(low[0], low[1], 0, 1, 4, 5);
  r[1] = __builtin_shufflevector(low[0], low[1], 2, 3, 6, 7);
  r[2] = __builtin_shufflevector(high[0], high[1], 0, 1, 4, 5);
  r[3] = __builtin_shufflevector(high[0], high[1], 2, 3, 6, 7);
  MK_UNROLL for (int p = 0; p < 4; p++) __builtin_memcpy(out + p * width, &r[p], sizeof r[p]);
}

// Panels of `width` lines of the operand side by side: out[p * width + i] = x[i * line + p *
// depth].
MK_INLINE void MK_FN(pack_panels)(MK_C *restrict out, const MK_S *x, int64_t width, int64_t lines, int64_t k,
                                  int64_t line_stride, int64_t depth_stride) {
  for (int64_t first = 0; first < lines; first += width, out += width * k) {
    int64_t count = lines - first < width ? lines - first : width;
    const MK_S *panel = x + first * line_stride;
    if (line_stride == 1 && count == width) {
      for (int64_t p = 0; p < k; p++) {
        for (int64_t i = 0; i < width; i++) out[p * width + i] = (MK_C)MK_LOAD(panel[p * depth_stride + i]);
      }
      continue;
    }
    int64_t done = 0;
    if (depth_stride == 1 && count == width) {
      for (; done + 4 <= k; done += 4) {
        for (int64_t i = 0; i < width; i += 4)
          MK_FN(pack_square)(out + done * width + i, width, panel + i * line_stride + done, line_stride);
      }
    }
    for (int64_t p = done; p < k; p++) {
      const MK_S *row = panel + p * depth_stride;
      for (int64_t i = 0; i < count; i++) out[p * width + i] = (MK_C)MK_LOAD(row[i * line_stride]);
      for (int64_t i = count; i < width; i++) out[p * width + i] = 0;
    }
  }
}

MK_CLONES static void MK_FN(pack_rows)(void *out, const void *x, int64_t rows, int64_t k, int64_t row_stride,
                                       int64_t depth_stride) {
  MK_FN(pack_panels)(out, x, MK_TILE_ROWS, rows, k, row_stride, depth_stride);
}

MK_CLONES static void MK_FN(pack_columns)(void *out, const void *x, int64_t columns, int64_t k,
                                          int64_t column_stride, int64_t depth_stride) {
  MK_FN(pack_panels)(out, x, 128 / sizeof(MK_C), columns, k, column_stride, depth_stride);
}

MK_CLONES static void MK_FN(write_tile)(void *out, int64_t row_stride, const void *tile, int64_t rows,
                                        int64_t columns, bool accumulate) {
  const int64_t width = 128 / sizeof(MK_C);
  MK_S *restrict c = out;
  const MK_C *restrict t = tile;
  for (int64_t i = 0; i < rows; i++, c += row_stride, t += width) {
    if (columns == width && !accumulate) {
      for (int64_t j = 0; j < width; j++) c[j] = MK_WRITE(t[j]);
    } else if (columns == width) {
      for (int64_t j = 0; j < width; j++) c[j] = MK_WRITE((MK_C)MK_LOAD(c[j]) + t[j]);
    } else {
      for (int64_t j = 0; j < columns; j++) c[j] = MK_WRITE(accumulate ? (MK_C)MK_LOAD(c[j]) + t[j] : t[j]);
    }
  }
}

#undef MK_SUFFIX
#undef MK_S
#undef MK_C
#undef MK_WRITE
