#ifndef MK_ELEMENTWISE_H
#define MK_ELEMENTWISE_H

#include "mk_types.h"

// Operation codes, in the order of elementwise.def. Swift sees closed
// enumerations, so that every `switch` over them must name each operation.
typedef enum MK_CLOSED : uint8_t {
#define MK_UNARY(name, ...) MK_UNARY_##name MK_NAMED(#name),
#include "elementwise.def"
} mk_unary_op;

typedef enum MK_CLOSED : uint8_t {
#define MK_BINARY(name, ...) MK_BINARY_##name MK_NAMED(#name),
#include "elementwise.def"
} mk_binary_op;

typedef enum MK_CLOSED : uint8_t {
#define MK_TERNARY(name, ...) MK_TERNARY_##name MK_NAMED(#name),
#include "elementwise.def"
} mk_ternary_op;

// Which dtypes an operation takes.
typedef enum MK_CLOSED : uint8_t {
  MK_DOMAIN_ANY MK_NAMED("any"),
  MK_DOMAIN_NUMBERS MK_NAMED("numbers"),  // all but bool
  MK_DOMAIN_FLOATS MK_NAMED("floats"),   // the four floating-point dtypes
  MK_DOMAIN_INTEGERS MK_NAMED("integers"), // integers and bool
} mk_domain;

// What the table says of an operation.
typedef struct {
  const char *name;
  mk_domain domain;
  bool gives_bool; // the result is bool, not the dtype of the inputs
} mk_operation;

// Null for a code past the last one.
const mk_operation *mk_unary_operation(int code);
const mk_operation *mk_binary_operation(int code);
const mk_operation *mk_ternary_operation(int code);

// `dtype` is that of the inputs; the output has it too, or is bool where the table says so.
mk_status mk_unary(mk_unary_op op, mk_dtype dtype, const mk_loop *loop, void *out, const void *x);
mk_status mk_binary(mk_binary_op op, mk_dtype dtype, const mk_loop *loop, void *out, const void *x,
                    const void *y);
// `where` takes a bool first operand; every other one has three of the same dtype.
mk_status mk_ternary(mk_ternary_op op, mk_dtype dtype, const mk_loop *loop, void *out, const void *x,
                     const void *y, const void *z);

// Contiguous operands, or a single element repeated where a step is 0: the short path of the usual
// case. Steps are 0 or 1.
mk_status mk_unary_flat(mk_unary_op op, mk_dtype dtype, int64_t count, void *out, const void *x);
mk_status mk_binary_flat(mk_binary_op op, mk_dtype dtype, int64_t count, void *out, const void *x,
                         int64_t x_step, const void *y, int64_t y_step);

// Converts and copies; with `from == to` a strided copy. Float to integer truncates; anything to
// bool is `!= 0`. Transposed copies are blocked for the cache.
mk_status mk_cast(mk_dtype from, mk_dtype to, const mk_loop *loop, void *out, const void *x);

// The numbers `start + i step` for i < half, from there on `end - (count - 1 - i) step`: in
// float64, then converted.
mk_status mk_progression(mk_dtype dtype, int64_t count, double start, double end, double step, int64_t half,
                         void *out);
// The integers `first + i distance`, which wrap: in int64, then converted.
mk_status mk_integer_progression(mk_dtype dtype, int64_t count, int64_t first, int64_t distance, void *out);

#endif
