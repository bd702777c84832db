// Running a task over operands with any strides. Rows that the kernel can take as they are go to it
// directly; other operands are gathered into blocks on the stack, so that each operation exists
// once, for contiguous memory.
#include <stdatomic.h>

#include "../Support/loops.h"
#include "../include/mk_memory.h"
#include "../include/mk_parallel.h"
#include "layout.h"
#include "task.h"

typedef struct {
  const mk_task *task;
  const mk_loop *loop;
  void *out;
  const void *const *in;
  atomic_int status;
  bool stream; // rows and tiles
  // Blocks only.
  int64_t block;                         // iterations a block
  int64_t outer;                         // a block is all of the dimensions from this one on; 0 if it is not
  bool contiguous[MK_MAX_OPERANDS];      // lies in memory in the order of the loop
  bool periodic[MK_MAX_OPERANDS];        // is the same in every block
  // Tiles only.
  int64_t dimension, row_tiles, column_tiles;
} loop_job;

static void run_rows(void *context, int64_t begin, int64_t end) {
  loop_job *job = context;
  const mk_task *task = job->task;
  const mk_loop *loop = job->loop;
  int64_t last = loop->rank - 1, length = loop->size[last];
  mk_operands row = {0, {0, 0, 0}, 0, job->stream};
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
  if (job->stream) mk_stream_end();
}

// Copies iterations [position, position + count) of one operand to a buffer, or from it.
static void transfer(const loop_job *job, int operand, int64_t position, int64_t count, char *buffer, char *memory,
                     bool to_memory) {
  const mk_loop *loop = job->loop;
  int64_t size = job->task->size[operand], last = loop->rank - 1, length = loop->size[last];
  mk_loop single;
  single.rank = loop->rank;
  for (int64_t d = 0; d < loop->rank; d++) {
    single.size[d] = loop->size[d];
    single.stride[0][d] = loop->stride[operand][d];
  }
  const int64_t *stride = single.stride[0];
  while (count > 0) {
    mk_cursor cursor;
    mk_cursor_seek(&cursor, &single, loop->rank, 1, position);
    int64_t at = cursor.index[last], columns = length - at < count ? length - at : count, rows = 1;
    // As many whole rows as follow one another in the dimension outside of the last.
    if (at == 0 && count >= length && last > 0) {
      rows = loop->size[last - 1] - cursor.index[last - 1];
      if (rows > count / length) rows = count / length;
    }
    int64_t row = last > 0 ? stride[last - 1] : 0;
    char *place = memory + cursor.offset[0] * size;
    if (to_memory) {
      mk_plane plane = {rows, columns, row, stride[last], length, 1};
      mk_copy_plane((size_t)size, &plane, place, buffer);
    } else {
      mk_plane plane = {rows, columns, length, 1, row, stride[last]};
      mk_copy_plane((size_t)size, &plane, buffer, place);
    }
    buffer += rows * columns * size;
    position += rows * columns;
    count -= rows * columns;
  }
}

static void run_blocks(void *context, int64_t begin, int64_t end) {
  loop_job *job = context;
  const mk_task *task = job->task;
  uint64_t buffer[MK_MAX_OPERANDS][MK_BLOCK];
  int64_t total = mk_loop_count(job->loop, job->loop->rank);
  bool gathered[MK_MAX_OPERANDS] = {false, false, false, false};
  int64_t gathered_at[MK_MAX_OPERANDS] = {0, 0, 0, 0};
  for (int64_t index = begin; index < end; index++) {
    mk_cursor cursor;
    if (job->outer > 0) mk_cursor_seek(&cursor, job->loop, job->outer, task->inputs + 1, index);
    int64_t position = index * job->block;
    int64_t count = total - position < job->block ? total - position : job->block;
    mk_operands block = {0, {0, 0, 0}, (1u << task->inputs) - 1, false};
    for (int k = 0; k < task->inputs; k++) {
      int operand = k + 1;
      char *memory = (char *)job->in[k];
      if (job->contiguous[operand]) {
        block.in[k] = memory + position * task->size[operand];
        continue;
      }
      bool same = job->periodic[operand] || (job->outer > 0 && gathered_at[operand] == cursor.offset[operand]);
      if (!same || !gathered[operand])
        transfer(job, operand, position, count, (char *)buffer[operand], memory, false);
      gathered[operand] = true;
      if (job->outer > 0) gathered_at[operand] = cursor.offset[operand];
      block.in[k] = buffer[operand];
    }
    block.out = job->contiguous[0] ? (char *)job->out + position * task->size[0] : (char *)buffer[0];
    mk_status status = mk_task_serial(task, count, &block);
    if (status != MK_OK) atomic_store_explicit(&job->status, status, memory_order_relaxed);
    if (!job->contiguous[0]) transfer(job, 0, position, count, (char *)buffer[0], job->out, true);
  }
}

enum { tile_rows = 32, tile_columns = 512 };

// One tile of `dimension` and the last dimension: operands that are contiguous along `dimension`
// are transposed into scratch memory, then every row is run as it is.
static void run_tile(void *context, int64_t index) {
  loop_job *job = context;
  const mk_task *task = job->task;
  mk_loop outer = *job->loop;
  int64_t last = outer.rank - 1, d = job->dimension;
  int64_t column = index % job->column_tiles * tile_columns, row = index / job->column_tiles % job->row_tiles * tile_rows;
  int64_t columns = outer.size[last] - column, rows = outer.size[d] - row;
  if (columns > tile_columns) columns = tile_columns;
  if (rows > tile_rows) rows = tile_rows;
  outer.size[d] = 1;
  mk_cursor cursor;
  mk_cursor_seek(&cursor, &outer, last, task->inputs + 1, index / job->column_tiles / job->row_tiles);

  void *scratch[MK_MAX_OPERANDS] = {0, 0, 0, 0};
  size_t capacity[MK_MAX_OPERANDS];
  mk_operands first = {0, {0, 0, 0}, 0, job->stream};
  int64_t row_bytes[MK_MAX_OPERANDS];
  mk_status status = MK_OK;
  for (int k = 0; k <= task->inputs; k++) {
    int64_t size = task->size[k], stride = outer.stride[k][last], row_stride = outer.stride[k][d];
    char *base = k == 0 ? job->out : (char *)job->in[k - 1];
    base += (cursor.offset[k] + row * row_stride + column * stride) * size;
    row_bytes[k] = row_stride * size;
    if (k > 0 && stride != 0) first.steps |= 1u << (k - 1);
    if (k > 0 && stride != 0 && stride != 1) {
      scratch[k] = mk_alloc((size_t)(tile_rows * tile_columns * size), &capacity[k]);
      if (!scratch[k]) {
        status = MK_OUT_OF_MEMORY;
        break;
      }
      mk_plane plane = {rows, columns, tile_columns, 1, 1, stride};
      mk_copy_transposed((size_t)size, &plane, scratch[k], base, false);
      base = scratch[k];
      row_bytes[k] = tile_columns * size;
    }
    if (k == 0)
      first.out = base;
    else
      first.in[k - 1] = base;
  }
  for (int64_t i = 0; i < rows && status == MK_OK; i++) {
    status = mk_task_serial(task, columns, &first);
    first.out = (char *)first.out + row_bytes[0];
    for (int k = 0; k < task->inputs; k++) first.in[k] = (const char *)first.in[k] + row_bytes[k + 1];
  }
  if (job->stream) mk_stream_end();
  if (status != MK_OK) atomic_store_explicit(&job->status, status, memory_order_relaxed);
  for (int k = 1; k <= task->inputs; k++)
    if (scratch[k]) mk_free(scratch[k], capacity[k]);
}

// The dimension by which a loop can be run in tiles: each operand is contiguous, or repeated, along
// the last dimension, or else contiguous along the one returned. -1 if there is none.
static int64_t tiled_dimension(const mk_loop *loop, int64_t operands) {
  int64_t last = loop->rank - 1, found = -1;
  if (loop->stride[0][last] != 1) return -1;
  for (int k = 1; k < operands; k++) {
    int64_t stride = loop->stride[k][last], dimension = mk_transposed_dimension(loop, k);
    if (stride == 0 || stride == 1) continue;
    if (dimension < 0 || (found >= 0 && found != dimension)) return -1;
    found = dimension;
  }
  return found;
}

// Whole inner dimensions where enough of them fit, so that operands which do not advance outside of
// them are gathered once; else several rows, or a part of one.
static void shape_blocks(loop_job *job) {
  const mk_loop *loop = job->loop;
  int64_t first = loop->rank - 1, inner = loop->size[first];
  while (first > 1 && inner * loop->size[first - 1] <= MK_BLOCK) inner *= loop->size[--first];
  if (inner >= MK_BLOCK / 4 && inner <= MK_BLOCK && first < loop->rank - 1) {
    job->block = inner;
    job->outer = first;
    return;
  }
  int64_t length = loop->size[loop->rank - 1];
  job->block = length < MK_BLOCK / 2 ? MK_BLOCK / 2 / length * length : MK_BLOCK / 2;
}

static mk_status run_normalized(const mk_task *task, const mk_loop *loop, void *out, const void *const *in) {
  int64_t operands = task->inputs + 1, rank = loop->rank;
  int64_t total = mk_loop_count(loop, rank);
  mk_operands flat = {out, {0, 0, 0}, 0, false};
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
  job.stream = loop->stride[0][rank - 1] == 1 && length >= 64 && mk_task_streams(task, total, out, in);
  if (direct && length >= 64) {
    mk_parallel_for(total, task->grain, &job, run_rows);
    return (mk_status)atomic_load_explicit(&job.status, memory_order_relaxed);
  }
  job.dimension = total >= 1024 ? tiled_dimension(loop, operands) : -1;
  if (job.dimension >= 0) {
    int64_t rows = loop->size[job.dimension];
    job.row_tiles = (rows - 1) / tile_rows + 1;
    job.column_tiles = (length - 1) / tile_columns + 1;
    int64_t tiles = total / rows / length * job.row_tiles * job.column_tiles;
    if (total < 2 * task->grain)
      for (int64_t i = 0; i < tiles; i++) run_tile(&job, i);
    else
      mk_parallel_tasks(tiles, &job, run_tile);
    return (mk_status)atomic_load_explicit(&job.status, memory_order_relaxed);
  }
  shape_blocks(&job);
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
