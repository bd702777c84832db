// What the blocked matrix product is made of, per dtype.
#ifndef MK_GEMM_KERNELS_H
#define MK_GEMM_KERNELS_H

#include "../include/mk_gemm.h"

// Rows of a tile, and bytes of its columns in the compute type: as many sums as there are registers for,
// in a shape that loads little.
#define MK_TILE_ROWS 8
#define MK_TILE_BYTES 192
// Bytes of the columns that mk_rows_kernel takes.
#define MK_PANEL_BYTES 128

// Greatest depth that tiles have: a panel of columns then takes half of a first-level cache.
#define MK_TILE_DEPTH 160

// Tiles one below the other: out = (accumulate ? out : 0) + sum over p < k of a[i, p] b[p, j], for `rows` rows i and
// `columns` columns j, whole vectors of them, at most those of one tile.
typedef struct {
  int64_t rows, columns, k;
  // Packed panels one after the other, or rows whose elements are adjacent, a_row apart.
  const void *a;
  bool a_is_packed;
  int64_t a_row;
  // Whether such rows are read for the first time.
  bool a_is_new;
  // A packed panel, and the one that is read next, or null.
  const void *b, *next;
  // Of the compute type.
  void *out;
  int64_t out_row;
  bool accumulate;
} mk_tiles;

typedef struct {
  size_t item, compute_item; // bytes of the storage and of the compute type
  int64_t vector_columns, tile_columns, panel_columns;
  // Panels of `width` lines, those of the last filled up with zeros: [panel][k][width].
  void (*pack)(void *out, const void *x, int64_t width, int64_t lines, int64_t k, int64_t line_stride,
               int64_t depth_stride);
  void (*multiply)(const mk_tiles *tiles);
  // out = (accumulate ? out : 0) + the rows of a finished tile, of the storage type.
  void (*write_rows)(void *out, int64_t out_row, const void *tile, bool accumulate, int64_t rows, int64_t columns);
} mk_gemm_kernels;

// Null for a code that is no dtype.
const mk_gemm_kernels *mk_gemm_kernels_of(mk_dtype dtype);

// c[i, j] = (accumulate ? c[i, j] : 0) + sum over p < k of a[i, p] b[p, j], for `rows` rows i and
// MK_PANEL_BYTES of columns j, which lie side by side in b and c. Of a_row and a_depth, the strides of
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
