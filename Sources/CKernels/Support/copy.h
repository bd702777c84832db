// Copying elements of 1, 2, 4 or 8 bytes with strides. Strides count elements.
#ifndef MK_SUPPORT_COPY_H
#define MK_SUPPORT_COPY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// `count` elements in a line.
void mk_copy_line(size_t size, int64_t count, void *out, int64_t out_stride, const void *x, int64_t x_stride);

// Copies past the caches if `out` is aligned to 64 bytes: nearly twice as fast where the output does not fit into them, since
// it is not read first. The caller ends a run of such copies with mk_stream_end.
void mk_stream_copy(void *out, const void *x, size_t bytes);
void mk_stream_end(void);

// From this many bytes on an output is written past the caches.
#define MK_STREAM_BYTES ((int64_t)8 << 20)

// `count` times the same element, one after another.
void mk_fill_line(size_t size, int64_t count, void *out, const void *element);

// A [rows, columns] plane: out[i * out_row + j * out_column] = x[i * x_row + j * x_column].
typedef struct {
  int64_t rows, columns, out_row, out_column, x_row, x_column;
} mk_plane;
void mk_copy_plane(size_t size, const mk_plane *plane, void *out, const void *x);

// A plane with out_column == 1 and x_row == 1. `stream` writes past the caches where the output's alignment lets it,
// which is several times faster where the output does not fit into them.
void mk_copy_transposed(size_t size, const mk_plane *plane, void *out, const void *x, bool stream);

#endif
