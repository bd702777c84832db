// Rows and elements combined with what their destination holds, in order.
#include "../Support/dtypes.h"
#include "walk.h"

#define AHEAD 6

#define COMBINE(name, s, S, C, OP)                                                                   \
  MK_CLONES static void name##_##s(const mk_rows *r, void *to_void, const void *from_void) {         \
    S *to = to_void;                                                                                 \
    const S *from = from_void;                                                                       \
    if (r->row == 1) {                                                                               \
      /* Copies, which what is written cannot change. */                                             \
      const int64_t *to_offset = r->to_offset, *from_offset = r->from_offset;                        \
      int64_t count = r->count, step = r->from_step;                                                 \
      for (int64_t i = 0; i < count; i++) {                                                          \
        S *element = to + to_offset[i];                                                              \
        C a = mk_load_##s(*element), b = mk_load_##s(from[from_offset ? from_offset[i] : i * step]); \
        *element = mk_store_##s((C)(OP));                                                            \
      }                                                                                              \
      return;                                                                                        \
    }                                                                                                \
    for (int64_t i = 0; i < r->count; i++) {                                                         \
      S *row = to + r->to_offset[i];                                                                 \
      const S *source = from + mk_row_from(r, i);                                                    \
      if (i + AHEAD < r->count)                                                                      \
        for (int64_t b = 0; b < r->row && b < (int64_t)(256 / sizeof(S)); b += 64 / sizeof(S))       \
          __builtin_prefetch(to + r->to_offset[i + AHEAD] + b, 1);                                   \
      if (r->to_stride == 1 && r->from_stride == 1) {                                                \
        for (int64_t j = 0; j < r->row; j++) {                                                       \
          C a = mk_load_##s(row[j]), b = mk_load_##s(source[j]);                                     \
          row[j] = mk_store_##s((C)(OP));                                                            \
        }                                                                                            \
      } else {                                                                                       \
        for (int64_t j = 0; j < r->row; j++) {                                                       \
          C a = mk_load_##s(row[j * r->to_stride]), b = mk_load_##s(source[j * r->from_stride]);     \
          row[j * r->to_stride] = mk_store_##s((C)(OP));                                             \
        }                                                                                            \
      }                                                                                              \
    }                                                                                                \
  }

#define WRAP(a, op, b) ((uint64_t)(a) op (uint64_t)(b))
#define FLOATING(s, code, S, C)                                          \
  COMBINE(add, s, S, C, a + b)                                           \
  COMBINE(prod, s, S, C, a * b)                                           \
  COMBINE(max, s, S, C, ((b > a) | (b != b)) ? b : a)                    \
  COMBINE(min, s, S, C, ((b < a) | (b != b)) ? b : a)
#define INTEGRAL(s, code, S, C)                                          \
  COMBINE(add, s, S, C, WRAP(a, +, b))                                   \
  COMBINE(prod, s, S, C, WRAP(a, *, b))                                  \
  COMBINE(max, s, S, C, b > a ? b : a)                                   \
  COMBINE(min, s, S, C, b < a ? b : a)
MK_EACH_FLOAT(FLOATING)
MK_EACH_INTEGER(INTEGRAL)
// A sum of truths is whether one is true, a product whether all are.
COMBINE(add, b8, bool, bool, a | b)
COMBINE(prod, b8, bool, bool, a & b)

mk_row_kernel mk_combine_kernel(mk_scatter_op op, mk_dtype dtype) {
#define ROW(name)                                                                                     \
  {[MK_FLOAT32] = name##_f32, [MK_FLOAT64] = name##_f64, [MK_FLOAT16] = name##_f16,                   \
   [MK_BFLOAT16] = name##_bf16, [MK_INT8] = name##_i8, [MK_INT16] = name##_i16, [MK_INT32] = name##_i32, \
   [MK_INT64] = name##_i64, [MK_UINT8] = name##_u8}
  static const mk_row_kernel add[MK_DTYPE_COUNT] = ROW(add), prod[MK_DTYPE_COUNT] = ROW(prod),
                             max[MK_DTYPE_COUNT] = ROW(max), min[MK_DTYPE_COUNT] = ROW(min);
  if ((unsigned)dtype >= MK_DTYPE_COUNT) return NULL;
  bool truth = dtype == MK_BOOL;
  switch (op) {
    case MK_SCATTER_SET: return NULL;
    case MK_SCATTER_ADD: return truth ? add_b8 : add[dtype];
    case MK_SCATTER_PROD: return truth ? prod_b8 : prod[dtype];
    case MK_SCATTER_MAX: return truth ? add_b8 : max[dtype];
    case MK_SCATTER_MIN: return truth ? prod_b8 : min[dtype];
  }
  return NULL;
}
