#include "copy.h"

#include <stdatomic.h>
#include <string.h>

#include "clones.h"

#define MK_EACH_SIZE(M) M(1, uint8_t) M(2, uint16_t) M(4, uint32_t) M(8, uint64_t)

#define MK_LINE(size, T)                                                                              \
  MK_CLONES static void fill_##size(int64_t count, T *out, const T *x) {                              \
    const T element = *x;                                                                             \
    MK_INDEPENDENT for (int64_t i = 0; i < count; i++) out[i] = element;                              \
  }                                                                                                   \
  static void copy_##size(int64_t count, T *out, int64_t out_stride, const T *x, int64_t x_stride) {  \
    if (out_stride == 1) {                                                                            \
      for (int64_t i = 0; i < count; i++) out[i] = x[i * x_stride];                                   \
    } else if (x_stride == 1) {                                                                       \
      for (int64_t i = 0; i < count; i++) out[i * out_stride] = x[i];                                 \
    } else {                                                                                          \
      for (int64_t i = 0; i < count; i++) out[i * out_stride] = x[i * x_stride];                      \
    }                                                                                                 \
  }
MK_EACH_SIZE(MK_LINE)

void mk_fill_line(size_t size, int64_t count, void *out, const void *element) {
  switch (size) {
#define MK_CASE(size, T) case size: fill_##size(count, out, element); break;
    MK_EACH_SIZE(MK_CASE)
#undef MK_CASE
  }
}

void mk_copy_line(size_t size, int64_t count, void *out, int64_t out_stride, const void *x, int64_t x_stride) {
  if (out_stride == 1 && x_stride == 1) {
    memcpy(out, x, (size_t)count * size);
    return;
  }
  if (out_stride == 1 && x_stride == 0) {
    if (count > 0) mk_fill_line(size, count, out, x);
    return;
  }
  switch (size) {
#define MK_CASE(size, T) case size: copy_##size(count, out, out_stride, x, x_stride); break;
    MK_EACH_SIZE(MK_CASE)
#undef MK_CASE
  }
}

typedef uint64_t cache_line __attribute__((vector_size(64)));
typedef uint64_t loose_line __attribute__((vector_size(64), aligned(1)));

MK_CLONES void mk_stream_copy(void *out, const void *x, size_t bytes) {
  size_t lines = (uintptr_t)out % 64 == 0 ? bytes / 64 : 0;
  cache_line *to = out;
  const loose_line *from = x;
  for (size_t i = 0; i < lines; i++) __builtin_nontemporal_store((cache_line)from[i], to + i);
  memcpy((char *)out + lines * 64, (const char *)x + lines * 64, bytes - lines * 64);
}

// Stores past the caches are not ordered with others otherwise.
void mk_stream_end(void) { atomic_thread_fence(memory_order_seq_cst); }

// Transposes a square of vectors: interleaving vector i with vector i + n / 2, log2(n) times over.
#define MK_INTERLEAVE_8 \
  a[2 * i] = __builtin_shufflevector(b[i], b[i + 4], 0, 8, 1, 9, 2, 10, 3, 11), \
  a[2 * i + 1] = __builtin_shufflevector(b[i], b[i + 4], 4, 12, 5, 13, 6, 14, 7, 15)
#define MK_INTERLEAVE_16                                                                                          \
  a[2 * i] = __builtin_shufflevector(b[i], b[i + 8], 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23),      \
  a[2 * i + 1] = __builtin_shufflevector(b[i], b[i + 8], 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, \
                                         31)
#define MK_STAGE(side)                                                   \
  _Pragma("clang loop unroll(full)") for (int i = 0; i < side; i++) b[i] = a[i]; \
  _Pragma("clang loop unroll(full)") for (int i = 0; i < side / 2; i++) { MK_INTERLEAVE_##side; }
#define MK_STAGES_8 MK_STAGE(8) MK_STAGE(8) MK_STAGE(8)
#define MK_STAGES_16 MK_STAGE(16) MK_STAGE(16) MK_STAGE(16) MK_STAGE(16)

#define MK_TRANSPOSE(size, T, side)                                                                        \
  typedef T vector_##size __attribute__((vector_size(side * size), aligned(size)));                        \
  MK_INLINE void square_##size(T *out, int64_t out_row, const T *x, int64_t x_column) {                    \
    vector_##size a[side], b[side];                                                                        \
    _Pragma("clang loop unroll(full)") for (int i = 0; i < side; i++)                                      \
        a[i] = *(const vector_##size *)(x + i * x_column);                                                 \
    MK_STAGES_##side                                                                                       \
    _Pragma("clang loop unroll(full)") for (int i = 0; i < side; i++)                                      \
        *(vector_##size *)(out + i * out_row) = a[i];                                                      \
  }                                                                                                        \
  /* Lines of the output are put together in a buffer and written whole, which spares reading them first. */  \
  MK_INLINE void stream_##size(T *out, int64_t out_row, const T *x, int64_t x_column) {                     \
    enum { line = 64 / size };                                                                              \
    cache_line buffer[side];                                                                                \
    _Pragma("clang loop unroll(full)") for (int k = 0; k < line; k += side)                                 \
        square_##size((T *)buffer + k, line, x + k * x_column, x_column);                                   \
    for (int i = 0; i < side; i++) __builtin_nontemporal_store(buffer[i], (cache_line *)(out + i * out_row)); \
  }                                                                                                         \
  MK_CLONES static void transpose_##size(const mk_plane *p, T *out, const T *x, bool stream) {              \
    enum { line = 64 / size };                                                                              \
    int64_t rows = p->rows, columns = p->columns, out_row = p->out_row, x_column = p->x_column;             \
    int64_t whole_rows = rows - rows % side, j = 0;                                                         \
    stream = stream && ((uintptr_t)out | (uintptr_t)(out_row * size)) % 64 == 0;                            \
    for (; stream && j + line <= columns; j += line)                                                        \
      for (int64_t i = 0; i < whole_rows; i += side)                                                        \
        stream_##size(out + i * out_row + j, out_row, x + i + j * x_column, x_column);                      \
    for (; j + side <= columns; j += side)                                                                  \
      for (int64_t i = 0; i < whole_rows; i += side)                                                        \
        square_##size(out + i * out_row + j, out_row, x + i + j * x_column, x_column);                      \
    for (; j < columns; j++)                                                                                \
      for (int64_t i = 0; i < whole_rows; i++) out[i * out_row + j] = x[i + j * x_column];                  \
    for (int64_t i = whole_rows; i < rows; i++)                                                             \
      for (j = 0; j < columns; j++) out[i * out_row + j] = x[i + j * x_column];                             \
  }
MK_TRANSPOSE(1, uint8_t, 16)
MK_TRANSPOSE(2, uint16_t, 16)
MK_TRANSPOSE(4, uint32_t, 16)
MK_TRANSPOSE(8, uint64_t, 8)

void mk_copy_transposed(size_t size, const mk_plane *plane, void *out, const void *x, bool stream) {
  switch (size) {
#define MK_CASE(size, T) case size: transpose_##size(plane, out, x, stream); break;
    MK_EACH_SIZE(MK_CASE)
#undef MK_CASE
  }
  if (stream) mk_stream_end();
}

// Every row is one element repeated.
#define MK_SPREAD(size, T)                                                                                  \
  MK_CLONES static void spread_##size(int64_t rows, int64_t columns, T *out, const T *x, int64_t x_row) {   \
    enum { width = 64 / size };                                                                             \
    for (int64_t i = 0; i < rows; i++, out += columns) {                                                    \
      const T element = x[i * x_row];                                                                       \
      _Pragma("clang loop vectorize_width(width) interleave_count(1)") for (int64_t j = 0; j < columns; j++) \
          out[j] = element;                                                                                 \
    }                                                                                                       \
  }
MK_EACH_SIZE(MK_SPREAD)

#define MK_PLANE(size, T)                                                                                   \
  static void plane_##size(const mk_plane *p, T *out, const T *x) {                                         \
    for (int64_t i = 0; i < p->rows; i++, out += p->out_row, x += p->x_row)                                 \
      for (int64_t j = 0; j < p->columns; j++) out[j * p->out_column] = x[j * p->x_column];                 \
  }
MK_EACH_SIZE(MK_PLANE)

void mk_copy_plane(size_t size, const mk_plane *plane, void *out, const void *x) {
  int64_t item = (int64_t)size;
  if (plane->columns >= 16 && plane->out_column == 1 && plane->out_row == plane->columns && plane->rows > 1) {
    if (plane->x_column == 0) {
      switch (size) {
#define MK_CASE(size, T) case size: spread_##size(plane->rows, plane->columns, out, x, plane->x_row); break;
        MK_EACH_SIZE(MK_CASE)
#undef MK_CASE
      }
      return;
    }
    if (plane->x_row == 0 && plane->x_column == 1) {
      // One row again and again: what is written is copied, twice as much each time.
      int64_t bytes = plane->columns * item, total = plane->rows * bytes;
      memcpy(out, x, (size_t)bytes);
      for (int64_t done = bytes; done < total; done += done)
        memcpy((char *)out + done, out, (size_t)(done < total - done ? done : total - done));
      return;
    }
  }
  if (plane->columns >= 16) {
    for (int64_t i = 0; i < plane->rows; i++)
      mk_copy_line(size, plane->columns, (char *)out + i * plane->out_row * item, plane->out_column,
                   (const char *)x + i * plane->x_row * item, plane->x_column);
    return;
  }
  if (plane->rows < 32) {
    switch (size) {
#define MK_CASE(size, T) case size: plane_##size(plane, out, x); break;
      MK_EACH_SIZE(MK_CASE)
#undef MK_CASE
    }
    return;
  }
  // Many short rows go column by column, a stretch at a time that stays in the first cache.
  enum { STRETCH = 256 };
  for (int64_t i = 0; i < plane->rows; i += STRETCH) {
    int64_t count = plane->rows - i < STRETCH ? plane->rows - i : STRETCH;
    for (int64_t j = 0; j < plane->columns; j++)
      mk_copy_line(size, count, (char *)out + (i * plane->out_row + j * plane->out_column) * item, plane->out_row,
                   (const char *)x + (i * plane->x_row + j * plane->x_column) * item, plane->x_row);
  }
}
