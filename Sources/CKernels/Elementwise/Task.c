// Running a task over flat memory.
#include "task.h"

#include <stdatomic.h>

#include "../include/mk_parallel.h"

#define MK_DIVISOR(size, T)                                                      \
  MK_CLONES static bool has_zero_##size(int64_t count, const T *x) {             \
    T any = 0;                                                                   \
    for (int64_t i = 0; i < count; i++) any |= (T)(x[i] == 0);                   \
    return any != 0;                                                             \
  }
MK_DIVISOR(1, uint8_t)
MK_DIVISOR(2, uint16_t)
MK_DIVISOR(4, uint32_t)
MK_DIVISOR(8, uint64_t)

static bool has_zero(size_t size, int64_t count, const void *x) {
  switch (size) {
  case 1: return has_zero_1(count, x);
  case 2: return has_zero_2(count, x);
  case 4: return has_zero_4(count, x);
  default: return has_zero_8(count, x);
  }
}

// Through blocks on the stack: half precision is converted, repeated inputs are written out where the kernel
// wants them to advance, and outputs that are to pass by the caches are put together.
static void run_blocks(const mk_task *task, int64_t count, const mk_operands *operands) {
  uint64_t buffer[MK_MAX_OPERANDS][MK_BLOCK / 2];
  uint64_t converted[MK_BLOCK / 2];
  bool stream = operands->stream;
  int64_t block = MK_BLOCK / 2;
  const char *in[3] = {0, 0, 0};
  int64_t advance[3] = {0, 0, 0};
  unsigned steps = 0;
  if (block > count) block = count;
  for (int k = 0; k < task->inputs; k++) {
    mk_kernel *convert = task->convert[k + 1];
    size_t size = task->computed_size[k + 1];
    in[k] = operands->in[k];
    if (operands->steps >> k & 1) {
      steps |= 1u << k;
      advance[k] = task->size[k + 1];
      continue;
    }
    if (convert) {
      convert(1, buffer[k + 1], in[k], 0, 0, 1);
      in[k] = (const char *)buffer[k + 1];
    }
    if (!task->any_steps) {
      uint64_t element = 0;
      __builtin_memcpy(&element, in[k], size);
      mk_fill_line(size, block, buffer[k + 1], &element);
      in[k] = (const char *)buffer[k + 1];
      steps |= 1u << k;
    }
  }
  char *out = operands->out;
  for (int64_t done = 0; done < count; done += block) {
    int64_t n = count - done < block ? count - done : block;
    const void *source[3] = {in[0], in[1], in[2]};
    for (int k = 0; k < task->inputs; k++) {
      if (!advance[k]) continue;
      source[k] = in[k] + done * advance[k];
      if (task->convert[k + 1]) {
        task->convert[k + 1](n, buffer[k + 1], source[k], 0, 0, 1);
        source[k] = buffer[k + 1];
      }
    }
    void *target = out + done * task->size[0];
    void *result = task->convert[0] || stream ? (void *)buffer[0] : target;
    task->kernel(n, result, source[0], source[1], source[2], steps);
    if (task->convert[0]) {
      void *stored = stream ? (void *)converted : target;
      task->convert[0](n, stored, result, 0, 0, 1);
      result = stored;
    }
    if (stream) mk_stream_copy(target, result, (size_t)n * task->size[0]);
  }
}

mk_status mk_task_serial(const mk_task *task, int64_t count, const mk_operands *operands) {
  unsigned all = (1u << task->inputs) - 1;
  unsigned steps = operands->steps & all;
  if (task->divisor && has_zero(task->divisor, steps & 2 ? count : 1, operands->in[1]))
    return MK_DIVISION_BY_ZERO;
  if (steps == 0 && count > 1) {
    // Every result is the same one.
    mk_operands single = *operands;
    single.steps = all;
    single.stream = false;
    uint64_t element;
    single.out = &element;
    mk_task_serial(task, 1, &single);
    mk_fill_line(task->size[0], count, operands->out, &element);
    return MK_OK;
  }
  if (steps == 0) steps = all;
  bool converts = operands->stream;
  for (int k = 0; k <= task->inputs; k++) converts |= task->convert[k] != 0;
  if (converts || (steps != all && !task->any_steps)) {
    mk_operands same = *operands;
    same.steps = steps;
    run_blocks(task, count, &same);
  } else {
    task->kernel(count, operands->out, operands->in[0], operands->in[1], operands->in[2], steps);
  }
  return MK_OK;
}

typedef struct {
  const mk_task *task;
  const mk_operands *operands;
  atomic_int status;
} flat_job;

static void run_part(void *context, int64_t begin, int64_t end) {
  flat_job *job = context;
  const mk_task *task = job->task;
  mk_operands part = *job->operands;
  part.out = (char *)part.out + begin * task->size[0];
  for (int k = 0; k < task->inputs; k++)
    if (part.steps >> k & 1) part.in[k] = (const char *)part.in[k] + begin * task->size[k + 1];
  mk_status status = mk_task_serial(task, end - begin, &part);
  if (part.stream) mk_stream_end();
  if (status != MK_OK) atomic_store_explicit(&job->status, status, memory_order_relaxed);
}

mk_status mk_task_flat(const mk_task *task, int64_t count, const mk_operands *operands) {
  if (count <= 0) return MK_OK;
  if (count < 2 * task->grain) return mk_task_serial(task, count, operands);
  mk_operands whole = *operands;
  whole.stream = mk_task_streams(task, count, operands->out, operands->in);
  flat_job job = {task, &whole, MK_OK};
  mk_parallel_for(count, task->grain, &job, run_part);
  return (mk_status)atomic_load_explicit(&job.status, memory_order_relaxed);
}
