// Programs of elementwise operations, a block at a time.
#include "../include/mk_program.h"

#include <stdatomic.h>

#include "../Reduce/reducer.h"
#include "../include/mk_memory.h"
#include "../include/mk_parallel.h"
#include "task.h"

// Elements that go through all steps together.
#define BLOCK 1024
// Elements whose results are summed by one thread: sums do not depend on how many there are.
#define PART 8192
#define MAX_VALUES (MK_PROGRAM_INPUTS + MK_PROGRAM_STEPS)

typedef struct {
  const mk_program *program;
  mk_task tasks[MK_PROGRAM_STEPS];
  unsigned steps[MK_PROGRAM_STEPS];   // which inputs of a task advance
  int16_t place[MAX_VALUES];          // the register of a value; -1 if it is read where it lies
  bool spread[MK_PROGRAM_INPUTS];     // a repeated input that fills its register
  int registers;
  // The dimensions, merged where all inputs allow it.
  int64_t rank, size[MK_MAX_RANK], stride[MK_PROGRAM_INPUTS][MK_MAX_RANK], total;
  char *out;
  const mk_reducer *reducer;
  double *sums; // one a part
  bool stream;
  atomic_int status;
} job;

static bool make_tasks(job *j) {
  const mk_program *p = j->program;
  for (int s = 0; s < p->step_count; s++) {
    const mk_program_step *step = &p->steps[s];
    mk_task *task = &j->tasks[s];
    bool made = false;
    switch (step->kind) {
      case MK_STEP_UNARY: made = mk_unary_task(task, (mk_unary_op)step->op, step->dtype); break;
      case MK_STEP_BINARY: {
        int32_t y = step->in[1];
        bool shared = y < p->input_count && p->inputs[y].repeated;
        made = step->op == MK_BINARY_pow && shared && mk_power_task(task, step->dtype, p->inputs[y].data);
        if (!made) made = mk_binary_task(task, (mk_binary_op)step->op, step->dtype);
        break;
      }
      case MK_STEP_TERNARY: made = mk_ternary_task(task, (mk_ternary_op)step->op, step->dtype); break;
      case MK_STEP_CAST: made = mk_cast_task(task, step->dtype, step->result); break;
    }
    if (!made) return false;
    for (int k = 0; k < task->inputs; k++)
      if (step->in[k] < 0 || step->in[k] >= p->input_count + s) return false;
  }
  return true;
}

// Gives values registers, which are free again behind the last step that reads them.
static void place_values(job *j) {
  const mk_program *p = j->program;
  int inputs = p->input_count, steps = p->step_count;
  int last[MAX_VALUES], available[MAX_VALUES], free_count = 0;
  for (int v = 0; v < inputs + steps; v++) last[v] = -1, j->place[v] = -1;
  for (int s = 0; s < steps; s++)
    for (int k = 0; k < j->tasks[s].inputs; k++) last[p->steps[s].in[k]] = s;
  for (int v = 0; v < inputs; v++) j->spread[v] = false;
  for (int s = 0; s < steps; s++) {
    const mk_task *task = &j->tasks[s];
    unsigned all = (1u << task->inputs) - 1;
    j->steps[s] = 0;
    for (int k = 0; k < task->inputs; k++) {
      int v = p->steps[s].in[k];
      bool repeated = v < inputs && (p->inputs[v].repeated || j->stride[v][j->rank - 1] == 0);
      j->steps[s] |= (unsigned)!repeated << k;
    }
    if (j->steps[s] == all || j->steps[s] == 0 || task->any_steps) continue;
    // The kernel wants such an input written out: once for all blocks.
    for (int k = 0; k < task->inputs; k++) {
      int v = p->steps[s].in[k];
      if (v >= inputs || !p->inputs[v].repeated) continue;
      j->steps[s] |= 1u << k;
      if (j->place[v] < 0) j->place[v] = (int16_t)j->registers++;
      j->spread[v] = true;
    }
  }
  for (int s = 0; s + 1 < steps; s++) {
    j->place[inputs + s] = (int16_t)(free_count > 0 ? available[--free_count] : j->registers++);
    for (int k = 0; k < j->tasks[s].inputs; k++) {
      int v = p->steps[s].in[k];
      if (v < inputs || last[v] != s) continue;
      available[free_count++] = j->place[v];
      last[v] = -1;
    }
    // What nobody reads.
    if (last[inputs + s] < 0) available[free_count++] = j->place[inputs + s];
  }
}

// One block of a row: `data` has where each input that advances lies.
static mk_status run_block(const job *j, char *registers, const char *const *data, int64_t count, char *out) {
  const mk_program *p = j->program;
  for (int s = 0; s < p->step_count; s++) {
    mk_operands operands = {0, {0, 0, 0}, j->steps[s], false};
    for (int k = 0; k < j->tasks[s].inputs; k++) {
      int v = p->steps[s].in[k];
      bool spread = v < p->input_count && j->spread[v] && j->steps[s] >> k & 1;
      operands.in[k] = v >= p->input_count || spread ? registers + (int64_t)j->place[v] * BLOCK * 8 : data[v];
    }
    operands.out = s + 1 == p->step_count ? out : registers + (int64_t)j->place[p->input_count + s] * BLOCK * 8;
    mk_status status = mk_task_serial(&j->tasks[s], count, &operands);
    if (status != MK_OK) return status;
  }
  return MK_OK;
}

static void run_part(const job *j, char *registers, int64_t part, atomic_int *status) {
  const mk_program *p = j->program;
  int64_t last = j->rank - 1, length = j->size[last], begin = part * PART;
  int64_t end = j->total - begin < PART ? j->total : begin + PART;
  int64_t item = j->tasks[p->step_count - 1].size[0];
  char *result = registers + (int64_t)j->registers * BLOCK * 8;
  const char *data[MK_PROGRAM_INPUTS];
  while (begin < end) {
    // The offsets of every input where this row, or the rest of it, begins.
    int64_t at = begin % length, row = begin / length, offset[MK_PROGRAM_INPUTS] = {0};
    for (int64_t d = last - 1; d >= 0; d--) {
      int64_t i = row % j->size[d];
      row /= j->size[d];
      for (int v = 0; v < p->input_count; v++) offset[v] += i * j->stride[v][d];
    }
    int64_t stop = length - at < end - begin ? begin + length - at : end;
    for (int v = 0; v < p->input_count; v++) offset[v] += at * j->stride[v][last];
    for (; begin < stop; begin += BLOCK) {
      int64_t count = stop - begin < BLOCK ? stop - begin : BLOCK;
      for (int v = 0; v < p->input_count; v++) {
        data[v] = (const char *)p->inputs[v].data + offset[v] * (int64_t)mk_item_size(p->inputs[v].dtype);
        offset[v] += count * j->stride[v][last];
      }
      bool direct = !j->reducer && !j->stream;
      mk_status found = run_block(j, registers, data, count, direct ? j->out + begin * item : result);
      if (found != MK_OK) atomic_store_explicit(status, found, memory_order_relaxed);
      if (j->reducer) j->reducer->rows(&j->sums[part], result, 1, 0, count, 0);
      else if (j->stream) mk_stream_copy(j->out + begin * item, result, (size_t)(count * item));
    }
    begin = stop;
  }
}

static void run_parts(void *context, int64_t begin, int64_t end) {
  job *j = context;
  const mk_program *p = j->program;
  size_t capacity;
  char *registers = mk_alloc((size_t)(j->registers + 1) * BLOCK * 8, &capacity);
  if (!registers) {
    atomic_store_explicit(&j->status, MK_OUT_OF_MEMORY, memory_order_relaxed);
    return;
  }
  for (int v = 0; v < p->input_count; v++)
    if (j->spread[v])
      mk_fill_line(mk_item_size(p->inputs[v].dtype), BLOCK, registers + (int64_t)j->place[v] * BLOCK * 8,
                   p->inputs[v].data);
  for (int64_t part = begin; part < end; part++) run_part(j, registers, part, &j->status);
  if (j->stream) mk_stream_end();
  mk_free(registers, capacity);
}

// Merges dimensions that all inputs walk as one.
static void merge_dimensions(job *j) {
  const mk_program *p = j->program;
  j->rank = 0;
  j->total = 1;
  for (int64_t d = 0; d < p->rank; d++) {
    j->total *= p->size[d];
    if (p->size[d] == 1 && d + 1 < p->rank) continue;
    bool merges = j->rank > 0;
    for (int v = 0; v < p->input_count && merges; v++) {
      int64_t outer = p->inputs[v].repeated ? 0 : j->stride[v][j->rank - 1];
      int64_t inner = p->inputs[v].repeated ? 0 : p->inputs[v].stride[d];
      merges = outer == inner * p->size[d];
    }
    int64_t at = merges ? j->rank - 1 : j->rank++;
    j->size[at] = merges ? j->size[at] * p->size[d] : p->size[d];
    for (int v = 0; v < p->input_count; v++) j->stride[v][at] = p->inputs[v].repeated ? 0 : p->inputs[v].stride[d];
  }
  if (j->rank > 0) return;
  j->rank = 1;
  j->size[0] = 1;
  for (int v = 0; v < p->input_count; v++) j->stride[v][0] = 0;
}

mk_status mk_run_program(const mk_program *p, bool sum, void *out) {
  if (p->rank < 0 || p->rank > MK_MAX_RANK || p->input_count < 0 || p->input_count > MK_PROGRAM_INPUTS ||
      p->step_count < 1 || p->step_count > MK_PROGRAM_STEPS)
    return MK_UNSUPPORTED;
  mk_dtype result = p->steps[p->step_count - 1].result;
  if (sum && result != MK_FLOAT32 && result != MK_FLOAT64) return MK_UNSUPPORTED;
  job j = {.program = p, .out = out};
  merge_dimensions(&j);
  if (j.total <= 0 && !sum) return MK_OK;
  if (!make_tasks(&j)) return MK_UNSUPPORTED;
  place_values(&j);
  int64_t parts = j.total > 0 ? (j.total - 1) / PART + 1 : 0;
  size_t capacity = 0;
  if (sum) {
    j.reducer = mk_sum_reducer(MK_REDUCE_SUM, result);
    j.sums = mk_alloc((size_t)(parts + 1) * sizeof(double), &capacity);
    if (!j.sums) return MK_OUT_OF_MEMORY;
    j.reducer->init(j.sums, parts + 1);
  } else {
    int64_t bytes = j.total * (int64_t)mk_item_size(result);
    j.stream = bytes >= MK_STREAM_BYTES && (uintptr_t)out % 64 == 0;
    for (int v = 0; v < p->input_count; v++) j.stream &= p->inputs[v].data != out;
  }
  mk_parallel_for(parts, p->step_count < 3 ? 2 : 1, &j, run_parts);
  if (sum) {
    for (int64_t i = 1; i < parts; i++) j.reducer->merge(j.sums, j.sums + i, 1);
    j.reducer->store(result, j.sums, 1, out, 1);
    mk_free(j.sums, capacity);
  }
  return (mk_status)atomic_load_explicit(&j.status, memory_order_relaxed);
}
