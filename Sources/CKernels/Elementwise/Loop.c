// Running a task over operands with any strides. Rows that the kernel can take as they are go to it directly; other
// operands are gathered into blocks on the stack, so that each operation exists once, for contiguous memory.
#include <stdatomic.h>

#include "../Support/copy.h"
#include "../Support/loops.h"
#include "../include/mk_parallel.h"
#include "layout.h"
#include "task.h"

typedef struct {
  const mk_task *task;
  const mk_loop *loop;
  void *out;
  const void *const *in;
  atomic_int status;
  // Blocks only.
  int64_t block;                         // iterations a block
  bool contiguous[MK_MAX_OPERANDS];      // lies in memory in the order of the loop
  bool periodic[MK_MAX_OPERANDS];        // is the same in every block
  bool transposed[MK_MAX_OPERANDS];      // a block is a square tile, contiguous along its first dimension
} loop_job;

static void run_rows(void *context, int64_t begin, int64_t end) {
  loop_job *job = context;
  const mk_task *task = job->task;
  const mk_loop *loop = job->loop;
  int64_t last = loop->rank - 1, length = loop->size[last];
  mk_operands row = {0, {0, 0, 0}, 0};
  for (int k = 0; k < task->inputs; k++) row.steps |= (unsigned)(loop->stride[k + 1][last] != 0) << k;
  mk_cursor cursor;
  mk_cursor_seek(&cursor, loop, last, task->inputs + 1, begin / length);
  int64_t at = begin % length;
  while (begin < end) {
    int64_t count = length - at < end - begin ? length - at : end - begin;
    row.out = (char *)job->out + (cursor.offset[0] + at) * task->size[0];
    for (int k = 0; k < task->inputs; k++) {
      int64_t offset = cursor.offset[k + 1] + (row.steps >> k & 1 ? at : 0);
      row.in[k] = (const char *)job->in[k] + offset * task->size[k + 1];
    }
    mk_status status = mk_task_serial(task, count, &row);
    if (status != MK_OK) atomic_store_explicit(&job->status, status, memory_order_relaxed);
    begin += count;
    at = 0;
    mk_cursor_next(&cursor, loop, last, task->inputs + 1);
  }
}

// Copies iterations [position, position + count) of one operand to a buffer, or from it.
static void transfer(const loop_job *job, int operand, int64_t position, int64_t count, char *buffer, char *memory,
                     bool to_memory) {
  const mk_loop *loop = job->loop;
  size_t size = job->task->size[operand];
  const int64_t *stride = loop->stride[operand];
  int64_t last = loop->rank - 1, length = loop->size[last];
  mk_loop single;
  single.rank = loop->rank;
  for (int64_t d = 0; d < loop->rank; d++) single.size[d] = loop->size[d], single.stride[0][d] = stride[d];
  mk_cursor cursor;
  mk_cursor_seek(&cursor, &single, last, 1, position / length);
  int64_t at = position % length;
  if (job->transposed[operand] && !to_memory) {
    mk_copy_transposed(size, loop->size[last - 1], length, buffer, length, memory + cursor.offset[0] * (int64_t)size,
                       stride[last]);
    return;
  }
  while (count > 0) {
    int64_t n = length - at < count ? length - at : count;
    char *line = memory + (cursor.offset[0] + at * stride[last]) * (int64_t)size;
    if (to_memory)
      mk_copy_line(size, n, line, stride[last], buffer, 1);
    else
      mk_copy_line(size, n, buffer, 1, line, stride[last]);
    buffer += n * (int64_t)size;
    count -= n;
    at = 0;
    mk_cursor_next(&cursor, &single, last, 1);
  }
}

static void run_blocks(void *context, int64_t begin, int64_t end) {
  loop_job *job = context;
  const mk_task *task = job->task;
  uint64_t buffer[MK_MAX_OPERANDS][MK_BLOCK];
  int64_t total = mk_loop_count(job->loop, job->loop->rank);
  bool gathered[MK_MAX_OPERANDS] = {false, false, false, false};
  for (int64_t index = begin; index < end; index++) {
    int64_t position = index * job->block;
    int64_t count = total - position < job->block ? total - position : job->block;
    mk_operands block = {0, {0, 0, 0}, (1u << task->inputs) - 1};
    for (int k = 0; k < task->inputs; k++) {
      int operand = k + 1;
      char *memory = (char *)job->in[k];
      if (job->contiguous[operand]) {
        block.in[k] = memory + position * task->size[operand];
        continue;
      }
      if (!job->periodic[operand] || !gathered[operand])
        transfer(job, operand, position, count, (char *)buffer[operand], memory, false);
      gathered[operand] = true;
      block.in[k] = buffer[operand];
    }
    block.out = job->contiguous[0] ? (char *)job->out + position * task->size[0] : (char *)buffer[0];
    mk_status status = mk_task_serial(task, count, &block);
    if (status != MK_OK) atomic_store_explicit(&job->status, status, memory_order_relaxed);
    if (!job->contiguous[0]) transfer(job, 0, position, count, (char *)buffer[0], job->out, true);
  }
}

static mk_status run_normalized(const mk_task *task, const mk_loop *loop, void *out, const void *const *in);

// Walks the loop by square tiles of `dimension` and the last dimension: a tile of each operand fits into the
// first-level cache, so that an operand that is contiguous along `dimension` is read by whole cache lines. What the
// tiles leave over at the two ends is walked on its own.
static mk_status run_tiles(const mk_task *task, const mk_loop *loop, int64_t dimension, void *out,
                           const void *const *in) {
  enum { side = 16 };
  int64_t last = loop->rank - 1, operands = task->inputs + 1;
  int64_t rows = loop->size[dimension], columns = loop->size[last];
  int64_t whole_rows = rows - rows % side, whole_columns = columns - columns % side;
  mk_status status = MK_OK;
  for (int part = 0; part < 3; part++) {
    mk_loop piece = *loop;
    int64_t row = part == 2 ? whole_rows : 0, column = part == 1 ? whole_columns : 0;
    piece.size[dimension] = part == 2 ? rows - whole_rows : whole_rows;
    piece.size[last] = part == 1 ? columns - whole_columns : part == 2 ? columns : whole_columns;
    if (piece.size[dimension] == 0 || piece.size[last] == 0) continue;
    const void *piece_in[MK_MAX_OPERANDS - 1] = {0, 0, 0};
    int64_t offset[MK_MAX_OPERANDS];
    for (int k = 0; k < operands; k++)
      offset[k] = (row * loop->stride[k][dimension] + column * loop->stride[k][last]) * task->size[k];
    for (int k = 0; k < task->inputs; k++) piece_in[k] = (const char *)in[k] + offset[k + 1];
    char *piece_out = (char *)out + offset[0];
    mk_status result;
    if (part > 0) {
      result = run_normalized(task, &piece, piece_out, piece_in);
    } else {
      // [..., rows / side, columns / side, side, side]
      mk_loop tiled = {.rank = 0};
      for (int64_t d = 0; d < loop->rank + 2; d++) {
        int64_t from = d < loop->rank ? d : d == loop->rank ? dimension : last;
        int64_t factor = d >= loop->rank || (d != dimension && d != last) ? 1 : side;
        tiled.size[d] = d >= loop->rank ? side : piece.size[d] / factor;
        for (int k = 0; k < operands; k++) tiled.stride[k][d] = loop->stride[k][from] * factor;
      }
      tiled.rank = loop->rank + 2;
      loop_job job = {.task = task, .loop = &tiled, .out = piece_out, .in = piece_in, .block = side * side};
      for (int k = 0; k < operands; k++) job.transposed[k] = tiled.stride[k][loop->rank] == 1;
      int64_t tiles = mk_loop_count(&tiled, tiled.rank) / job.block;
      mk_parallel_for(tiles, task->grain / job.block, &job, run_blocks);
      result = (mk_status)atomic_load_explicit(&job.status, memory_order_relaxed);
    }
    if (result != MK_OK) status = result;
  }
  return status;
}

static mk_status run_normalized(const mk_task *task, const mk_loop *loop, void *out, const void *const *in) {
  int64_t operands = task->inputs + 1, rank = loop->rank;
  int64_t total = mk_loop_count(loop, rank);
  mk_operands flat = {out, {0, 0, 0}, 0};
  for (int k = 0; k < task->inputs; k++) flat.in[k] = in[k];
  if (rank == 0) {
    flat.steps = (1u << task->inputs) - 1;
    return mk_task_serial(task, 1, &flat);
  }
  bool direct = loop->stride[0][rank - 1] == 1;
  for (int k = 1; k < operands; k++) {
    int64_t stride = loop->stride[k][rank - 1];
    direct &= stride == 0 || stride == 1;
    flat.steps |= (unsigned)(stride == 1) << (k - 1);
  }
  if (direct && rank == 1) return mk_task_flat(task, total, &flat);

  loop_job job = {.task = task, .loop = loop, .out = out, .in = in};
  int64_t length = loop->size[rank - 1];
  if (direct && length >= 64) {
    mk_parallel_for(total, task->grain, &job, run_rows);
    return (mk_status)atomic_load_explicit(&job.status, memory_order_relaxed);
  }
  if (rank + 2 <= MK_MAX_RANK && total >= 1024)
    for (int k = 1; k < operands; k++) {
      int64_t dimension = mk_transposed_dimension(loop, k);
      if (dimension >= 0 && loop->size[dimension] >= 16 && length >= 16)
        return run_tiles(task, loop, dimension, out, in);
    }
  job.block = length < MK_BLOCK / 2 ? MK_BLOCK / 2 / length * length : MK_BLOCK / 2;
  for (int k = 0; k < operands; k++) {
    job.contiguous[k] = mk_is_contiguous(loop, k);
    job.periodic[k] = k > 0 && job.block % length == 0;
    for (int64_t d = 0; d < rank - 1; d++) job.periodic[k] &= loop->stride[k][d] == 0;
  }
  int64_t blocks = (total - 1) / job.block + 1, grain = task->grain / job.block;
  mk_parallel_for(blocks, grain, &job, run_blocks);
  return (mk_status)atomic_load_explicit(&job.status, memory_order_relaxed);
}

mk_status mk_task_loop(const mk_task *task, const mk_loop *loop, void *out, const void *const *in) {
  mk_loop normalized;
  if (loop->rank < 0 || loop->rank > MK_MAX_RANK) return MK_UNSUPPORTED;
  if (!mk_normalize_loop(loop, task->inputs + 1, &normalized)) return MK_OK;
  return run_normalized(task, &normalized, out, in);
}
