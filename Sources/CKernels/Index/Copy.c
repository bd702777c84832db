// Rows and elements copied between offsets: what an element means does not matter, only its size.
#include "walk.h"

// Rows whose start is asked for ahead of their use.
#define AHEAD 6

MK_INLINE void copy_rows(const mk_rows *r, char *to, const char *from, int64_t item) {
  size_t bytes = (size_t)(r->row * item);
  for (int64_t i = 0; i < r->count; i++) {
    if (i + AHEAD < r->count) {
      const char *next = from + mk_row_from(r, i + AHEAD) * item;
      for (size_t b = 0; b < bytes && b < 256; b += 64) __builtin_prefetch(next + b);
    }
    __builtin_memcpy(to + mk_row_to(r, i) * item, from + mk_row_from(r, i) * item, bytes);
  }
}

#define COPY(bits, T)                                                                                \
  MK_CLONES static void copy_##bits(const mk_rows *r, void *to_void, const void *from_void) {        \
    T *to = to_void;                                                                                 \
    const T *from = from_void;                                                                       \
    int64_t n = r->count;                                                                            \
    const int64_t *from_offset = r->from_offset, *to_offset = r->to_offset;                          \
    if (r->row == 1) {                                                                               \
      if (!from_offset) {                                                                            \
        for (int64_t i = 0; i < n; i++) to[mk_row_to(r, i)] = from[i * r->from_step];                \
      } else if (to_offset) {                                                                        \
        for (int64_t i = 0; i < n; i++) to[to_offset[i]] = from[from_offset[i]];                     \
      } else if (r->to_step == 1) {                                                                  \
        MK_INDEPENDENT                                                                               \
        for (int64_t i = 0; i < n; i++) to[i] = from[from_offset[i]];                                \
      } else {                                                                                       \
        for (int64_t i = 0; i < n; i++) to[i * r->to_step] = from[from_offset[i]];                   \
      }                                                                                              \
    } else if (r->to_stride == 1 && r->from_stride == 1) {                                           \
      copy_rows(r, to_void, from_void, sizeof(T));                                                   \
    } else {                                                                                         \
      for (int64_t i = 0; i < n; i++) {                                                              \
        T *row = to + mk_row_to(r, i);                                                               \
        const T *source = from + mk_row_from(r, i);                                                  \
        for (int64_t j = 0; j < r->row; j++) row[j * r->to_stride] = source[j * r->from_stride];     \
      }                                                                                              \
    }                                                                                                \
  }
COPY(8, uint8_t)
COPY(16, uint16_t)
COPY(32, uint32_t)
COPY(64, uint64_t)

mk_row_kernel mk_copy_kernel(size_t item) {
  switch (item) {
    case 1: return copy_8;
    case 2: return copy_16;
    case 4: return copy_32;
    case 8: return copy_64;
    default: return NULL;
  }
}
