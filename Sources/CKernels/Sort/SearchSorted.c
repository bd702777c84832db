// Binary search for many values at once: every lane halves its own range, without branches.
#include "../Support/dtypes.h"
#include "../include/mk_parallel.h"
#include "../include/mk_sort.h"

#define GRAIN 2048
// Searches that go side by side, so that their reads overlap.
#define GROUP 16

typedef struct {
  mk_dtype dtype;
  bool right;
  int64_t per_line, edge_count, edge_line_stride;
  const void *x, *edges;
  int64_t *out;
} job;

// NaN comes after every number, and equals NaN.
#define LESS(a, b) (((a) < (b)) | (((b) != (b)) & ((a) == (a))))

#define SEARCH(s, code, S, C)                                                                              \
  MK_CLONES static void search_##s(bool right, const S *x, int64_t count, const S *edges, int64_t n,       \
                                   int64_t *out) {                                                         \
    for (int64_t first = 0; first < count; first += GROUP) {                                               \
      int64_t lanes = count - first < GROUP ? count - first : GROUP;                                       \
      C value[GROUP];                                                                                      \
      int64_t low[GROUP];                                                                                  \
      for (int l = 0; l < GROUP; l++) {                                                                    \
        value[l] = mk_load_##s(x[first + (l < lanes ? l : 0)]);                                            \
        low[l] = 0;                                                                                        \
      }                                                                                                    \
      int64_t left = n;                                                                                    \
      for (; left > 1;) {                                                                                  \
        int64_t half = left / 2;                                                                           \
        if (right) {                                                                                       \
          for (int l = 0; l < GROUP; l++) {                                                                \
            C edge = mk_load_##s(edges[low[l] + half - 1]);                                                \
            low[l] += LESS(value[l], edge) ? 0 : half;                                                     \
          }                                                                                                \
        } else {                                                                                           \
          for (int l = 0; l < GROUP; l++) {                                                                \
            C edge = mk_load_##s(edges[low[l] + half - 1]);                                                \
            low[l] += LESS(edge, value[l]) ? half : 0;                                                     \
          }                                                                                                \
        }                                                                                                  \
        left -= half;                                                                                      \
      }                                                                                                    \
      for (int64_t l = 0; l < lanes; l++) {                                                                \
        C edge = mk_load_##s(edges[low[l]]);                                                               \
        bool past = right ? !LESS(value[l], edge) : LESS(edge, value[l]);                                  \
        out[first + l] = low[l] + past;                                                                    \
      }                                                                                                    \
    }                                                                                                      \
  }
MK_EACH_NUMBER(SEARCH)
#undef SEARCH

static void search(const job *p, int64_t line, int64_t begin, int64_t end) {
  int64_t first = line * p->per_line + begin, edges = line * p->edge_line_stride, count = end - begin;
  switch (p->dtype) {
#define SEARCH(s, code, S, C)                                                                          \
  case code:                                                                                           \
    search_##s(p->right, (const S *)p->x + first, count, (const S *)p->edges + edges, p->edge_count,   \
               p->out + first);                                                                        \
    break;
    MK_EACH_NUMBER(SEARCH)
#undef SEARCH
    default:
      search_u8(p->right, (const uint8_t *)p->x + first, count, (const uint8_t *)p->edges + edges,
                p->edge_count, p->out + first);
  }
}

static void run(void *context, int64_t begin, int64_t end) {
  const job *p = context;
  while (begin < end) {
    int64_t line = begin / p->per_line, first = begin % p->per_line;
    int64_t last = end - begin < p->per_line - first ? first + end - begin : p->per_line;
    search(p, line, first, last);
    begin += last - first;
  }
}

mk_status mk_searchsorted(mk_dtype dtype, bool right, int64_t lines, int64_t per_line, const void *x,
                          const void *edges, int64_t edge_count, int64_t edge_line_stride, int64_t *out) {
  if (mk_item_size(dtype) == 0) return MK_UNSUPPORTED;
  if (lines <= 0 || per_line <= 0) return MK_OK;
  if (edge_count <= 0) {
    __builtin_memset(out, 0, (size_t)(lines * per_line) * sizeof *out);
    return MK_OK;
  }
  // One set of edges serves all values as a single line.
  if (edge_line_stride == 0) per_line *= lines, lines = 1;
  job p = {dtype, right, per_line, edge_count, edge_line_stride, x, edges, out};
  mk_parallel_for(lines * per_line, GRAIN, &p, run);
  return MK_OK;
}
