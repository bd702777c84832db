// Batch normalisation (Ioffe and Szegedy, 2015) over [outer, channels, inner].
#include "common.h"

// Elements of a plane that one work item handles: they stay in the first-level cache between two passes.
#define MK_BLOCK 8192
// Planes at least this long are handled as runs, shorter ones as columns.
#define MK_PLANE 64
// Lines of a chunk and columns of a band that are summed together.
#define MK_CHUNK_LINES 64
#define MK_BAND 128

typedef struct {
  int64_t outer, channels, inner;
  int64_t blocks;      // planes: blocks in one
  int64_t line, total; // columns: their number, and all elements
  bool training;
  const void *x, *dy, *mean, *rstd, *weight, *bias;
  void *y; // backward: dx
  void *partials;
  const double *average, *slope; // backward: per channel
  void *column_mean, *column_scale, *column_shift, *column_slope, *channel_values;
} batch_norm_context;

#define MK_TEMPLATE "../Normalize/lanes.h"
#include "each_float.h"
#define MK_TEMPLATE "../Normalize/moments.h"
#include "each_float.h"
#define MK_TEMPLATE "../Normalize/batch_norm_planes.h"
#include "each_float.h"
#define MK_TEMPLATE "../Normalize/batch_norm_columns.h"
#include "each_float.h"

static bool has_planes(const batch_norm_context *c) { return c->inner >= MK_PLANE; }

static batch_norm_context geometry(int64_t outer, int64_t channels, int64_t inner) {
  batch_norm_context c = {.outer = outer, .channels = channels, .inner = inner,
                          .total = outer * channels * inner, .blocks = (inner - 1) / MK_BLOCK + 1};
  int64_t row = channels * inner, fold = row > 0 ? MK_BAND / row : 1;
  c.line = row * (fold < 1 ? 1 : fold > outer ? outer : fold);
  return c;
}

static int64_t chunks(const batch_norm_context *c) { return (c->total - 1) / (c->line * MK_CHUNK_LINES) + 1; }

static size_t compute_size(mk_dtype dtype) { return dtype == MK_FLOAT64 ? sizeof(double) : sizeof(float); }

static double load_compute(mk_dtype dtype, const void *p, int64_t i) {
  return dtype == MK_FLOAT64 ? ((const double *)p)[i] : (double)((const float *)p)[i];
}

static void store_compute(mk_dtype dtype, void *p, int64_t i, double value) {
  if (dtype == MK_FLOAT64) ((double *)p)[i] = value;
  else ((float *)p)[i] = (float)value;
}

// Elements of column `j` in a chunk.
static int64_t column_count(const batch_norm_context *c, int64_t chunk, int64_t j) {
  int64_t length = c->total - chunk * MK_CHUNK_LINES * c->line;
  if (length > MK_CHUNK_LINES * c->line) length = MK_CHUNK_LINES * c->line;
  return length / c->line + (j < length % c->line);
}

// Adds up partial pairs per channel in a fixed order: first and second of every pair into `sums`, and, about
// `means` where given, count * (first - mean)^2 into the second.
static void add_partials(const batch_norm_context *c, mk_dtype dtype, bool first_by_count, const double *means,
                         double *first, double *second) {
  for (int64_t i = 0; i < c->channels; i++) {
    if (first) first[i] = 0;
    if (second) second[i] = 0;
  }
  if (has_planes(c)) {
    const double *p = c->partials;
    for (int64_t plane = 0; plane < c->outer * c->channels; plane++) {
      int64_t channel = plane % c->channels;
      for (int64_t block = 0; block < c->blocks; block++, p += 2) {
        int64_t left = c->inner - block * MK_BLOCK, count = left < MK_BLOCK ? left : MK_BLOCK;
        double distance = means ? p[0] - means[channel] : 0;
        if (first) first[channel] += first_by_count ? p[0] * (double)count : p[0];
        if (second) second[channel] += p[1] + distance * distance * (double)count;
      }
    }
    return;
  }
  int64_t row = c->channels * c->inner, all = chunks(c);
  for (int64_t chunk = 0; chunk < all; chunk++) {
    int64_t full = column_count(c, chunk, c->line), base = 2 * chunk * c->line;
    int64_t extra = chunk + 1 == all ? c->total % c->line : 0;
    for (int64_t fold = 0; fold < c->line; fold += row) {
      for (int64_t channel = 0; channel < c->channels; channel++) {
        for (int64_t i = 0; i < c->inner; i++) {
          int64_t j = fold + channel * c->inner + i;
          double count = (double)(full + (j < extra)), value = load_compute(dtype, c->partials, base + j);
          double distance = means ? value - means[channel] : 0;
          if (first) first[channel] += first_by_count ? value * count : value;
          if (second)
            second[channel] += load_compute(dtype, c->partials, base + c->line + j) + distance * distance * count;
        }
      }
    }
  }
}

// Bytes of the partial pairs that a pass over all elements leaves.
static size_t partial_bytes(const batch_norm_context *c, mk_dtype dtype) {
  return has_planes(c) ? (size_t)(c->outer * c->channels * c->blocks) * 2 * sizeof(double)
                       : (size_t)(chunks(c) * c->line) * 2 * compute_size(dtype);
}

mk_status mk_batch_stats(mk_dtype dtype, int64_t outer, int64_t channels, int64_t inner, void *mean,
                         void *variance, const void *x) {
  if (!mk_is_floating(dtype)) return MK_UNSUPPORTED;
  batch_norm_context c = geometry(outer, channels, inner);
  c.x = x;
  if (channels <= 0) return MK_OK;
  if (c.total <= 0) {
    for (int64_t i = 0; i < channels; i++) {
      store_compute(dtype, mean, i, (double)NAN);
      store_compute(dtype, variance, i, (double)NAN);
    }
    return MK_OK;
  }
  size_t partial = partial_bytes(&c, dtype), capacity = 0;
  void *scratch = mk_alloc(partial + 2 * (size_t)channels * sizeof(double), &capacity);
  if (!scratch) return MK_OUT_OF_MEMORY;
  double *means = scratch, *squares = means + channels;
  c.partials = squares + channels;
  if (has_planes(&c)) {
    int64_t items = outer * channels * c.blocks;
    int64_t each = inner < MK_BLOCK ? inner : MK_BLOCK;
    MK_PARALLEL_FLOAT(dtype, items, mk_grain(MK_GRAIN_CHEAP, each), &c, plane_stats);
  } else {
    MK_PARALLEL_FLOAT(dtype, chunks(&c), mk_grain(MK_GRAIN_CHEAP, c.line * MK_CHUNK_LINES), &c, column_stats);
  }
  double count = (double)outer * (double)inner;
  add_partials(&c, dtype, true, NULL, means, NULL);
  for (int64_t i = 0; i < channels; i++) means[i] /= count;
  add_partials(&c, dtype, true, means, NULL, squares);
  for (int64_t i = 0; i < channels; i++) {
    store_compute(dtype, mean, i, means[i]);
    store_compute(dtype, variance, i, squares[i] / count);
  }
  mk_free(scratch, capacity);
  return MK_OK;
}

// Room for the values of the columns, rounded up to whole vectors; the caller frees `*scratch`.
static bool column_room(batch_norm_context *c, mk_dtype dtype, void **scratch, size_t *capacity) {
  size_t item = compute_size(dtype), line = ((size_t)c->line + 15) / 16 * 16;
  char *block = mk_alloc((4 * line + (size_t)c->channels) * item, capacity);
  if (!block) return false;
  *scratch = block;
  c->column_mean = block;
  c->column_scale = block + line * item;
  c->column_shift = block + 2 * line * item;
  c->column_slope = block + 3 * line * item;
  c->channel_values = block + 4 * line * item;
  return true;
}

static void fill_columns(mk_dtype dtype, const batch_norm_context *c) {
  switch (dtype) {
    case MK_FLOAT32: column_values_f32(c); break;
    case MK_FLOAT64: column_values_f64(c); break;
    case MK_FLOAT16: column_values_f16(c); break;
    default: column_values_bf16(c); break;
  }
}

mk_status mk_batch_norm(mk_dtype dtype, int64_t outer, int64_t channels, int64_t inner, void *y,
                        const void *x, const void *mean, const void *rstd, const void *weight,
                        const void *bias) {
  if (!mk_is_floating(dtype)) return MK_UNSUPPORTED;
  batch_norm_context c = geometry(outer, channels, inner);
  if (c.total <= 0) return MK_OK;
  c.y = y;
  c.x = x;
  c.mean = mean;
  c.rstd = rstd;
  c.weight = weight;
  c.bias = bias;
  if (has_planes(&c)) {
    int64_t each = inner < MK_BLOCK ? inner : MK_BLOCK;
    MK_PARALLEL_FLOAT(dtype, outer * channels * c.blocks, mk_grain(MK_GRAIN_CHEAP, each), &c, plane_apply);
    return MK_OK;
  }
  void *scratch;
  size_t capacity;
  if (!column_room(&c, dtype, &scratch, &capacity)) return MK_OUT_OF_MEMORY;
  fill_columns(dtype, &c);
  int64_t lines = (c.total - 1) / c.line + 1;
  MK_PARALLEL_FLOAT(dtype, lines, mk_grain(MK_GRAIN_CHEAP, c.line), &c, column_apply);
  mk_free(scratch, capacity);
  return MK_OK;
}

static void store_parameter(mk_dtype dtype, void *p, int64_t i, double value) {
  switch (dtype) {
    case MK_FLOAT32: ((float *)p)[i] = (float)value; break;
    case MK_FLOAT64: ((double *)p)[i] = value; break;
    case MK_FLOAT16: ((mk_f16 *)p)[i] = mk_store_f16((float)value); break;
    default: ((mk_bf16 *)p)[i] = mk_store_bf16((float)value); break;
  }
}

mk_status mk_batch_norm_backward(mk_dtype dtype, bool training, int64_t outer, int64_t channels,
                                 int64_t inner, void *dx, void *dweight, void *dbias, const void *dy,
                                 const void *x, const void *mean, const void *rstd, const void *weight) {
  if (!mk_is_floating(dtype)) return MK_UNSUPPORTED;
  if (channels <= 0) return MK_OK;
  batch_norm_context c = geometry(outer, channels, inner);
  c.training = training;
  c.y = dx;
  c.dy = dy;
  c.x = x;
  c.mean = mean;
  c.rstd = rstd;
  c.weight = weight;
  bool planes = has_planes(&c), empty = c.total <= 0;
  bool sums = dweight || dbias || (dx && training);
  size_t capacity = 0, column_capacity = 0;
  void *columns = NULL;
  double *plain =
      mk_alloc((empty ? 0 : partial_bytes(&c, dtype)) + 2 * (size_t)channels * sizeof(double), &capacity);
  if (!plain) return MK_OUT_OF_MEMORY;
  double *moment = plain + channels;
  c.partials = moment + channels;
  if (!planes && !empty) {
    if (!column_room(&c, dtype, &columns, &column_capacity)) {
      mk_free(plain, capacity);
      return MK_OUT_OF_MEMORY;
    }
    fill_columns(dtype, &c);
  }
  int64_t items = outer * channels * c.blocks, each = inner < MK_BLOCK ? inner : MK_BLOCK;
  for (int64_t i = 0; i < 2 * channels; i++) plain[i] = 0;
  if (sums && !empty) {
    if (planes) {
      MK_PARALLEL_FLOAT(dtype, items, mk_grain(MK_GRAIN_CHEAP, each), &c, plane_sums);
    } else {
      MK_PARALLEL_FLOAT(dtype, chunks(&c), mk_grain(MK_GRAIN_CHEAP, c.line * MK_CHUNK_LINES), &c, column_sums);
    }
    add_partials(&c, dtype, false, NULL, plain, moment);
  }
  double count = (double)outer * (double)inner;
  for (int64_t i = 0; i < channels; i++) {
    double r = load_compute(dtype, rstd, i);
    if (dweight) store_parameter(dtype, dweight, i, moment[i] * r);
    if (dbias) store_parameter(dtype, dbias, i, plain[i]);
    plain[i] /= count;
    moment[i] *= r * r / count;
  }
  if (dx && !empty) {
    c.average = plain;
    c.slope = moment;
    if (planes) {
      MK_PARALLEL_FLOAT(dtype, items, mk_grain(MK_GRAIN_CHEAP, each), &c, plane_gradient);
    } else {
      fill_columns(dtype, &c);
      int64_t lines = (c.total - 1) / c.line + 1;
      MK_PARALLEL_FLOAT(dtype, lines, mk_grain(MK_GRAIN_CHEAP, c.line), &c, column_gradient);
    }
  }
  if (columns) mk_free(columns, column_capacity);
  mk_free(plain, capacity);
  return MK_OK;
}
