// Copying elements of 1, 2, 4 or 8 bytes with strides. Strides count elements.
#ifndef MK_SUPPORT_COPY_H
#define MK_SUPPORT_COPY_H

#include <stddef.h>
#include <stdint.h>

// `count` elements in a line.
void mk_copy_line(size_t size, int64_t count, void *out, int64_t out_stride, const void *x, int64_t x_stride);

// `count` times the same element, one after another.
void mk_fill_line(size_t size, int64_t count, void *out, const void *element);

// A [rows, columns] plane: out[i * out_row + j] = x[i + j * x_column], where both are contiguous along one of the
// two dimensions, the output along columns and x along rows.
void mk_copy_transposed(size_t size, int64_t rows, int64_t columns, void *out, int64_t out_row, const void *x,
                        int64_t x_column);

#endif
