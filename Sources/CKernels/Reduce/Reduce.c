// Walks a reduction: brings it to rows or columns that are contiguous, and divides it into tasks.
//
// The division depends on the sizes alone, and parts are merged in order, so that the result is the same for every
// number of threads.
#include "../Support/dtypes.h"
#include "../include/mk_memory.h"
#include "../include/mk_parallel.h"
#include "reducer.h"

// Elements that make a task worth a thread.
#define GRAIN 32768
// Tasks that a reduction is cut into when there are fewer results to share out.
#define MAX_PARTS 64
// Bytes of the buffer in which elements that are not contiguous are gathered.
#define PACK_BYTES 16384

typedef struct {
  int64_t rank, size[MK_MAX_RANK], stride[MK_MAX_RANK], out_stride[MK_MAX_RANK];
} dims;

typedef struct {
  const mk_reducer *reducer;
  mk_dtype out_dtype;
  size_t item, out_item;
  char *out;
  const char *x;
  dims kept, reduced;       // without their innermost dimensions, which follow
  int64_t width, width_stride, out_stride;
  int64_t depth, depth_stride;
  bool columns;             // the elements along `width` are closer together than those along `depth`
  int64_t fold;             // columns: so many rows are taken as one row of fold * width
  int64_t tile, tiles;      // tiles along `width`
  int64_t total;            // elements reduced for each result
  int64_t part, parts;      // the reduced elements of a task, and the tasks a tile
  char *partial;            // accumulators of every task when parts > 1
} plan;

static int64_t magnitude(int64_t v) { return v < 0 ? -v : v; }

// Dimensions are taken by decreasing stride, so that the innermost is the closest to contiguous, and merged again.
static void arrange(dims *d) {
  for (int64_t i = 1; i < d->rank; i++)
    for (int64_t j = i; j > 0 && magnitude(d->stride[j - 1]) < magnitude(d->stride[j]); j--) {
      int64_t size = d->size[j], stride = d->stride[j], out = d->out_stride[j];
      d->size[j] = d->size[j - 1], d->stride[j] = d->stride[j - 1], d->out_stride[j] = d->out_stride[j - 1];
      d->size[j - 1] = size, d->stride[j - 1] = stride, d->out_stride[j - 1] = out;
    }
  int64_t last = 0;
  for (int64_t i = 1; i < d->rank; i++) {
    if (d->stride[last] == d->stride[i] * d->size[i] && d->out_stride[last] == d->out_stride[i] * d->size[i]) {
      d->size[last] *= d->size[i];
    } else {
      last++;
      d->size[last] = d->size[i];
    }
    d->stride[last] = d->stride[i];
    d->out_stride[last] = d->out_stride[i];
  }
  if (d->rank > 0) d->rank = last + 1;
}

// Copies a [rows, n] block of elements with any strides to contiguous ones.
static void pack(void *to, const char *x, size_t item, int64_t rows, int64_t row_stride, int64_t n,
                 int64_t stride) {
  switch (item) {
#define PACK(bytes, T)                                                                       \
  case bytes:                                                                                \
    for (int64_t r = 0; r < rows; r++)                                                       \
      for (int64_t i = 0; i < n; i++)                                                        \
        ((T *)to)[r * n + i] = ((const T *)(const void *)x)[r * row_stride + i * stride];    \
    break;
    PACK(1, uint8_t)
    PACK(2, uint16_t)
    PACK(4, uint32_t)
    PACK(8, uint64_t)
#undef PACK
    default: break;
  }
}

// Takes `depth` elements of every line along the innermost reduced dimension into `width` accumulators.
static void take_rows(const plan *p, char *acc, const char *x, int64_t width, int64_t depth, int64_t base) {
  const mk_reducer *reducer = p->reducer;
  if (p->depth_stride == 1 || depth == 1) {
    reducer->rows(acc, x, width, p->width_stride, depth, base);
    return;
  }
  uint64_t buffer[PACK_BYTES / 8];
  int64_t room = PACK_BYTES / (int64_t)p->item;
  if (depth <= room) {
    int64_t group = room / depth;
    for (int64_t k = 0; k < width; k += group) {
      int64_t here = width - k < group ? width - k : group;
      pack(buffer, x + k * p->width_stride * (int64_t)p->item, p->item, here, p->width_stride, depth,
           p->depth_stride);
      reducer->rows(acc + k * (int64_t)reducer->size, buffer, here, depth, depth, base);
    }
    return;
  }
  for (int64_t k = 0; k < width; k++)
    for (int64_t i = 0; i < depth; i += room) {
      int64_t here = depth - i < room ? depth - i : room;
      pack(buffer, x + (k * p->width_stride + i * p->depth_stride) * (int64_t)p->item, p->item, 1, 0, here,
           p->depth_stride);
      reducer->rows(acc + k * (int64_t)reducer->size, buffer, 1, 0, here, base + i);
    }
}

static void take_columns(const plan *p, char *acc, const char *x, int64_t width, int64_t depth, int64_t base) {
  const mk_reducer *reducer = p->reducer;
  if (p->fold > 1) {
    int64_t folded = depth / p->fold;
    reducer->columns(acc, x, folded, p->depth_stride * p->fold, width * p->fold, base);
    int64_t done = folded * p->fold;
    if (done < depth)
      reducer->columns(acc, x + done * p->depth_stride * (int64_t)p->item, depth - done, p->depth_stride,
                       width, base + done);
    return;
  }
  if (p->width_stride == 1 || width == 1) {
    reducer->columns(acc, x, depth, p->depth_stride, width, base);
    return;
  }
  uint64_t buffer[PACK_BYTES / 8];
  int64_t group = PACK_BYTES / (int64_t)p->item / width;
  for (int64_t r = 0; r < depth; r += group) {
    int64_t here = depth - r < group ? depth - r : group;
    pack(buffer, x + r * p->depth_stride * (int64_t)p->item, p->item, here, p->depth_stride, width,
         p->width_stride);
    reducer->columns(acc, buffer, here, width, width, base + r);
  }
}

// The part of the reduced elements [first, last) for one tile of results.
static void reduce_part(const plan *p, char *acc, const char *x, int64_t width, int64_t first, int64_t last) {
  int64_t count = width * p->fold;
  p->reducer->init(acc, count);
  while (first < last) {
    int64_t line = first / p->depth, i = first % p->depth;
    int64_t here = last - first < p->depth - i ? last - first : p->depth - i;
    int64_t offset = i * p->depth_stride;
    for (int64_t d = p->reduced.rank - 1; d >= 0; d--) {
      offset += line % p->reduced.size[d] * p->reduced.stride[d];
      line /= p->reduced.size[d];
    }
    const char *from = x + offset * (int64_t)p->item;
    if (p->columns) take_columns(p, acc, from, width, here, first);
    else take_rows(p, acc, from, width, here, first);
    first += here;
  }
  for (int64_t g = 1; g < p->fold; g++)
    p->reducer->merge(acc, acc + g * width * (int64_t)p->reducer->size, width);
}

// Where tile number `tile` lies: its width, and offsets in x and out.
static int64_t locate(const plan *p, int64_t tile, int64_t *x_offset, int64_t *out_offset) {
  int64_t begin = tile % p->tiles * p->tile, outer = tile / p->tiles;
  *x_offset = begin * p->width_stride;
  *out_offset = begin * p->out_stride;
  for (int64_t d = p->kept.rank - 1; d >= 0; d--) {
    int64_t i = outer % p->kept.size[d];
    *x_offset += i * p->kept.stride[d];
    *out_offset += i * p->kept.out_stride[d];
    outer /= p->kept.size[d];
  }
  return p->width - begin < p->tile ? p->width - begin : p->tile;
}

static void run(void *context, int64_t begin, int64_t end) {
  const plan *p = context;
  _Alignas(64) char local[MK_REDUCE_TILE * MK_REDUCE_ACCUMULATOR];
  for (int64_t task = begin; task < end; task++) {
    int64_t tile = task / p->parts, part = task % p->parts, from, to;
    int64_t width = locate(p, tile, &from, &to);
    const char *x = p->x + from * (int64_t)p->item;
    int64_t first = part * p->part, last = p->total - first < p->part ? p->total : first + p->part;
    reduce_part(p, local, x, width, first, last);
    if (p->parts > 1) {
      size_t size = p->reducer->size * (size_t)p->tile;
      __builtin_memcpy(p->partial + (size_t)task * size, local, p->reducer->size * (size_t)width);
    } else {
      p->reducer->store(p->out_dtype, local, width, p->out + to * (int64_t)p->out_item, p->out_stride);
    }
  }
}

static const mk_reducer *reducer_for(mk_reduce_op op, mk_dtype dtype) {
  switch (op) {
    case MK_REDUCE_SUM:
    case MK_REDUCE_SUM_SQUARES:
    case MK_REDUCE_SUM_ABSOLUTE: return mk_sum_reducer(op, dtype);
    case MK_REDUCE_PROD: return mk_product_reducer(dtype);
    case MK_REDUCE_MAX: return mk_extreme_reducer(true, dtype);
    case MK_REDUCE_MIN: return mk_extreme_reducer(false, dtype);
    case MK_REDUCE_ANY: return mk_truth_reducer(false, dtype);
    case MK_REDUCE_ALL: return mk_truth_reducer(true, dtype);
    case MK_REDUCE_ARGMAX: return mk_position_reducer(true, dtype);
    case MK_REDUCE_ARGMIN: return mk_position_reducer(false, dtype);
  }
  return NULL;
}

// Shapes the tiles and, where there are few of them, the parts of the reduced elements.
static void divide(plan *p) {
  int64_t width = p->width;
  p->fold = 1;
  if (p->columns) {
    if (width < 64 && width > 1 && p->depth_stride == width && p->width_stride == 1 && p->depth >= 64 &&
        !p->reducer->positional)
      p->fold = (128 - 1) / width + 1;
    p->tile = width < MK_REDUCE_TILE ? width : MK_REDUCE_TILE;
  } else {
    int64_t tile = GRAIN / p->total;
    p->tile = tile < 1 ? 1 : tile > 512 ? 512 : tile;
    if (p->tile > width) p->tile = width;
  }
  p->tiles = (width - 1) / p->tile + 1;
}

mk_status mk_reduce(mk_reduce_op op, mk_dtype dtype, mk_dtype out_dtype, const mk_reduction *r, void *out,
                    const void *x) {
  const mk_reducer *reducer = reducer_for(op, dtype);
  if (!reducer || !reducer->store(out_dtype, NULL, 0, out, 0)) return MK_UNSUPPORTED;

  // A whole contiguous tensor that is not worth a thread.
  if (r->kept_rank == 0 && r->reduced_rank == 1 && r->reduced_stride[0] == 1 && r->reduced_size[0] > 0 &&
      r->reduced_size[0] <= GRAIN) {
    uint64_t acc[MK_REDUCE_ACCUMULATOR / 8];
    reducer->init(acc, 1);
    reducer->rows(acc, x, 1, 0, r->reduced_size[0], 0);
    reducer->store(out_dtype, acc, 1, out, 1);
    return MK_OK;
  }

  plan p;
  p.reducer = reducer;
  p.out_dtype = out_dtype;
  p.item = mk_item_size(dtype);
  p.out_item = mk_item_size(out_dtype);
  p.out = out;
  p.partial = NULL;
  int64_t kept = 1, total = 1, origin = 0;
  p.kept.rank = p.reduced.rank = 0;
  for (int64_t d = 0; d < r->kept_rank; d++) {
    kept *= r->kept_size[d];
    if (r->kept_size[d] == 1) continue;
    int64_t i = p.kept.rank++;
    p.kept.size[i] = r->kept_size[d];
    p.kept.stride[i] = r->kept_stride[d];
    p.kept.out_stride[i] = r->out_stride[d];
  }
  for (int64_t d = 0; d < r->reduced_rank; d++) {
    total *= r->reduced_size[d];
    if (r->reduced_size[d] == 1) continue;
    int64_t i = p.reduced.rank++, stride = r->reduced_stride[d];
    // Backwards is as good as forwards where positions do not count.
    if (stride < 0 && !reducer->positional && r->reduced_size[d] > 0) {
      origin += (r->reduced_size[d] - 1) * stride;
      stride = -stride;
    }
    p.reduced.size[i] = r->reduced_size[d];
    p.reduced.stride[i] = stride;
    p.reduced.out_stride[i] = 0;
  }
  if (kept <= 0) return MK_OK;
  if (total <= 0) {
    if (!reducer->has_identity) return MK_UNSUPPORTED;
    total = 0;
    p.reduced.rank = 0;
  }
  p.x = (const char *)x + origin * (int64_t)p.item;
  p.total = total;
  arrange(&p.kept);
  if (!reducer->positional) arrange(&p.reduced);

  p.width = 1, p.width_stride = 1, p.out_stride = 1;
  if (p.kept.rank > 0) {
    int64_t last = --p.kept.rank;
    p.width = p.kept.size[last], p.width_stride = p.kept.stride[last], p.out_stride = p.kept.out_stride[last];
  }
  p.depth = 1, p.depth_stride = INT64_MAX;
  if (p.reduced.rank > 0) {
    int64_t last = --p.reduced.rank;
    p.depth = p.reduced.size[last], p.depth_stride = p.reduced.stride[last];
  }
  p.columns = p.width > 1 && magnitude(p.width_stride) < magnitude(p.depth_stride);
  if (p.depth == 1) p.depth_stride = 0;
  if (p.total == 0) p.tile = p.width < 512 ? p.width : 512, p.tiles = (p.width - 1) / p.tile + 1, p.fold = 1;
  else divide(&p);

  int64_t tiles = kept / p.width * p.tiles;
  p.parts = 1;
  p.part = total;
  if (tiles < MAX_PARTS && total > 1) {
    int64_t parts = total * p.tile / GRAIN, most = MAX_PARTS / tiles;
    if (parts > most) parts = most;
    if (parts > 1) {
      // Whole blocks, so that no part ends in a short one but the last.
      int64_t unit = p.columns ? 64 * p.fold : MK_REDUCE_BLOCK;
      p.part = ((total - 1) / parts / unit + 1) * unit;
      p.parts = (total - 1) / p.part + 1;
    }
  }
  size_t capacity = 0, stride = reducer->size * (size_t)p.tile;
  if (p.parts > 1) {
    p.partial = mk_alloc((size_t)(tiles * p.parts) * stride, &capacity);
    if (!p.partial) return MK_OUT_OF_MEMORY;
  }
  int64_t each = p.part * p.tile;
  mk_parallel_for(tiles * p.parts, each >= GRAIN ? 1 : GRAIN / (each + 8) + 1, &p, run);
  if (p.parts > 1) {
    for (int64_t tile = 0; tile < tiles; tile++) {
      int64_t from, to, width = locate(&p, tile, &from, &to);
      char *acc = p.partial + (size_t)(tile * p.parts) * stride;
      for (int64_t part = 1; part < p.parts; part++) reducer->merge(acc, acc + (size_t)part * stride, width);
      reducer->store(out_dtype, acc, width, p.out + to * (int64_t)p.out_item, p.out_stride);
    }
    mk_free(p.partial, capacity);
  }
  return MK_OK;
}
