// Packing of operands into panels of the compute type MK_C, and writing of finished tiles, for one storage type
// MK_S (suffix MK_SUFFIX). Panels are filled up with zeros.

// Panels of `width` lines of the operand side by side: out[p * width + i] = x[i * line + p * depth].
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
    for (int64_t p = 0; p < k; p++) {
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
