// A dimension multiplied by a sparse matrix: resizing and its gradient, means of windows of
// different sizes.
#include "../Normalize/common.h"
#include "../include/mk_resample.h"

// The most entries of a row that are worth gathering for many rows of the matrix at a time.
#define MK_WIDEST 8

typedef struct {
  const mk_sparse *matrix;
  int64_t outer, inner;
  void *out;
  const void *x;
  const void *weights; // of the compute type
  // Where the dimension is the last: entry k of row i is at [k, i], rows filled up by entries of
  // weight 0; else null.
  const int32_t *positions;
  int64_t widest;
} resample_context;

#define MK_TEMPLATE "../Normalize/lanes.h"
#include "../Normalize/each_float.h"
#define MK_TEMPLATE "../Window/resample_rows.h"
#include "../Normalize/each_float.h"

static int64_t widest_row(const mk_sparse *m) {
  int64_t widest = 0;
  for (int64_t i = 0; i < m->rows; i++) {
    int64_t count = m->offsets[i + 1] - m->offsets[i];
    if (count > widest) widest = count;
  }
  return widest;
}

static void set_weight(mk_dtype dtype, void *weights, int64_t i, double value) {
  if (dtype == MK_FLOAT64) ((double *)weights)[i] = value;
  else ((float *)weights)[i] = (float)value;
}

// Whether every row has an entry: one without any has none to repeat.
static bool is_full(const mk_sparse *m) {
  for (int64_t i = 0; i < m->rows; i++) {
    if (m->offsets[i] == m->offsets[i + 1]) return false;
  }
  return true;
}

// Entries side by side for all rows. A row is filled up by its last position with weight 0, so that
// an infinite element reaches no other row.
static void spread(mk_dtype dtype, const mk_sparse *m, int64_t widest, void *weights, int32_t *positions) {
  for (int64_t i = 0; i < m->rows; i++) {
    int64_t begin = m->offsets[i], count = m->offsets[i + 1] - begin;
    for (int64_t k = 0; k < widest; k++) {
      bool real = k < count;
      positions[k * m->rows + i] = m->positions[real ? begin + k : begin + count - 1];
      set_weight(dtype, weights, k * m->rows + i, real ? m->weights[begin + k] : 0);
    }
  }
}

mk_status mk_resample(mk_dtype dtype, const mk_sparse *matrix, int64_t outer, int64_t inner, void *out,
                      const void *x) {
  if (!mk_is_floating(dtype)) return MK_UNSUPPORTED;
  if (outer <= 0 || inner <= 0 || matrix->rows <= 0) return MK_OK;
  int64_t entries = matrix->offsets[matrix->rows], widest = widest_row(matrix);
  bool gathers = inner == 1 && widest <= MK_WIDEST && is_full(matrix);
  if (gathers) entries = widest * matrix->rows;
  size_t capacity, item = dtype == MK_FLOAT64 ? 8 : 4;
  char *scratch = mk_alloc((size_t)entries * (item + sizeof(int32_t)) + 64, &capacity);
  if (!scratch) return MK_OUT_OF_MEMORY;
  resample_context context = {.matrix = matrix, .outer = outer, .inner = inner, .out = out, .x = x,
                              .weights = scratch, .widest = widest};
  if (gathers) {
    int32_t *positions = (int32_t *)(void *)(scratch + (size_t)entries * item);
    spread(dtype, matrix, widest, scratch, positions);
    context.positions = positions;
  } else {
    for (int64_t i = 0; i < entries; i++) set_weight(dtype, scratch, i, matrix->weights[i]);
  }
  int64_t each = inner * (entries / matrix->rows + 1);
  if (gathers) {
    MK_PARALLEL_FLOAT(dtype, outer, mk_grain(MK_GRAIN_CHEAP, each * matrix->rows), &context, resample_lines);
  } else {
    MK_PARALLEL_FLOAT(dtype, outer * matrix->rows, mk_grain(MK_GRAIN_CHEAP, each), &context, resample_rows);
  }
  mk_free(scratch, capacity);
  return MK_OK;
}
