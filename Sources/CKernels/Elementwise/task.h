// An elementwise operation with its operands' dtypes resolved, ready to be run over flat memory or
// over a loop.
#ifndef MK_ELEMENTWISE_TASK_H
#define MK_ELEMENTWISE_TASK_H

#include "tables.h"

#include "../Support/copy.h"

// Elements that pass through buffers on the stack at a time.
#define MK_BLOCK 1024

typedef struct {
  mk_kernel *kernel;
  bool any_steps;
  uint8_t inputs;
  uint8_t size[MK_MAX_OPERANDS]; // bytes of an element in memory; operand 0 is the output
  // Converts operands to what the kernel computes in, and its result back; null where they are the
  // same.
  mk_kernel *convert[MK_MAX_OPERANDS];
  uint8_t computed_size[MK_MAX_OPERANDS]; // bytes of an element in the kernel
  uint8_t divisor; // nonzero: input 2 is an integer of that many bytes that must not be zero
  int64_t grain;   // least elements a thread
} mk_task;

// `grain` of the operations bound by memory and by arithmetic.
#define MK_GRAIN_LIGHT 16384
#define MK_GRAIN_HEAVY 4096

// One call of a task. `operand[0]` is the output; bit k of `steps` is set if input k, counted from
// 0, advances.
typedef struct {
  void *out;
  const void *in[MK_MAX_OPERANDS - 1];
  unsigned steps;
  bool stream; // write past the caches, and end that with mk_stream_end
} mk_operands;

// Whether the output of `count` elements is so large that it should be written past the caches. Not
// one that is computed in place: it is in them already.
MK_INLINE bool mk_task_streams(const mk_task *task, int64_t count, const void *out, const void *const *in) {
  if (count * task->size[0] < MK_STREAM_BYTES || (uintptr_t)out % 64 != 0) return false;
  for (int k = 0; k < task->inputs; k++)
    if (in[k] == out) return false;
  return true;
}

// On the calling thread. MK_OK or MK_DIVISION_BY_ZERO.
mk_status mk_task_serial(const mk_task *task, int64_t count, const mk_operands *operands);
mk_status mk_task_flat(const mk_task *task, int64_t count, const mk_operands *operands);
mk_status mk_task_loop(const mk_task *task, const mk_loop *loop, void *out, const void *const *in);

// The task of an operation of inputs of a dtype; false if there is no such kernel. That of `pow`
// for one exponent that all elements share is false unless there is one that is much cheaper than
// the general one.
bool mk_unary_task(mk_task *task, mk_unary_op op, mk_dtype dtype);
bool mk_binary_task(mk_task *task, mk_binary_op op, mk_dtype dtype);
bool mk_power_task(mk_task *task, mk_dtype dtype, const void *exponent);
bool mk_ternary_task(mk_task *task, mk_ternary_op op, mk_dtype dtype);
bool mk_cast_task(mk_task *task, mk_dtype from, mk_dtype to);

// The flat conversion kernel between two dtypes; null for a code that is no dtype.
mk_kernel *mk_cast_kernel(mk_dtype from, mk_dtype to);

#endif
