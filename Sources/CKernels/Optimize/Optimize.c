// Fused optimizer steps. Updates follow PyTorch's, operation by operation, in the dtype's compute type.
#include "../include/mk_optimize.h"

#include "../include/mk_parallel.h"

#define MK_TEMPLATE "../Optimize/rules.h"
#include "../Normalize/each_float.h"

// Elements a thread: a step moves several arrays, so threads pay off early.
#define MK_GRAIN 8192

static void take(const mk_step *step, int64_t begin, int64_t end) {
  switch (step->dtype) {
    case MK_FLOAT32: move_f32(step, begin, end); break;
    case MK_FLOAT64: move_f64(step, begin, end); break;
    case MK_FLOAT16: move_f16(step, begin, end); break;
    case MK_BFLOAT16: move_bf16(step, begin, end); break;
    default: break;
  }
}

// Elements [begin, end) of all parameters one after another.
static void take_range(void *context, int64_t begin, int64_t end) {
  for (const mk_step *step = context; begin < end; step++) {
    if (begin < step->count) {
      int64_t stop = end < step->count ? end : step->count;
      take(step, begin, stop);
      begin = stop;
    }
    begin -= step->count;
    end -= step->count;
  }
}

mk_status mk_take_steps(const mk_step *steps, int64_t count) {
  int64_t elements = 0;
  for (int64_t i = 0; i < count; i++) {
    switch (steps[i].dtype) {
      case MK_FLOAT32:
      case MK_FLOAT64:
      case MK_FLOAT16:
      case MK_BFLOAT16: break;
      default: return MK_UNSUPPORTED;
    }
    if (__builtin_add_overflow(elements, steps[i].count, &elements)) return MK_TOO_LARGE;
  }
  mk_parallel_for(elements, MK_GRAIN, (void *)steps, take_range);
  return MK_OK;
}
