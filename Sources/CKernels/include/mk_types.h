#ifndef MK_TYPES_H
#define MK_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Swift sees an enumeration that is closed as its own kind, with the names given here.
#define MK_CLOSED __attribute__((enum_extensibility(closed)))
#define MK_NAMED(name) __attribute__((swift_name(name)))

// The greatest number of dimensions of a tensor.
#define MK_MAX_RANK 12
// Output and up to three inputs.
#define MK_MAX_OPERANDS 4

typedef enum MK_CLOSED : uint8_t {
  MK_FLOAT32 MK_NAMED("float32") = 0,
  MK_FLOAT64 MK_NAMED("float64"),
  MK_FLOAT16 MK_NAMED("float16"),
  MK_BFLOAT16 MK_NAMED("bfloat16"),
  MK_INT8 MK_NAMED("int8"),
  MK_INT16 MK_NAMED("int16"),
  MK_INT32 MK_NAMED("int32"),
  MK_INT64 MK_NAMED("int64"),
  MK_UINT8 MK_NAMED("uint8"),
  MK_BOOL MK_NAMED("bool"),
} mk_dtype;

typedef enum MK_CLOSED : int32_t {
  MK_OK MK_NAMED("ok") = 0,
  MK_UNSUPPORTED MK_NAMED("unsupported"),        // this kernel does not exist for these dtypes
  MK_DIVISION_BY_ZERO MK_NAMED("divisionByZero"),   // an integer was divided by zero
  MK_INDEX_OUT_OF_RANGE MK_NAMED("indexOutOfRange"), // an index lies outside its dimension
  MK_OUT_OF_MEMORY MK_NAMED("outOfMemory"),      // scratch memory could not be had
  MK_TOO_LARGE MK_NAMED("tooLarge"),             // sizes that the library behind it does not count
  MK_NO_LIBRARY MK_NAMED("noLibrary"),           // the library behind it is not installed
} mk_status;

// An iteration space that several operands are walked over together. Dimensions are listed outermost
// first; operand 0 is the output. Callers merge dimensions where they can, so that rank 1 with strides of
// 0 or 1 is the usual case, and rank 0 is one element.
typedef struct {
  int64_t rank;
  int64_t size[MK_MAX_RANK];
  int64_t stride[MK_MAX_OPERANDS][MK_MAX_RANK];
} mk_loop;

#endif
