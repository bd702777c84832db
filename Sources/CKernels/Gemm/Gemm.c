// Blocked matrix product (Goto and van de Geijn, "Anatomy of high-performance matrix
// multiplication", 2008): both operands are packed into panels, tiles of the result are sums over a
// block of k. Every element adds its terms in the same order whatever the number of threads.
#include <stdatomic.h>
#include <string.h>

#include "../Support/half.h"
#include "../include/mk_memory.h"
#include "../include/mk_parallel.h"
#include "kernels.h"

// Depth of a block: a panel of it fits the first-level cache, a task's panels of `a` the second.
#define MK_DEPTH 256
// Rows and columns that are packed at one time, and rows of a task. Whole tiles.
#define MK_PACKED_ROWS 1920
#define MK_PACKED_COLUMNS 2048
#define MK_TASK_ROWS 96
#define MK_TASK_COLUMNS 512
// Multiplications that are worth more threads.
#define MK_PARALLEL_WORK 131072

typedef struct {
  const mk_gemm_kernels *kernels;
  mk_gemm_shape shape;
  bool accumulate;
  char *c;
  size_t c_item;
  const char *a, *b;
  // One block: its corner, its size, and its packed operands.
  int64_t row, column, depth, rows, columns, k;
  char *packed_a, *packed_b;
  int64_t row_tasks, column_tasks;
} product;

static int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }
static int64_t tiles(int64_t size, int64_t tile) { return (size + tile - 1) / tile; }

static void pack_task(void *context, int64_t index) {
  const product *p = context;
  const mk_gemm_shape *s = &p->shape;
  size_t item = p->kernels->item, compute = p->kernels->compute_item;
  if (index < p->row_tasks) {
    int64_t first = index * MK_TASK_ROWS;
    p->kernels->pack_rows(p->packed_a + (size_t)(first * p->k) * compute,
                          p->a + ((p->row + first) * s->a_row + p->depth * s->a_column) * (int64_t)item,
                          smaller(MK_TASK_ROWS, p->rows - first), p->k, s->a_row, s->a_column);
  } else {
    int64_t first = (index - p->row_tasks) * MK_TASK_COLUMNS;
    p->kernels->pack_columns(p->packed_b + (size_t)(first * p->k) * compute,
                             p->b + ((p->column + first) * s->b_column + p->depth * s->b_row) * (int64_t)item,
                             smaller(MK_TASK_COLUMNS, p->columns - first), p->k, s->b_column, s->b_row);
  }
}

static void multiply_task(void *context, int64_t index) {
  const product *p = context;
  const mk_gemm_kernels *kernels = p->kernels;
  int64_t width = kernels->tile_columns;
  int64_t first_row = index % p->row_tasks * MK_TASK_ROWS, first_column = index / p->row_tasks * MK_TASK_COLUMNS;
  int64_t last_row = smaller(first_row + MK_TASK_ROWS, p->rows);
  int64_t last_column = smaller(first_column + MK_TASK_COLUMNS, p->columns);
  bool accumulate = p->accumulate || p->depth > 0;
  _Alignas(64) char tile[MK_TILE_ROWS * 128];
  for (int64_t j = first_column; j < last_column; j += width) {
    const char *b = p->packed_b + (size_t)(j * p->k) * kernels->compute_item;
    for (int64_t i = first_row; i < last_row; i += MK_TILE_ROWS) {
      int64_t rows = smaller(MK_TILE_ROWS, last_row - i);
      kernels->tile(rows, p->k, p->packed_a + (size_t)(i * p->k) * kernels->compute_item, b, tile);
      char *c = p->c + ((p->row + i) * p->shape.c_row + p->column + j) * (int64_t)p->c_item;
      kernels->write_tile(c, p->shape.c_row, tile, rows, smaller(width, last_column - j), accumulate);
    }
  }
}

static void run_tasks(bool parallel, int64_t count, product *p, void (*task)(void *, int64_t)) {
  if (parallel) {
    mk_parallel_tasks(count, p, task);
  } else {
    for (int64_t i = 0; i < count; i++) task(p, i);
  }
}

// One matrix of the batch. `k` is at least 1.
static mk_status multiply(product *p, bool parallel) {
  const mk_gemm_shape *s = &p->shape;
  int64_t width = p->kernels->tile_columns, depth = smaller(s->k, MK_DEPTH);
  size_t compute = p->kernels->compute_item;
  size_t a_bytes = (size_t)(tiles(smaller(s->m, MK_PACKED_ROWS), MK_TILE_ROWS) * MK_TILE_ROWS * depth) * compute;
  size_t b_bytes = (size_t)(tiles(smaller(s->n, MK_PACKED_COLUMNS), width) * width * depth) * compute;
  a_bytes = (a_bytes + 63) & ~(size_t)63;
  size_t capacity;
  p->packed_a = mk_alloc(a_bytes + b_bytes, &capacity);
  if (!p->packed_a) return MK_OUT_OF_MEMORY;
  p->packed_b = p->packed_a + a_bytes;
  for (p->column = 0; p->column < s->n; p->column += MK_PACKED_COLUMNS) {
    p->columns = smaller(MK_PACKED_COLUMNS, s->n - p->column);
    p->column_tasks = tiles(p->columns, MK_TASK_COLUMNS);
    for (p->depth = 0; p->depth < s->k; p->depth += MK_DEPTH) {
      p->k = smaller(MK_DEPTH, s->k - p->depth);
      for (p->row = 0; p->row < s->m; p->row += MK_PACKED_ROWS) {
        p->rows = smaller(MK_PACKED_ROWS, s->m - p->row);
        p->row_tasks = tiles(p->rows, MK_TASK_ROWS);
        // The columns stay packed for all blocks of rows.
        run_tasks(parallel, p->row_tasks + (p->row == 0 ? p->column_tasks : 0), p, pack_task);
        run_tasks(parallel, p->row_tasks * p->column_tasks, p, multiply_task);
      }
    }
  }
  mk_free(p->packed_a, capacity);
  return MK_OK;
}

// Half precision keeps its sums in float32 over all of k.
static mk_status multiply_half(mk_dtype dtype, product *p, bool parallel) {
  mk_gemm_shape shape = p->shape;
  size_t capacity;
  float *sums = mk_alloc((size_t)(shape.m * shape.n) * sizeof(float), &capacity);
  if (!sums) return MK_OUT_OF_MEMORY;
  uint16_t *c = (uint16_t *)p->c;
  mk_gemm_kernels kernels = *p->kernels;
  kernels.write_tile = mk_gemm_kernels_of(MK_FLOAT32)->write_tile;
  product q = *p;
  q.kernels = &kernels;
  q.shape.c_row = shape.n;
  q.c = (char *)sums;
  q.c_item = sizeof(float);
  q.accumulate = false;
  mk_status status = multiply(&q, parallel);
  for (int64_t i = 0; status == MK_OK && i < shape.m; i++) {
    for (int64_t j = 0; j < shape.n; j++) {
      uint16_t *to = c + i * shape.c_row + j;
      float sum = sums[i * shape.n + j];
      if (dtype == MK_FLOAT16) *to = mk_store_f16(p->accumulate ? mk_load_f16(*to) + sum : sum);
      else *to = mk_store_bf16(p->accumulate ? mk_load_bf16(*to) + sum : sum);
    }
  }
  mk_free(sums, capacity);
  return status;
}

typedef struct {
  mk_dtype dtype;
  const product *whole;
  bool parallel;
  _Atomic mk_status status;
} batch_job;

static void batch_task(void *context, int64_t begin, int64_t end) {
  batch_job *job = context;
  for (int64_t i = begin; i < end; i++) {
    product p = *job->whole;
    int64_t item = (int64_t)p.kernels->item;
    p.c += i * p.shape.c_batch * item;
    p.a += i * p.shape.a_batch * item;
    p.b += i * p.shape.b_batch * item;
    bool half = job->dtype == MK_FLOAT16 || job->dtype == MK_BFLOAT16;
    mk_status status = half && p.shape.k > MK_DEPTH ? multiply_half(job->dtype, &p, job->parallel)
                                                    : multiply(&p, job->parallel);
    if (status != MK_OK) job->status = status;
  }
}

mk_status mk_gemm(mk_dtype dtype, const mk_gemm_shape *shape, bool accumulate, void *c, const void *a,
                  const void *b) {
  const mk_gemm_kernels *kernels = mk_gemm_kernels_of(dtype);
  if (!kernels) return MK_UNSUPPORTED;
  if (shape->batch <= 0 || shape->m <= 0 || shape->n <= 0) return MK_OK;
  if (shape->k <= 0) {
    for (int64_t i = 0; !accumulate && i < shape->batch * shape->m; i++) {
      int64_t offset = i / shape->m * shape->c_batch + i % shape->m * shape->c_row;
      memset((char *)c + offset * (int64_t)kernels->item, 0, (size_t)shape->n * kernels->item);
    }
    return MK_OK;
  }
  product whole = {.kernels = kernels, .shape = *shape, .accumulate = accumulate, .c = c,
                   .c_item = kernels->item, .a = a, .b = b};
  batch_job job = {.dtype = dtype, .whole = &whole, .status = MK_OK};
  double work = (double)shape->m * (double)shape->n * (double)shape->k;
  // Many small products: whole ones to each thread. Few large ones: all threads in each.
  if (shape->batch > 1 && work < 64.0 * MK_PARALLEL_WORK) {
    mk_parallel_for(shape->batch, (int64_t)(MK_PARALLEL_WORK / 2 / work) + 1, &job, batch_task);
  } else {
    job.parallel = work >= MK_PARALLEL_WORK;
    batch_task(&job, 0, shape->batch);
  }
  return job.status;
}
