// Conversions between dtypes: one flat kernel a pair, and `mk_cast`.
#include "../Support/copy.h"
#include "../Support/loops.h"
#include "../include/mk_parallel.h"
#include "layout.h"
#include "task.h"

// Truncation. What int32 or int64 does not hold, NaN included, gives their least number, as x86
// does; narrower integers then take the low bits.
#define MK_TO_INTEGER(s, C, bits, limit)                                \
  MK_INLINE int##bits##_t to_int##bits##_##s(C x) {                     \
    bool inside = (x >= -limit) & (x < limit);                          \
    int##bits##_t truncated = (int##bits##_t)(inside ? x : (C)0);       \
    return inside ? truncated : INT##bits##_MIN;                        \
  }
MK_TO_INTEGER(f32, float, 32, 0x1p31f)
MK_TO_INTEGER(f32, float, 64, 0x1p63f)
MK_TO_INTEGER(f64, double, 32, 0x1p31)
MK_TO_INTEGER(f64, double, 64, 0x1p63)

#define MK_FLOAT_TO_i8(s, x) ((int8_t)to_int32_##s(x))
#define MK_FLOAT_TO_i16(s, x) ((int16_t)to_int32_##s(x))
#define MK_FLOAT_TO_i32(s, x) to_int32_##s(x)
#define MK_FLOAT_TO_i64(s, x) to_int64_##s(x)
#define MK_FLOAT_TO_u8(s, x) ((uint8_t)to_int32_##s(x))

#define MK_FROM f32
#define MK_FROM_STORAGE float
#define MK_FROM_FLOAT f32
#include "cast_from.h"
#define MK_FROM f64
#define MK_FROM_STORAGE double
#define MK_FROM_FLOAT f64
#include "cast_from.h"
#define MK_FROM f16
#define MK_FROM_STORAGE mk_f16
#define MK_FROM_FLOAT f32
#include "cast_from.h"
#define MK_FROM bf16
#define MK_FROM_STORAGE mk_bf16
#define MK_FROM_FLOAT f32
#include "cast_from.h"
#define MK_FROM i8
#define MK_FROM_STORAGE int8_t
#include "cast_from.h"
#define MK_FROM i16
#define MK_FROM_STORAGE int16_t
#include "cast_from.h"
#define MK_FROM i32
#define MK_FROM_STORAGE int32_t
#include "cast_from.h"
#define MK_FROM i64
#define MK_FROM_STORAGE int64_t
#include "cast_from.h"
#define MK_FROM u8
#define MK_FROM_STORAGE uint8_t
#include "cast_from.h"
#define MK_FROM b8
#define MK_FROM_STORAGE bool
#include "cast_from.h"

// The processor's own conversions of float16, where it has them: in a clone of the above they would
// be calls of a library for those that do not.
#if defined(__x86_64__)
#define MK_HALF_CONVERSION(name, T, S)                                                                              \
  __attribute__((target("arch=x86-64-v3"))) static void name(int64_t count, void *out, const void *xs, const void *ys, \
                                                             const void *zs, unsigned steps) {                      \
    (void)ys, (void)zs, (void)steps;                                                                                \
    T *o = out;                                                                                                     \
    const S *x = xs;                                                                                                \
    MK_INDEPENDENT for (int64_t i = 0; i < count; i++) o[i] = (T)x[i];                                              \
  }
MK_HALF_CONVERSION(widen_half, float, _Float16)
MK_HALF_CONVERSION(narrow_to_half, _Float16, float)

static mk_kernel *half_conversion(mk_dtype from, mk_dtype to) {
  if (!mk_is_modern()) return 0;
  if (from == MK_FLOAT16 && to == MK_FLOAT32) return widen_half;
  return from == MK_FLOAT32 && to == MK_FLOAT16 ? narrow_to_half : 0;
}
#else
static mk_kernel *half_conversion(mk_dtype from, mk_dtype to) {
  (void)from, (void)to;
  return 0;
}
#endif

mk_kernel *mk_cast_kernel(mk_dtype from, mk_dtype to) {
  static mk_kernel *const *const kernels[MK_DTYPE_COUNT] = {
#define M(s, code, S, C) [code] = casts_from_##s,
      MK_EACH_DTYPE(M)
#undef M
  };
  if ((unsigned)from >= MK_DTYPE_COUNT || (unsigned)to >= MK_DTYPE_COUNT) return 0;
  mk_kernel *direct = half_conversion(from, to);
  return direct ? direct : kernels[from][to];
}

bool mk_cast_task(mk_task *task, mk_dtype from, mk_dtype to) {
  *task = (mk_task){.kernel = mk_cast_kernel(from, to), .inputs = 1, .grain = MK_GRAIN_LIGHT};
  task->size[0] = task->computed_size[0] = (uint8_t)mk_item_size(to);
  task->size[1] = task->computed_size[1] = (uint8_t)mk_item_size(from);
  return task->kernel;
}

typedef struct {
  const mk_loop *loop;
  size_t size;
  char *out;
  const char *x;
  int64_t dimension, band, bands; // transposed copies
  bool stream; // transposed and wholly contiguous copies
} copy_job;

// Rows of the last dimension, or parts of them.
static void copy_rows(void *context, int64_t begin, int64_t end) {
  const copy_job *job = context;
  const mk_loop *loop = job->loop;
  int64_t last = loop->rank - 1, length = loop->size[last], size = (int64_t)job->size;
  int64_t out_stride = loop->stride[0][last], x_stride = loop->stride[1][last];
  if (job->stream) {
    mk_stream_copy(job->out + begin * size, job->x + begin * size, (size_t)((end - begin) * size));
    mk_stream_end();
    return;
  }
  mk_cursor cursor;
  mk_cursor_seek(&cursor, loop, last, 2, begin / length);
  int64_t at = begin % length;
  while (begin < end) {
    int64_t count = length - at < end - begin ? length - at : end - begin;
    mk_copy_line(job->size, count, job->out + (cursor.offset[0] + at * out_stride) * size, out_stride,
                 job->x + (cursor.offset[1] + at * x_stride) * size, x_stride);
    begin += count;
    at = 0;
    mk_cursor_next(&cursor, loop, last, 2);
  }
}

// Short rows of the last dimension, many at a time.
static void copy_planes(void *context, int64_t begin, int64_t end) {
  const copy_job *job = context;
  const mk_loop *loop = job->loop;
  int64_t last = loop->rank - 1, size = (int64_t)job->size;
  mk_plane plane = {0, loop->size[last], loop->stride[0][last - 1], loop->stride[0][last], loop->stride[1][last - 1],
                    loop->stride[1][last]};
  mk_cursor cursor;
  for (; begin < end; begin += plane.rows) {
    mk_cursor_seek(&cursor, loop, last, 2, begin);
    plane.rows = loop->size[last - 1] - cursor.index[last - 1];
    if (plane.rows > end - begin) plane.rows = end - begin;
    mk_copy_plane(job->size, &plane, job->out + cursor.offset[0] * size, job->x + cursor.offset[1] * size);
  }
}

// One band of columns of one plane of a transposed copy.
static void copy_band(void *context, int64_t index) {
  const copy_job *job = context;
  mk_loop outer = *job->loop;
  int64_t d = job->dimension, last = outer.rank - 1, size = (int64_t)job->size;
  int64_t column = index % job->bands * job->band, columns = outer.size[last] - column;
  if (columns > job->band) columns = job->band;
  mk_plane plane = {outer.size[d], columns, outer.stride[0][d], 1, 1, outer.stride[1][last]};
  outer.size[d] = 1;
  mk_cursor cursor;
  mk_cursor_seek(&cursor, &outer, last, 2, index / job->bands);
  mk_copy_transposed(job->size, &plane, job->out + (cursor.offset[0] + column) * size,
                     job->x + (cursor.offset[1] + column * plane.x_column) * size, job->stream);
}

static mk_status copy_loop(size_t size, const mk_loop *loop, void *out, const void *x) {
  if (loop->rank == 0) {
    __builtin_memcpy(out, x, size);
    return MK_OK;
  }
  int64_t total = mk_loop_count(loop, loop->rank), last = loop->rank - 1;
  copy_job job = {.loop = loop, .size = size, .out = out, .x = x, .dimension = mk_transposed_dimension(loop, 1)};
  if (loop->stride[0][last] == 1 && job.dimension >= 0) {
    job.stream = total * (int64_t)size >= MK_STREAM_BYTES;
    job.band = 128 / (int64_t)size;
    job.bands = (loop->size[last] - 1) / job.band + 1;
    int64_t tasks = total / loop->size[last] / loop->size[job.dimension] * job.bands;
    if (total < 2 * MK_GRAIN_LIGHT)
      for (int64_t i = 0; i < tasks; i++) copy_band(&job, i);
    else
      mk_parallel_tasks(tasks, &job, copy_band);
    return MK_OK;
  }
  if (last > 0 && loop->size[last] < 16) {
    mk_parallel_for(total / loop->size[last], 4 * MK_GRAIN_LIGHT / loop->size[last], &job, copy_planes);
    return MK_OK;
  }
  job.stream = last == 0 && loop->stride[0][0] == 1 && loop->stride[1][0] == 1 && total * (int64_t)size >= MK_STREAM_BYTES;
  mk_parallel_for(total, 4 * MK_GRAIN_LIGHT, &job, copy_rows);
  return MK_OK;
}

mk_status mk_cast(mk_dtype from, mk_dtype to, const mk_loop *loop, void *out, const void *x) {
  if (!mk_cast_kernel(from, to) || loop->rank < 0 || loop->rank > MK_MAX_RANK) return MK_UNSUPPORTED;
  mk_loop normalized;
  if (!mk_normalize_loop(loop, 2, &normalized)) return MK_OK;
  if (from == to) return copy_loop(mk_item_size(from), &normalized, out, x);
  mk_task task;
  mk_cast_task(&task, from, to);
  return mk_task_loop(&task, &normalized, out, &x);
}
