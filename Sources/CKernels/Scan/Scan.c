// Walks the lines of a scan: side by side where they lie so, else one after the other, and a long line in parts.
#include "../Support/dtypes.h"
#include "../Support/loops.h"
#include "../include/mk_memory.h"
#include "../include/mk_parallel.h"
#include "scan.h"

// Elements that make a task worth a thread; logarithms cost more.
#define GRAIN 16384
#define LOG_GRAIN 1024

typedef struct {
  const mk_accumulation *accumulation;
  const mk_running_extreme *extreme;
  mk_log_accumulation log;
  size_t item;
  mk_loop lines; // without the innermost dimension when `width` tells it
  int64_t width, tile, tiles;
  int64_t length;
  char *out;
  int64_t out_stride;
  const char *x;
  int64_t x_stride;
  int64_t *indices;
  int64_t index_stride;
  uint64_t *totals; // of the parts of one line
} plan;

static void scan_line(const plan *p, char *out, const char *x, int64_t *indices) {
  if (p->log) {
    p->log(out, p->out_stride, x, p->x_stride, p->length);
  } else if (p->extreme) {
    p->extreme->strided(out, p->out_stride, indices, indices ? p->index_stride : 1, x, p->x_stride, p->length);
  } else if (p->out_stride != 1 || p->x_stride != 1) {
    p->accumulation->strided(out, p->out_stride, x, p->x_stride, p->length);
  } else {
    uint64_t carry, total;
    p->accumulation->init(&carry);
    for (int64_t i = 0; i < p->length; i += MK_SCAN_PART) {
      int64_t here = p->length - i < MK_SCAN_PART ? p->length - i : MK_SCAN_PART;
      int64_t offset = i * (int64_t)p->item;
      p->accumulation->line(out + offset, x + offset, here, &carry, &total);
      p->accumulation->merge(&carry, &total);
    }
  }
}

static void run_lines(void *context, int64_t begin, int64_t end) {
  const plan *p = context;
  mk_cursor cursor;
  mk_cursor_seek(&cursor, &p->lines, p->lines.rank, 3, begin);
  for (int64_t line = begin; line < end; line++) {
    scan_line(p, p->out + cursor.offset[0] * (int64_t)p->item, p->x + cursor.offset[1] * (int64_t)p->item,
              p->indices ? p->indices + cursor.offset[2] : NULL);
    mk_cursor_next(&cursor, &p->lines, p->lines.rank, 3);
  }
}

static void run_columns(void *context, int64_t begin, int64_t end) {
  const plan *p = context;
  mk_cursor cursor;
  for (int64_t task = begin; task < end; task++) {
    mk_cursor_seek(&cursor, &p->lines, p->lines.rank, 3, task / p->tiles);
    int64_t first = task % p->tiles * p->tile;
    int64_t width = p->width - first < p->tile ? p->width - first : p->tile;
    char *out = p->out + (cursor.offset[0] + first) * (int64_t)p->item;
    const char *x = p->x + (cursor.offset[1] + first) * (int64_t)p->item;
    if (p->extreme)
      p->extreme->columns(out, p->out_stride, p->indices ? p->indices + cursor.offset[2] + first : NULL,
                          p->index_stride, x, p->x_stride, p->length, width);
    else
      p->accumulation->columns(out, p->out_stride, x, p->x_stride, p->length, width);
  }
}

static void total_part(void *context, int64_t part) {
  const plan *p = context;
  int64_t first = part * MK_SCAN_PART;
  int64_t here = p->length - first < MK_SCAN_PART ? p->length - first : MK_SCAN_PART;
  uint64_t carry;
  p->accumulation->init(&carry);
  p->accumulation->line(NULL, p->x + first * (int64_t)p->item, here, &carry, &p->totals[part]);
}

static void scan_part(void *context, int64_t part) {
  const plan *p = context;
  int64_t first = part * MK_SCAN_PART, offset = first * (int64_t)p->item;
  int64_t here = p->length - first < MK_SCAN_PART ? p->length - first : MK_SCAN_PART;
  uint64_t total;
  p->accumulation->line(p->out + offset, p->x + offset, here, &p->totals[part], &total);
}

// One line over several threads: the totals of its parts first, which become the carries into them. False when there
// is no memory for them.
static bool scan_parts(plan *p) {
  int64_t parts = (p->length - 1) / MK_SCAN_PART + 1;
  size_t capacity;
  p->totals = mk_alloc((size_t)parts * sizeof(uint64_t), &capacity);
  if (!p->totals) return false;
  mk_parallel_tasks(parts, p, total_part);
  uint64_t carry;
  p->accumulation->init(&carry);
  for (int64_t part = 0; part < parts; part++) {
    uint64_t total = p->totals[part];
    p->totals[part] = carry;
    p->accumulation->merge(&carry, &total);
  }
  mk_parallel_tasks(parts, p, scan_part);
  mk_free(p->totals, capacity);
  return true;
}

mk_status mk_scan(mk_scan_op op, mk_dtype dtype, const mk_loop *lines, int64_t length, void *out,
                  int64_t out_stride, const void *x, int64_t x_stride, int64_t *indices,
                  int64_t index_stride) {
  plan p = {.item = mk_item_size(dtype), .lines = *lines, .length = length, .out = out, .out_stride = out_stride,
            .x = x, .x_stride = x_stride, .indices = indices, .index_stride = index_stride};
  switch (op) {
    case MK_SCAN_SUM:
    case MK_SCAN_PROD: p.accumulation = mk_accumulation_for(op == MK_SCAN_PROD, dtype); break;
    case MK_SCAN_MAX:
    case MK_SCAN_MIN: p.extreme = mk_running_extreme_for(op == MK_SCAN_MAX, dtype); break;
    case MK_SCAN_LOGSUMEXP: p.log = mk_log_accumulation_for(dtype); break;
  }
  if (!p.accumulation && !p.extreme && !p.log) return MK_UNSUPPORTED;
  int64_t count = mk_loop_count(lines, lines->rank);
  if (count <= 0 || length <= 0) return MK_OK;

  if (p.accumulation && count == 1 && x_stride == 1 && out_stride == 1 && length >= 2 * MK_SCAN_PART &&
      mk_thread_count() > 1 && scan_parts(&p))
    return MK_OK;

  // The innermost dimension of the lines that lies side by side in every operand.
  int64_t inner = lines->rank - 1;
  while (inner >= 0 && lines->size[inner] == 1) inner--;
  bool beside = inner >= 0 && lines->size[inner] >= 8 && lines->stride[0][inner] == 1 &&
                lines->stride[1][inner] == 1 && (!indices || lines->stride[2][inner] == 1) && x_stride != 1 && !p.log;
  if (beside) {
    p.lines.rank = inner;
    p.width = lines->size[inner];
    // Narrower tiles when there are few lines, for the threads.
    p.tile = p.width / 8 / 32 * 32;
    p.tile = p.tile < 128 ? 128 : p.tile > MK_SCAN_TILE ? MK_SCAN_TILE : p.tile;
    if (p.tile > p.width) p.tile = p.width;
    p.tiles = (p.width - 1) / p.tile + 1;
    int64_t each = p.tile * length;
    mk_parallel_for(count / p.width * p.tiles, each >= GRAIN ? 1 : GRAIN / each, &p, run_columns);
  } else {
    int64_t grain = p.log ? LOG_GRAIN : GRAIN;
    mk_parallel_for(count, length >= grain ? 1 : grain / length, &p, run_lines);
  }
  return MK_OK;
}
