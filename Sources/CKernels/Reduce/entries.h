// From the inlined bodies of a reduction to kernels with a clone an instruction set.
#ifndef MK_REDUCE_ENTRIES_H
#define MK_REDUCE_ENTRIES_H

#include "../Support/dtypes.h"
#include "reducer.h"

// Kernels NAME_rows and NAME_columns over elements of type X.
#define MK_REDUCE_ENTRIES(NAME, X, A)                                                                      \
  MK_CLONES static void NAME##_rows(void *acc, const void *x, int64_t rows, int64_t row_stride, int64_t n, \
                                    int64_t base) {                                                        \
    NAME##_rows_body((A *)acc, (const X *)x, rows, row_stride, n, base);                                   \
  }                                                                                                        \
  MK_CLONES static void NAME##_columns(void *acc, const void *x, int64_t rows, int64_t row_stride,         \
                                       int64_t width, int64_t base) {                                      \
    NAME##_columns_body((A *)acc, (const X *)x, rows, row_stride, width, base);                            \
  }

// The same for the half-precision dtype `s`: blocks are converted to float32 and reduced by FLOAT's bodies.
#define MK_REDUCE_HALF_ENTRIES(NAME, FLOAT, s, A)                                                          \
  MK_CLONES static void NAME##_rows(void *acc, const void *x, int64_t rows, int64_t row_stride, int64_t n, \
                                    int64_t base) {                                                        \
    float block[MK_REDUCE_BLOCK];                                                                          \
    const uint16_t *half = x;                                                                              \
    if (n > 0 && n <= 256 && row_stride == n) {                                                            \
      int64_t group = MK_REDUCE_BLOCK / n;                                                                 \
      for (int64_t k = 0; k < rows; k += group) {                                                          \
        int64_t here = rows - k < group ? rows - k : group;                                                \
        for (int64_t i = 0; i < here * n; i++) block[i] = mk_load_##s(half[k * n + i]);                    \
        FLOAT##_rows_body((A *)acc + k, block, here, n, n, base);                                          \
      }                                                                                                    \
      return;                                                                                              \
    }                                                                                                      \
    for (int64_t k = 0; k < rows; k++)                                                                     \
      for (int64_t first = 0; first < n; first += MK_REDUCE_BLOCK) {                                       \
        int64_t here = n - first < MK_REDUCE_BLOCK ? n - first : MK_REDUCE_BLOCK;                          \
        const uint16_t *row = half + k * row_stride + first;                                               \
        for (int64_t i = 0; i < here; i++) block[i] = mk_load_##s(row[i]);                                 \
        FLOAT##_rows_body((A *)acc + k, block, 1, 0, here, base + first);                                  \
      }                                                                                                    \
  }                                                                                                        \
  MK_CLONES static void NAME##_columns(void *acc, const void *x, int64_t rows, int64_t row_stride,         \
                                       int64_t width, int64_t base) {                                      \
    float block[MK_REDUCE_BLOCK];                                                                          \
    const uint16_t *half = x;                                                                              \
    if (width <= 0) return;                                                                                \
    int64_t group = MK_REDUCE_BLOCK / width;                                                               \
    for (int64_t first = 0; first < rows; first += group) {                                                \
      int64_t here = rows - first < group ? rows - first : group;                                          \
      for (int64_t r = 0; r < here; r++) {                                                                 \
        const uint16_t *row = half + (first + r) * row_stride;                                             \
        for (int64_t j = 0; j < width; j++) block[r * width + j] = mk_load_##s(row[j]);                    \
      }                                                                                                    \
      FLOAT##_columns_body((A *)acc, block, here, width, width, base + first);                             \
    }                                                                                                      \
  }

#endif
