// Blocked matrix product (Goto and van de Geijn, "Anatomy of high-performance matrix
// multiplication", 2008): the right operand is packed into panels, the left one too unless it can be read
// where it lies, tiles of the result are sums over a block of k. Every element adds its terms in the same
// order whatever the number of threads.
//
// One operand is packed for all threads. Then each thread takes some lines of the other, packs them
// for itself and multiplies them, and takes more, until there are none: a thread that the system holds
// up takes fewer.
#include <sched.h>
#include <stdatomic.h>
#include <string.h>

#include "../Support/claims.h"
#include "../Support/half.h"
#include "../include/mk_memory.h"
#include "../include/mk_parallel.h"
#include "kernels.h"

// Greatest depth that is packed at one time, and most lines: of the operand that is packed for all,
// and of what a thread takes of the other.
#define MK_PACKED_DEPTH 1120
#define MK_SHARED_LINES 1920
#define MK_OWN_LINES 192
// Multiplications that are worth more threads.
#define MK_PARALLEL_WORK 131072

// An operand as panels of lines: the rows of a, the columns of b.
typedef struct {
  const char *x;
  int64_t lines, width, line_stride, depth_stride;
  // Else it is read where it lies.
  bool is_packed;
} operand;

typedef struct {
  const mk_gemm_kernels *kernels;
  operand a, b;
  int64_t k;
  // Whether threads take rows, or columns.
  bool takes_rows;
  char *c;
  int64_t c_row;
  // Whether c is of the compute type.
  bool direct;
  bool accumulate;
  size_t item, c_item, compute_item;

  // What is being packed and multiplied: some lines of the operand that is packed for all, and blocks of
  // the depth, all of one length but the last.
  int64_t first_line, line_count, first_depth, depth_count, block;
  char *shared, *own;
  size_t own_bytes;
  atomic_llong next_pack, packed, next_unit;
} product;

static int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }
static int64_t parts(int64_t size, int64_t part) { return (size + part - 1) / part; }

// Bytes of the panels of some lines.
static int64_t panel_bytes(const product *p, const operand *o, int64_t lines, int64_t depth) {
  return parts(lines, o->width) * o->width * depth * (int64_t)p->compute_item;
}

// Where a line begins at a depth.
static const char *place(const product *p, const operand *o, int64_t line, int64_t depth) {
  return o->x + (line * o->line_stride + depth * o->depth_stride) * (int64_t)p->item;
}

// The depth of a block from `depth` on, which counts from the first that is packed.
static int64_t block_depth(const product *p, int64_t depth) { return smaller(p->block, p->depth_count - depth); }

// Where the block at `depth` of the operand that all share begins.
static char *shared_block(const product *p, const operand *o, int64_t depth) {
  return p->shared + depth / p->block * panel_bytes(p, o, p->line_count, p->block);
}

// Packs the operand that all share, block by block of its depth and some panels at a time.
static void pack_shared(product *p, const operand *o) {
  const int64_t lines = 8 * o->width;
  int64_t groups = parts(p->line_count, lines), tasks = groups * parts(p->depth_count, p->block);
  for (;;) {
    int64_t task = atomic_fetch_add_explicit(&p->next_pack, 1, memory_order_relaxed);
    if (task >= tasks) break;
    int64_t line = task % groups * lines, depth = task / groups * p->block, count = block_depth(p, depth);
    p->kernels->pack(shared_block(p, o, depth) + panel_bytes(p, o, line, count),
                     place(p, o, p->first_line + line, p->first_depth + depth), o->width,
                     smaller(lines, p->line_count - line), count, o->line_stride, o->depth_stride);
    atomic_fetch_add_explicit(&p->packed, 1, memory_order_release);
  }
  // The others are about to finish, unless the system runs something else in their place.
  for (int spins = 0; atomic_load_explicit(&p->packed, memory_order_acquire) < tasks; spins++) {
    if (spins % 1024 == 1023) sched_yield();
  }
}

// Tiles of rows [row, row + rows), which are given packed or are null, and of columns [column, column +
// columns), of which panels are given.
static void multiply_panels(const product *p, const char *packed_a, int64_t row, int64_t rows, const char *b,
                            int64_t column, int64_t columns, int64_t depth, int64_t count) {
  const int64_t width = p->b.width, item = (int64_t)p->c_item, b_step = panel_bytes(p, &p->b, width, count);
  bool accumulates = p->accumulate || p->first_depth + depth > 0;
  mk_tiles tiles = {.k = count, .a = packed_a, .a_is_packed = packed_a, .a_is_new = !packed_a};
  if (!packed_a) {
    tiles.a = place(p, &p->a, row, p->first_depth + depth);
    tiles.a_row = p->a.line_stride;
  }
  for (int64_t j = 0; j < columns; j += width, b += b_step, tiles.a_is_new = false) {
    int64_t wide = smaller(width, columns - j);
    char *c = p->c + (row * p->c_row + column + j) * item;
    tiles.b = b;
    tiles.next = columns - j > width ? b + b_step : NULL;
    tiles.columns = parts(wide, p->kernels->vector_columns) * p->kernels->vector_columns;
    if (p->direct && wide == tiles.columns) {
      tiles.rows = rows;
      tiles.out = c;
      tiles.out_row = p->c_row;
      tiles.accumulate = accumulates;
      p->kernels->multiply(&tiles);
      continue;
    }
    _Alignas(64) char scratch[MK_TILE_ROWS * MK_TILE_BYTES];
    mk_tiles tile = tiles;
    tile.out = scratch;
    tile.out_row = width;
    tile.accumulate = false;
    for (int64_t i = 0; i < rows; i += MK_TILE_ROWS) {
      tile.rows = smaller(MK_TILE_ROWS, rows - i);
      tile.a = (const char *)tiles.a +
               (packed_a ? panel_bytes(p, &p->a, i, count) : i * tiles.a_row * (int64_t)p->compute_item);
      p->kernels->multiply(&tile);
      p->kernels->write_rows(c + i * p->c_row * item, p->c_row, scratch, accumulates, tile.rows, wide);
    }
  }
}

// Takes lines of the operand that is not shared until there are none.
static void multiply_lines(product *p, int64_t index, int64_t team) {
  const operand *shared = p->takes_rows ? &p->b : &p->a, *own = p->takes_rows ? &p->a : &p->b;
  char *packed = own->is_packed ? p->own + (size_t)index * p->own_bytes : NULL;
  int64_t unit, take;
  while (mk_claim(&p->next_unit, parts(own->lines, own->width), team, MK_OWN_LINES / own->width, &unit, &take)) {
    int64_t line = unit * own->width, lines = smaller(take * own->width, own->lines - line);
    for (int64_t depth = 0; depth < p->depth_count; depth += p->block) {
      int64_t count = block_depth(p, depth);
      if (packed)
        p->kernels->pack(packed, place(p, own, line, p->first_depth + depth), own->width, lines, count,
                         own->line_stride, own->depth_stride);
      const char *of_all = shared->is_packed ? shared_block(p, shared, depth) : NULL;
      if (p->takes_rows)
        multiply_panels(p, packed, line, lines, of_all, p->first_line, p->line_count, depth, count);
      else
        multiply_panels(p, of_all, p->first_line, p->line_count, packed, line, lines, depth, count);
    }
  }
}

static void multiply_part(void *context, int64_t index, int64_t team) {
  product *p = context;
  const operand *shared = p->takes_rows ? &p->b : &p->a;
  if (shared->is_packed) pack_shared(p, shared);
  multiply_lines(p, index, team);
}

static size_t whole_lines(int64_t bytes) { return ((size_t)bytes + 63) & ~(size_t)63; }

// One matrix of the batch. `k` is at least 1.
static mk_status multiply(product *p, bool parallel) {
  // The smaller operand is shared: it stays in the caches. Rows are taken in finer pieces, which even out better.
  p->takes_rows = p->b.lines <= 2 * p->a.lines;
  const operand *shared = p->takes_rows ? &p->b : &p->a, *own = p->takes_rows ? &p->a : &p->b;
  int64_t threads = parallel ? smaller(mk_thread_count(), parts(own->lines, own->width)) : 1;
  // Blocks of one depth, as even as whole lines of the cache are.
  p->block = smaller(p->k, parts(parts(p->k, parts(p->k, MK_TILE_DEPTH)), 16) * 16);
  int64_t depth = parts(smaller(p->k, MK_PACKED_DEPTH), p->block) * p->block;
  int64_t shared_block = panel_bytes(p, shared, smaller(shared->lines, MK_SHARED_LINES), p->block);
  int64_t own_block = panel_bytes(p, own, smaller(own->lines, MK_OWN_LINES), p->block);
  size_t shared_bytes = shared->is_packed ? whole_lines(depth / p->block * shared_block) : 0;
  p->own_bytes = own->is_packed ? whole_lines(own_block) : 0;
  size_t capacity;
  p->shared = mk_alloc(shared_bytes + (size_t)threads * p->own_bytes, &capacity);
  if (!p->shared) return MK_OUT_OF_MEMORY;
  p->own = p->shared + shared_bytes;
  for (p->first_line = 0; p->first_line < shared->lines; p->first_line += MK_SHARED_LINES) {
    p->line_count = smaller(MK_SHARED_LINES, shared->lines - p->first_line);
    for (p->first_depth = 0; p->first_depth < p->k; p->first_depth += depth) {
      p->depth_count = smaller(depth, p->k - p->first_depth);
      p->next_pack = p->packed = p->next_unit = 0;
      if (threads > 1) mk_parallel_team(threads, p, multiply_part);
      else multiply_part(p, 0, 1);
    }
  }
  mk_free(p->shared, capacity);
  return MK_OK;
}

// Half precision keeps its sums in float32 over all of k.
static mk_status multiply_half(mk_dtype dtype, product *p, bool parallel) {
  int64_t m = p->a.lines, n = p->b.lines;
  size_t capacity;
  float *sums = mk_alloc((size_t)(m * n) * sizeof(float), &capacity);
  if (!sums) return MK_OUT_OF_MEMORY;
  mk_gemm_kernels kernels = *p->kernels;
  kernels.write_rows = mk_gemm_kernels_of(MK_FLOAT32)->write_rows;
  product q = *p;
  q.kernels = &kernels;
  q.c = (char *)sums;
  q.c_row = n;
  q.c_item = sizeof(float);
  q.direct = true;
  q.accumulate = false;
  mk_status status = multiply(&q, parallel);
  for (int64_t i = 0; status == MK_OK && i < m; i++) {
    uint16_t *row = (uint16_t *)p->c + i * p->c_row;
    for (int64_t j = 0; j < n; j++) {
      float sum = sums[i * n + j];
      if (dtype == MK_FLOAT16) row[j] = mk_store_f16(p->accumulate ? mk_load_f16(row[j]) + sum : sum);
      else row[j] = mk_store_bf16(p->accumulate ? mk_load_bf16(row[j]) + sum : sum);
    }
  }
  mk_free(sums, capacity);
  return status;
}

typedef struct {
  mk_dtype dtype;
  const mk_gemm_shape *shape;
  const product *whole;
  bool parallel;
  _Atomic mk_status status;
} batch_job;

static void batch_task(void *context, int64_t begin, int64_t end) {
  batch_job *job = context;
  const mk_gemm_shape *s = job->shape;
  for (int64_t i = begin; i < end; i++) {
    product p = *job->whole;
    int64_t item = (int64_t)p.item;
    p.c += i * s->c_batch * item;
    p.a.x += i * s->a_batch * item;
    p.b.x += i * s->b_batch * item;
    bool half = job->dtype == MK_FLOAT16 || job->dtype == MK_BFLOAT16;
    mk_status status =
        half && p.k > MK_TILE_DEPTH ? multiply_half(job->dtype, &p, job->parallel) : multiply(&p, job->parallel);
    if (status != MK_OK) job->status = status;
  }
}

static void write_zeros(const mk_gemm_shape *s, size_t item, char *c) {
  for (int64_t i = 0; i < s->batch * s->m; i++)
    memset(c + (i / s->m * s->c_batch + i % s->m * s->c_row) * (int64_t)item, 0, (size_t)s->n * item);
}

mk_status mk_gemm(mk_dtype dtype, const mk_gemm_shape *shape, bool accumulate, void *c, const void *a,
                  const void *b) {
  const mk_gemm_kernels *kernels = mk_gemm_kernels_of(dtype);
  if (!kernels) return MK_UNSUPPORTED;
  if (shape->batch <= 0 || shape->m <= 0 || shape->n <= 0) return MK_OK;
  if (shape->k <= 0) {
    if (!accumulate) write_zeros(shape, kernels->item, c);
    return MK_OK;
  }
  bool direct = kernels->item == kernels->compute_item;
  bool reads_a = direct && shape->a_column == 1;
  product whole = {
      .kernels = kernels,
      .a = {a, shape->m, MK_TILE_ROWS, shape->a_row, shape->a_column,
            !reads_a},
      .b = {b, shape->n, kernels->tile_columns, shape->b_column, shape->b_row, true},
      .k = shape->k,
      .c = c,
      .c_row = shape->c_row,
      .direct = direct,
      .accumulate = accumulate,
      .item = kernels->item,
      .c_item = kernels->item,
      .compute_item = kernels->compute_item,
  };
  batch_job job = {.dtype = dtype, .shape = shape, .whole = &whole, .status = MK_OK};
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

typedef struct {
  const mk_gemm_kernels *kernels;
  char *out;
  const char *b;
  int64_t k, n, b_row, b_column, width, depth, steps;
} panels_job;

// Lines of the depth that are packed at one time.
enum { panel_step = 64 };

static void pack_range(void *context, int64_t begin, int64_t end) {
  const panels_job *job = context;
  const int64_t item = (int64_t)job->kernels->item, compute = (int64_t)job->kernels->compute_item;
  for (int64_t index = begin; index < end; index++) {
    int64_t column = index / job->steps * job->width, first = index % job->steps * panel_step;
    int64_t last = smaller(first + panel_step, job->k), filled = smaller(first + panel_step, job->depth);
    char *out = job->out + (column * job->depth + first * job->width) * compute;
    if (first < last)
      job->kernels->pack(out, job->b + (first * job->b_row + column * job->b_column) * item, job->width,
                         smaller(job->width, job->n - column), last - first, job->b_column, job->b_row);
    else last = first;
    memset(out + (last - first) * job->width * compute, 0, (size_t)((filled - last) * job->width * compute));
  }
}

mk_status mk_pack_panels(mk_dtype dtype, void *out, const void *b, int64_t k, int64_t n, int64_t b_row,
                         int64_t b_column, int64_t width, int64_t depth) {
  const mk_gemm_kernels *kernels = mk_gemm_kernels_of(dtype);
  if (!kernels) return MK_UNSUPPORTED;
  if (k <= 0 || n <= 0 || width <= 0 || depth < k) return MK_OK;
  panels_job job = {kernels, out, b, k, n, b_row, b_column, width, depth, parts(depth, panel_step)};
  int64_t count = parts(n, width) * job.steps;
  mk_parallel_for(count, MK_PARALLEL_WORK / 8 / (panel_step * width) + 1, &job, pack_range);
  return MK_OK;
}
