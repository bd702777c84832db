#ifndef MK_PROGRAM_H
#define MK_PROGRAM_H

#include "mk_elementwise.h"

// Several elementwise operations as one: a block of elements goes through all of them before the
// next one, so that what they hand to each other stays in the first cache. Every operation is
// computed by its own kernel, and rounds as it does alone.

#define MK_PROGRAM_STEPS 96
#define MK_PROGRAM_INPUTS 64

typedef enum MK_CLOSED : uint8_t {
  MK_STEP_UNARY MK_NAMED("unary"),
  MK_STEP_BINARY MK_NAMED("binary"),
  MK_STEP_TERNARY MK_NAMED("ternary"),
  MK_STEP_CAST MK_NAMED("cast"),
} mk_step_kind;

// An operation of values: number v is input v, or from `input_count` on the result of a step
// before.
typedef struct {
  mk_step_kind kind;
  uint8_t op;      // of that kind
  mk_dtype dtype;  // what the operation is of: as the functions of mk_elementwise.h take it
  mk_dtype result;
  int32_t in[3];
} mk_program_step;

typedef struct {
  const void *data;
  mk_dtype dtype;
  bool repeated; // one element
  int64_t stride[MK_MAX_RANK]; // unless repeated; 0 or 1 in the last dimension
} mk_program_input;

typedef struct {
  int64_t rank;
  int64_t size[MK_MAX_RANK];
  int32_t input_count, step_count;
  const mk_program_input *inputs;
  const mk_program_step *steps; // the last one is the result, in row-major order
} mk_program;

// With `sum`, `out` is the sum of all results, which are float32 or float64: the same one for any
// number of threads.
mk_status mk_run_program(const mk_program *program, bool sum, void *out);

#endif
