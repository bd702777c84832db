// Max pooling of every dtype but bool.
#include <math.h>

#include "../include/mk_parallel.h"
#include "pool.h"

#define MK_PASTE_(a, b) a##_##b
#define MK_PASTE(a, b) MK_PASTE_(a, b)
#define MK_FN(name) MK_PASTE(name, MK_SUFFIX)
#define MK_LOAD(x) MK_PASTE(mk_load, MK_SUFFIX)(x)
#define MK_STORE(x) MK_PASTE(mk_store, MK_SUFFIX)(x)

// Outputs whose indices are turned around together.
#define MK_INDEX_BAND 64
// Inputs looked at that are worth a thread.
#define MK_GRAIN 16384

#define MK_LOWEST ((MK_C)-INFINITY)
#define MK_IS_NAN(x) ((x) != (x))
#define MK_SUFFIX f32
#define MK_S float
#define MK_C float
#include "max_pool_type.h"
#define MK_SUFFIX f64
#define MK_S double
#define MK_C double
#include "max_pool_type.h"
#define MK_SUFFIX f16
#define MK_S mk_f16
#define MK_C float
#include "max_pool_type.h"
#define MK_SUFFIX bf16
#define MK_S mk_bf16
#define MK_C float
#include "max_pool_type.h"
#undef MK_LOWEST
#undef MK_IS_NAN

#define MK_IS_NAN(x) false
#define MK_SUFFIX i8
#define MK_S int8_t
#define MK_C int8_t
#define MK_LOWEST INT8_MIN
#include "max_pool_type.h"
#undef MK_LOWEST
#define MK_SUFFIX i16
#define MK_S int16_t
#define MK_C int16_t
#define MK_LOWEST INT16_MIN
#include "max_pool_type.h"
#undef MK_LOWEST
#define MK_SUFFIX i32
#define MK_S int32_t
#define MK_C int32_t
#define MK_LOWEST INT32_MIN
#include "max_pool_type.h"
#undef MK_LOWEST
#define MK_SUFFIX i64
#define MK_S int64_t
#define MK_C int64_t
#define MK_LOWEST INT64_MIN
#include "max_pool_type.h"
#undef MK_LOWEST
#define MK_SUFFIX u8
#define MK_S uint8_t
#define MK_C uint8_t
#define MK_LOWEST 0
#include "max_pool_type.h"

typedef void range(void *context, int64_t begin, int64_t end);

mk_status mk_max_pool(mk_dtype dtype, const mk_window *w, void *y, int64_t *indices, const void *x) {
  static range *const lines[] = {max_lines_f32, max_lines_f64, max_lines_f16, max_lines_bf16, max_lines_i8,
                                 max_lines_i16, max_lines_i32, max_lines_i64, max_lines_u8};
  static range *const channels[] = {max_channels_f32, max_channels_f64, max_channels_f16,
                                    max_channels_bf16, max_channels_i8, max_channels_i16,
                                    max_channels_i32, max_channels_i64, max_channels_u8};
  if ((unsigned)dtype >= sizeof lines / sizeof *lines) return MK_UNSUPPORTED;
  pool p = mk_make_pool(w);
  p.x = x;
  p.y = y;
  p.indices = indices;
  bool last = mk_window_channels_last(w) && p.narrow;
  int64_t each = w->out[2] * mk_window_taps(w) * (last ? w->channels : 1);
  int64_t items = w->batch * w->out[0] * w->out[1] * (last ? 1 : w->channels);
  mk_parallel_for(items, each > 0 ? MK_GRAIN / each + 1 : MK_GRAIN, &p, (last ? channels : lines)[dtype]);
  return MK_OK;
}
