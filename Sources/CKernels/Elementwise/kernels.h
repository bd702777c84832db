// Generates every flat kernel of one compute type from elementwise.def. A template over MK_S, MK_C and
// MK_HAS_ANY, MK_HAS_NUMBERS, MK_HAS_FLOATS, MK_HAS_INTEGERS: 1 for the domains that hold the type.
#define MK_RESULT_SAME MK_C
#define MK_RESULT_BOOL bool
#define MK_WHEN_1(...) __VA_ARGS__
#define MK_WHEN_0(...)
#define MK_WHEN_EXPAND(condition) MK_WHEN_##condition
#define MK_WHEN(condition) MK_WHEN_EXPAND(condition)

// The first input of `where` is its condition.
#define MK_FIRST_where bool
#define MK_FIRST_clamp MK_C
#define MK_FIRST_fma MK_C
#define MK_FIRST_lerp MK_C

#define MK_KERNEL(name)                                                                             \
  MK_CLONES static void name(int64_t count, void *out, const void *xs, const void *ys, const void *zs, \
                             unsigned steps)

// How the iterations of costly functions and of others are taken together.
#define MK_LOOP_LIGHT MK_INDEPENDENT
#define MK_LOOP_HEAVY MK_INDEPENDENT_PAIRS

#define MK_UNARY_KERNEL(name, result, cost, expression)                            \
  MK_KERNEL(unary_##name) {                                                        \
    (void)ys, (void)zs, (void)steps;                                               \
    MK_RESULT_##result *o = out;                                                   \
    const MK_C *a = xs;                                                            \
    MK_LOOP_##cost for (int64_t i = 0; i < count; i++) {                           \
      MK_C x = a[i];                                                               \
      o[i] = (MK_RESULT_##result)(expression);                                     \
    }                                                                              \
  }

#define MK_BINARY_LOOP(result, cost, x_value, y_value, expression)                 \
  MK_LOOP_##cost for (int64_t i = 0; i < count; i++) {                             \
    MK_C x = x_value, y = y_value;                                                 \
    o[i] = (MK_RESULT_##result)(expression);                                       \
  }

#define MK_BINARY_REPEATED_LIGHT(result, expression)                               \
  if (steps == 1) {                                                                \
    const MK_C repeated = *b;                                                      \
    MK_BINARY_LOOP(result, LIGHT, a[i], repeated, expression)                             \
    return;                                                                        \
  }                                                                                \
  if (steps == 2) {                                                                \
    const MK_C repeated = *a;                                                      \
    MK_BINARY_LOOP(result, LIGHT, repeated, b[i], expression)                             \
    return;                                                                        \
  }
// Reading a repeated element from a block costs nothing that would show here, and saves two copies of the code.
#define MK_BINARY_REPEATED_HEAVY(result, expression)

#define MK_BINARY_KERNEL(name, result, cost, expression)                           \
  MK_KERNEL(binary_##name) {                                                       \
    (void)zs, (void)steps;                                                         \
    MK_RESULT_##result *o = out;                                                   \
    const MK_C *a = xs, *b = ys;                                                   \
    MK_BINARY_REPEATED_##cost(result, expression)                                  \
    MK_BINARY_LOOP(result, cost, a[i], b[i], expression)                                 \
  }

#define MK_TERNARY_KERNEL(name, result, expression)                                \
  MK_KERNEL(ternary_##name) {                                                      \
    (void)steps;                                                                   \
    MK_RESULT_##result *o = out;                                                   \
    const MK_FIRST_##name *a = xs;                                                 \
    const MK_C *b = ys, *c = zs;                                                   \
    MK_INDEPENDENT for (int64_t i = 0; i < count; i++) {                           \
      MK_FIRST_##name x = a[i];                                                    \
      MK_C y = b[i], z = c[i];                                                     \
      o[i] = (MK_RESULT_##result)(expression);                                     \
    }                                                                              \
  }

#define MK_UNARY(name, domain, result, cost, expression) \
  MK_WHEN(MK_HAS_##domain)(MK_UNARY_KERNEL(name, result, cost, expression))
#define MK_BINARY(name, domain, result, cost, expression) \
  MK_WHEN(MK_HAS_##domain)(MK_BINARY_KERNEL(name, result, cost, expression))
#define MK_TERNARY(name, domain, result, cost, expression) \
  MK_WHEN(MK_HAS_##domain)(MK_TERNARY_KERNEL(name, result, expression))
#include "../include/elementwise.def"

#ifdef MK_HAS_CUBE
MK_UNARY_KERNEL(cube, SAME, LIGHT, x * x * x)
#endif
