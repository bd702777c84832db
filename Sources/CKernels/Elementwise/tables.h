// Tables of flat kernels, one a compute type, generated from elementwise.def.
#ifndef MK_ELEMENTWISE_TABLES_H
#define MK_ELEMENTWISE_TABLES_H

// First, since what it says of warnings has to hold where elementwise.def is read for the first time.
#include "../Support/clones.h"

#include "../Support/dtypes.h"
#include "../include/mk_elementwise.h"

// Bit k of `steps` is set if input k advances with the output, clear if it is one element repeated.
typedef void mk_kernel(int64_t count, void *out, const void *x, const void *y, const void *z, unsigned steps);

typedef struct {
  mk_kernel *kernel; // null where the operation does not take this dtype
  bool any_steps;    // takes repeated inputs, though not only such; otherwise all inputs must advance
  bool heavy;        // bound by arithmetic
} mk_entry;

enum {
#define MK_UNARY(name, ...) MK_UNARY_POSITION_##name,
#include "../include/elementwise.def"
  MK_UNARY_COUNT
};
enum {
#define MK_BINARY(name, ...) MK_BINARY_POSITION_##name,
#include "../include/elementwise.def"
  MK_BINARY_COUNT
};
enum {
#define MK_TERNARY(name, ...) MK_TERNARY_POSITION_##name,
#include "../include/elementwise.def"
  MK_TERNARY_COUNT
};

typedef struct {
  mk_entry unary[MK_UNARY_COUNT], binary[MK_BINARY_COUNT], ternary[MK_TERNARY_COUNT];
  mk_entry cube; // x * x * x, for pow
} mk_table;

extern const mk_table mk_table_f32, mk_table_f64, mk_table_i8, mk_table_i16, mk_table_i32, mk_table_i64,
    mk_table_u8, mk_table_b8;


#endif
