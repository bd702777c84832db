// Kernels whose vectorised expression holds for ordinary arguments only: the elements outside of its range are
// computed again with C's library. A template over MK_S and MK_C, included between kernels.h and table.h.
#include <math.h>

enum { guard_block = 512 };

#if MK_GUARDS_F32
#define MK_LIBRARY(name) name##f
#define MK_TRIGONOMETRIC_LIMIT MK_TRIGONOMETRIC_LIMIT_F32
#else
#define MK_LIBRARY(name) name
#define MK_TRIGONOMETRIC_LIMIT MK_TRIGONOMETRIC_LIMIT_F64
#endif

MK_INLINE bool is_beyond(MK_C x) { return mk_abs(x) > MK_TRIGONOMETRIC_LIMIT; }

MK_CLONES static bool any_beyond(int64_t count, const MK_C *x) {
  int any = 0;
  for (int64_t i = 0; i < count; i++) any |= is_beyond(x[i]);
  return any;
}

// The fast kernel runs over all elements, so that no result depends on what its neighbours are.
#define MK_GUARD_TRIGONOMETRIC(name)                                                                   \
  static void guarded_##name(int64_t count, void *out, const void *xs, const void *ys, const void *zs, \
                             unsigned steps) {                                                         \
    MK_C *o = out, saved[guard_block];                                                                 \
    const MK_C *x = xs;                                                                                \
    for (int64_t i = 0; i < count; i += guard_block) {                                                 \
      int64_t n = count - i < guard_block ? count - i : guard_block;                                   \
      bool beyond = any_beyond(n, x + i);                                                              \
      if (beyond) __builtin_memcpy(saved, x + i, (size_t)n * sizeof(MK_C));                            \
      unary_##name(n, o + i, x + i, ys, zs, steps);                                                    \
      for (int64_t k = 0; beyond && k < n; k++)                                                        \
        if (is_beyond(saved[k])) o[i + k] = MK_LIBRARY(name)(saved[k]);                                \
    }                                                                                                  \
  }

MK_GUARD_TRIGONOMETRIC(sin)
MK_GUARD_TRIGONOMETRIC(cos)
MK_GUARD_TRIGONOMETRIC(tan)
#define MK_GUARDED_sin 0, guarded_sin
#define MK_GUARDED_cos 0, guarded_cos
#define MK_GUARDED_tan 0, guarded_tan

#if MK_GUARDS_F32
// The remainder of a quotient too long for float64; all of these are exact.
MK_INLINE bool is_long(MK_C x, MK_C y) {
  return mk_abs(x) >= MK_FMOD_LIMIT_F32 * mk_abs(y) && mk_abs(x) < (MK_C)INFINITY;
}

MK_CLONES static bool any_long(int64_t count, const MK_C *x, const MK_C *y) {
  int any = 0;
  for (int64_t i = 0; i < count; i++) any |= is_long(x[i], y[i]);
  return any;
}

#define MK_GUARD_DIVISION(name, value)                                                                 \
  static void guarded_##name(int64_t count, void *out, const void *xs, const void *ys, const void *zs, \
                             unsigned steps) {                                                         \
    MK_C *o = out, saved_x[guard_block], saved_y[guard_block];                                         \
    const MK_C *a = xs, *b = ys;                                                                       \
    for (int64_t i = 0; i < count; i += guard_block) {                                                 \
      int64_t n = count - i < guard_block ? count - i : guard_block;                                   \
      bool beyond = any_long(n, a + i, b + i);                                                         \
      if (beyond) {                                                                                    \
        __builtin_memcpy(saved_x, a + i, (size_t)n * sizeof(MK_C));                                    \
        __builtin_memcpy(saved_y, b + i, (size_t)n * sizeof(MK_C));                                    \
      }                                                                                                \
      binary_##name(n, o + i, a + i, b + i, zs, steps);                                                \
      for (int64_t k = 0; beyond && k < n; k++) {                                                      \
        MK_C x = saved_x[k], y = saved_y[k];                                                           \
        if (is_long(x, y)) o[i + k] = value;                                                           \
      }                                                                                                \
    }                                                                                                  \
  }

MK_GUARD_DIVISION(fmod, fmodf(x, y))
MK_GUARD_DIVISION(remainder, MK_FN(remainder_rest)(y, fmodf(x, y)))
MK_GUARD_DIVISION(floor_divide, MK_FN(floor_divide_rest)(x, y, fmodf(x, y)))
#define MK_GUARDED_fmod 0, guarded_fmod
#define MK_GUARDED_remainder 0, guarded_remainder
#define MK_GUARDED_floor_divide 0, guarded_floor_divide
#else
// Without fused products and sums float64's own power would lose digits.
static void guarded_pow(int64_t count, void *out, const void *xs, const void *ys, const void *zs, unsigned steps) {
  MK_C *o = out;
  const MK_C *x = xs, *y = ys;
  if (mk_is_modern()) {
    binary_pow(count, out, xs, ys, zs, steps);
    return;
  }
  for (int64_t i = 0; i < count; i++) o[i] = pow(x[i], y[i]);
}
#define MK_GUARDED_pow 0, guarded_pow
#endif
