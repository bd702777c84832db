// What the blocked matrix product is made of, per dtype.
#ifndef MK_GEMM_KERNELS_H
#define MK_GEMM_KERNELS_H

#include "../include/mk_gemm.h"

// Rows of a tile; its columns are 128 bytes of the compute type.
#define MK_TILE_ROWS 12

typedef struct {
  size_t item, compute_item; // bytes of the storage and of the compute type
  int64_t tile_columns;
  void (*pack_rows)(void *out, const void *x, int64_t rows, int64_t k, int64_t row_stride,
                    int64_t depth_stride);
  void (*pack_columns)(void *out, const void *x, int64_t columns, int64_t k, int64_t column_stride,
                       int64_t depth_stride);
  void (*tile)(int64_t rows, int64_t k, const void *a_panel, const void *b_panel, void *tile);
  void (*write_tile)(void *out, int64_t row_stride, const void *tile, int64_t rows, int64_t columns,
                     bool accumulate);
} mk_gemm_kernels;

// Null for a code that is no dtype.
const mk_gemm_kernels *mk_gemm_kernels_of(mk_dtype dtype);

// c[i, j] = (accumulate ? c[i, j] : 0) + sum over p < k of a[i, p] b[p, j], for `rows` rows i and
// 128 bytes of columns j, which lie side by side in b and c. Of a_row and a_depth, the strides of
// a, one is 1. Operands are of the compute type; small ones, as nothing is packed.
typedef struct {
  int64_t rows, k;
  const void *a;
  int64_t a_row, a_depth;
  const void *b;
  int64_t b_row;
  void *c;
  int64_t c_row;
  bool accumulate;
} mk_rows_product;
typedef void mk_rows_kernel(const mk_rows_product *product);

// For floating dtypes; null for others.
mk_rows_kernel *mk_rows_kernel_of(mk_dtype dtype);

#endif
