// Recurrent layers: all steps of a direction in one call. Weights are packed once; the products of a step with the
// state before, the gates and the cells follow each other block by block while they are in the nearest cache.
#include "recurrent.h"

#include "../Support/handover.h"

#define MK_PASTE_(a, b) a##_##b
#define MK_PASTE(a, b) MK_PASTE_(a, b)
#define MK_FN(name) MK_PASTE(name, MK_SUFFIX)
#define MK_EXP_FALL(x) MK_PASTE(mk_exp_fall, MK_SUFFIX)(x)
#define MK_EXPM1_FALL(x) MK_PASTE(mk_expm1_fall, MK_SUFFIX)(x)

#define MK_SUFFIX f32
#define MK_C float
#include "products.h"
#include "cells_forward.h"
#include "cells_backward.h"
#include "phases.h"
#undef MK_SUFFIX
#undef MK_C

#define MK_SUFFIX f64
#define MK_C double
#include "products.h"
#include "cells_forward.h"
#include "cells_backward.h"
#include "phases.h"
#undef MK_SUFFIX
#undef MK_C

// Rows that are multiplied together, which no thread should have fewer of.
#define MK_TEAM_ROWS 8
// Multiplications of a step that are worth a thread.
#define MK_STEP_WORK 65536

typedef struct {
  recurrent_phase *run;
  int64_t blocks;
  int64_t work; // multiplications for one row of one block
} phase;

typedef struct {
  const recurrent_job *job;
  const phase *phases;
  int64_t phase_count;
  bool ascending; // the order of the steps
  int64_t t;      // where all threads are in the same step
  mk_handover handover;
} walk;

static int64_t step_at(const walk *w, int64_t index) { return w->ascending ? index : w->job->r->steps - 1 - index; }

// Takes teams of rows through all steps, of which half go over to a thread that has none left.
static void walk_share(walk *w, mk_share share) {
  for (int64_t s = share.step; s < w->job->r->steps; s++) {
    int64_t half = share.begin + (share.end - share.begin + 1) / 2;
    if (half < share.end && mk_somebody_waits(&w->handover) &&
        mk_hand_over(&w->handover, (mk_share){half, share.end, s}))
      share.end = half;
    for (int64_t p = 0; p < w->phase_count; p++)
      w->phases[p].run(w->job, step_at(w, s), share.begin * MK_TEAM_ROWS, share.end * MK_TEAM_ROWS, 0,
                       w->phases[p].blocks);
  }
}

// Rows do not depend on each other: each thread begins with some of them.
static void walk_rows(void *context, int64_t index, int64_t team) {
  walk *w = context;
  int64_t teams = (w->job->r->batch_sizes[0] - 1) / MK_TEAM_ROWS + 1;
  mk_share share = {index * teams / team, (index + 1) * teams / team, 0};
  do {
    walk_share(w, share);
  } while (team > 1 && mk_take_over(&w->handover, index, team, &share));
}

static void walk_blocks(void *context, int64_t begin, int64_t end) {
  const walk *w = context;
  w->phases->run(w->job, w->t, 0, w->job->r->batch_sizes[w->t], begin, end);
}

static void walk_steps(const recurrent_job *job, const phase *phases, int64_t count, bool ascending) {
  const mk_recurrence *r = job->r;
  walk w = {.job = job, .phases = phases, .phase_count = count, .ascending = ascending};
  int64_t threads = mk_thread_count(), batch = r->batch_sizes[0];
  int64_t teams = (batch - 1) / MK_TEAM_ROWS + 1;
  int64_t most = ((teams - 1) / threads + 1) * MK_TEAM_ROWS;
  // Few rows cannot be shared out evenly; then each thread takes columns of every step.
  if (threads == 1 || most * threads <= batch + batch / 4) {
    mk_parallel_team(smaller(smaller(teams, threads), mk_handover_threads), &w, walk_rows);
    return;
  }
  for (int64_t s = 0; s < r->steps; s++) {
    w.t = step_at(&w, s);
    for (int64_t p = 0; p < count; p++) {
      w.phases = phases + p;
      int64_t work = phases[p].work * r->batch_sizes[w.t] + 1;
      mk_parallel_for(phases[p].blocks, MK_STEP_WORK / work + 1, &w, walk_blocks);
    }
  }
}

typedef struct {
  const mk_gemm_kernels *kernels;
  char *to;
  const char *x;
  int64_t groups, columns, k, column_stride, depth_stride;
} pack_job;

static int64_t panel_count(int64_t columns, int64_t width) { return (columns + width - 1) / width; }

static void pack_block(void *context, int64_t block) {
  const pack_job *p = context;
  int64_t width = p->kernels->panel_columns, first = block * width, item = (int64_t)p->kernels->item;
  for (int64_t group = 0; group < p->groups; group++)
    p->kernels->pack(p->to + (block * p->groups + group) * width * p->k * item,
                     p->x + (group * p->columns + first) * p->column_stride * item, width,
                     smaller(width, p->columns - first), p->k, p->column_stride, p->depth_stride);
}

// Panels of groups of `columns` columns each, k deep; the groups' panels of a block side by side.
static void pack(const mk_gemm_kernels *kernels, char *to, const void *x, int64_t groups, int64_t columns, int64_t k,
                 int64_t column_stride, int64_t depth_stride) {
  pack_job job = {kernels, to, x, groups, columns, k, column_stride, depth_stride};
  mk_parallel_tasks(panel_count(columns, kernels->panel_columns), &job, pack_block);
}

static int64_t gate_count(mk_cell cell) { return cell == MK_CELL_LSTM ? 4 : cell == MK_CELL_GRU ? 3 : 1; }

static void fill_first(int64_t *first, const mk_recurrence *r) {
  first[0] = 0;
  for (int64_t t = 0; t + 1 < r->steps; t++) first[t + 1] = first[t] + r->batch_sizes[t];
}

mk_status mk_recurrence_forward(mk_dtype dtype, const mk_recurrence *r, const mk_recurrence_state *state,
                                const void *x, const void *bias, void *last_cell) {
  if (dtype != MK_FLOAT32 && dtype != MK_FLOAT64) return MK_UNSUPPORTED;
  if (r->steps <= 0 || r->batch_sizes[0] <= 0 || r->hidden <= 0 || r->width <= 0) return MK_OK;
  bool single = dtype == MK_FLOAT32;
  const mk_gemm_kernels *kernels = mk_gemm_kernels_of(dtype);
  int64_t gates = gate_count(r->cell), width = kernels->panel_columns;
  int64_t unit_blocks = panel_count(r->hidden, width), state_blocks = panel_count(r->width, width);
  size_t weight_bytes = (size_t)(unit_blocks * gates * width * r->width) * kernels->item;
  size_t projection_bytes = r->projects ? (size_t)(state_blocks * width * r->hidden) * kernels->item : 0;
  size_t capacity;
  char *scratch = mk_alloc(weight_bytes + projection_bytes + (size_t)r->steps * sizeof(int64_t), &capacity);
  if (!scratch) return MK_OUT_OF_MEMORY;
  int64_t *first = (int64_t *)(scratch + weight_bytes + projection_bytes);
  fill_first(first, r);
  recurrent_job job = {.r = r, .state = *state, .first = first, .gates = gates, .weight = scratch, .x = x,
                       .bias = bias, .last_cell = last_cell};
  job.add_product = mk_rows_kernel_of(dtype);
  pack(kernels, scratch, state->weight, gates, r->hidden, r->width, r->width, 1);
  if (r->projects) {
    job.projection = scratch + weight_bytes;
    pack(kernels, scratch + weight_bytes, state->projection, 1, r->width, r->hidden, r->hidden, 1);
  }
  if (r->cell == MK_CELL_LSTM) {
    size_t bytes = (size_t)(r->batch_sizes[0] * r->hidden) * kernels->item;
    if (state->c0) memcpy(last_cell, state->c0, bytes);
    else memset(last_cell, 0, bytes);
  }
  phase phases[] = {{single ? advance_f32 : advance_f64, unit_blocks, gates * width * r->width},
                    {single ? project_f32 : project_f64, state_blocks, width * r->hidden}};
  walk_steps(&job, phases, r->projects ? 2 : 1, !r->reversed);
  mk_free(scratch, capacity);
  return MK_OK;
}

mk_status mk_recurrence_backward(mk_dtype dtype, const mk_recurrence *r, const mk_recurrence_state *state,
                                 const void *dout, void *dx, void *drecurrent, void *dprojected, void *dh0,
                                 void *dcell) {
  if (dtype != MK_FLOAT32 && dtype != MK_FLOAT64) return MK_UNSUPPORTED;
  if (r->steps <= 0 || r->batch_sizes[0] <= 0 || r->hidden <= 0 || r->width <= 0) return MK_OK;
  bool single = dtype == MK_FLOAT32;
  const mk_gemm_kernels *kernels = mk_gemm_kernels_of(dtype);
  int64_t gates = gate_count(r->cell), width = kernels->panel_columns, depth = gates * r->hidden;
  int64_t unit_blocks = panel_count(r->hidden, width), state_blocks = panel_count(r->width, width);
  size_t weight_bytes = (size_t)(state_blocks * width * depth) * kernels->item;
  size_t projection_bytes = r->projects ? (size_t)(unit_blocks * width * r->width) * kernels->item : 0;
  size_t carry_bytes = r->cell == MK_CELL_GRU ? (size_t)(r->batch_sizes[0] * r->hidden) * kernels->item : 0;
  carry_bytes = (carry_bytes + 63) & ~(size_t)63;
  size_t capacity;
  char *scratch =
      mk_alloc(weight_bytes + projection_bytes + carry_bytes + (size_t)r->steps * sizeof(int64_t), &capacity);
  if (!scratch) return MK_OUT_OF_MEMORY;
  int64_t *first = (int64_t *)(scratch + weight_bytes + projection_bytes + carry_bytes);
  fill_first(first, r);
  recurrent_job job = {.r = r, .state = *state, .first = first, .gates = gates, .weight = scratch, .dout = dout,
                       .dx = dx, .drecurrent = drecurrent, .dprojected = dprojected, .dh0 = dh0, .dcell = dcell};
  job.add_product = mk_rows_kernel_of(dtype);
  pack(kernels, scratch, state->weight, 1, r->width, depth, 1, r->width);
  if (r->projects) {
    job.projection = scratch + weight_bytes;
    pack(kernels, scratch + weight_bytes, state->projection, 1, r->hidden, r->width, 1, r->hidden);
  }
  if (carry_bytes > 0) {
    job.carry = scratch + weight_bytes + projection_bytes;
    memset(job.carry, 0, carry_bytes);
  }
  phase cells = {single ? retreat_f32 : retreat_f64, unit_blocks, width * (r->projects ? r->width : depth)};
  phase projected = {single ? retreat_projected_f32 : retreat_projected_f64, state_blocks, width * depth};
  phase phases[] = {r->projects ? projected : cells, cells};
  walk_steps(&job, phases, r->projects ? 2 : 1, r->reversed);
  if (dh0) {
    phase initial = {single ? retreat_initial_f32 : retreat_initial_f64, state_blocks, width * depth};
    walk_steps(&job, &initial, 1, true);
  }
  mk_free(scratch, capacity);
  return MK_OK;
}
