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

// Asks for what is read soon: rows far apart, which the processor does not foresee.
MK_INLINE void MK_FN(prefetch)(const MK_S *x, int64_t count) {
  for (int64_t i = 0; i < count; i += 64 / (int64_t)sizeof(MK_S)) __builtin_prefetch(x + i, 0, 3);
}

// One panel of `width` lines of the operand side by side: out[p * width + i] = x[i * line_stride + p *
// depth_stride].
MK_INLINE void MK_FN(pack_panel)(MK_C *restrict out, const MK_S *x, int64_t width, int64_t count, int64_t k,
                                 int64_t line_stride, int64_t depth_stride) {
  int64_t done = 0;
  if (depth_stride == 1 && count == width && width % 4 == 0) {
    for (; done + 4 <= k; done += 4) {
      for (int64_t i = 0; i < width; i += 4)
        MK_FN(pack_square)(out + done * width + i, width, x + i * line_stride + done, line_stride);
    }
  }
  for (int64_t p = done; p < k; p++) {
    const MK_S *row = x + p * depth_stride;
    for (int64_t i = 0; i < count; i++) out[p * width + i] = (MK_C)MK_LOAD(row[i * line_stride]);
    for (int64_t i = count; i < width; i++) out[p * width + i] = 0;
  }
}

// All panels of `lines` lines. Where the lines are adjacent, several at a time, so that what is read is
// longer; few if they are so far apart that all are written to the same part of the cache.
MK_INLINE void MK_FN(pack_panels)(MK_C *restrict out, const MK_S *x, const int64_t width, int64_t lines, int64_t k,
                                  int64_t line_stride, int64_t depth_stride) {
  int64_t first = 0;
  if (line_stride == 1) {
    while (lines - first >= width) {
      int64_t panels = (lines - first) / width;
      int64_t most = width * k * (int64_t)sizeof(MK_C) % 4096 == 0 ? 8 : 24;
      if (panels > most) panels = most;
      for (int64_t p = 0; p < k; p++) {
        const MK_S *row = x + p * depth_stride + first;
        MK_FN(prefetch)(row + 8 * depth_stride, panels * width);
        for (int64_t panel = 0; panel < panels; panel++, row += width) {
          MK_C *to = out + (first + panel * width) * k + p * width;
          for (int64_t i = 0; i < width; i++) to[i] = (MK_C)MK_LOAD(row[i]);
        }
      }
      first += panels * width;
    }
  }
  for (; first < lines; first += width) {
    int64_t count = lines - first < width ? lines - first : width;
    MK_FN(pack_panel)(out + first * k, x + first * line_stride, width, count, k, line_stride, depth_stride);
  }
}

MK_CLONES static void MK_FN(pack)(void *out, const void *x, int64_t width, int64_t lines, int64_t k,
                                  int64_t line_stride, int64_t depth_stride) {
  // Where nothing is converted, the widths in use are constants, which the compiler knows how to copy.
  int64_t known = sizeof(MK_S) == sizeof(MK_C) ? width : 0;
  switch (known) {
    case MK_TILE_ROWS: MK_FN(pack_panels)(out, x, MK_TILE_ROWS, lines, k, line_stride, depth_stride); break;
    case MK_TILE_BYTES / sizeof(MK_C):
      MK_FN(pack_panels)(out, x, MK_TILE_BYTES / sizeof(MK_C), lines, k, line_stride, depth_stride);
      break;
    case MK_PANEL_BYTES / sizeof(MK_C):
      MK_FN(pack_panels)(out, x, MK_PANEL_BYTES / sizeof(MK_C), lines, k, line_stride, depth_stride);
      break;
    case 64: MK_FN(pack_panels)(out, x, 64, lines, k, line_stride, depth_stride); break;
    default: MK_FN(pack_panels)(out, x, width, lines, k, line_stride, depth_stride);
  }
}

MK_CLONES static void MK_FN(write_rows)(void *out, int64_t out_row, const void *tile, bool accumulate, int64_t rows,
                                        int64_t columns) {
  const int64_t width = MK_TILE_BYTES / sizeof(MK_C);
  for (int64_t i = 0; i < rows; i++) {
    MK_S *c = (MK_S *)out + i * out_row;
    const MK_C *restrict t = (const MK_C *)tile + i * width;
    if (accumulate) {
      for (int64_t j = 0; j < columns; j++) c[j] = MK_WRITE((MK_C)MK_LOAD(c[j]) + t[j]);
    } else {
      for (int64_t j = 0; j < columns; j++) c[j] = MK_WRITE(t[j]);
    }
  }
}

#undef MK_SUFFIX
#undef MK_S
#undef MK_C
#undef MK_WRITE
