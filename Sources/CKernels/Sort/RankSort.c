// Short lines: the rank of an element is the number of those that come before it, counted a vector at a time. No
// branch depends on the data.
#include "../Reduce/vectors.h"
#include "sort.h"

#define RANK_SORT(name, K, VK, VI, LANES)                                                              \
  MK_CLONES void name(const K *keys, int64_t n, uint32_t *order) {                                     \
    VI lane;                                                                                           \
    for (int l = 0; l < LANES; l++) lane[l] = l;                                                       \
    for (int64_t first = 0; first < n; first += LANES) {                                               \
      int64_t end = n - first < LANES ? n : first + LANES;                                             \
      VK mine;                                                                                         \
      if (end == first + LANES) {                                                                      \
        mine = *(const VK *)(keys + first);                                                            \
      } else {                                                                                         \
        mine = (K)0;                                                                                   \
        for (int64_t i = first; i < end; i++) mine[i - first] = keys[i];                               \
      }                                                                                                \
      VI rank = 0;                                                                                     \
      int64_t j = 0;                                                                                   \
      /* An equal element comes before if it stands before. */                                         \
      for (; j < first; j++) rank -= (VI)((VK)keys[j] <= mine);                                        \
      for (; j < end; j++) {                                                                           \
        VK other = keys[j];                                                                            \
        rank -= (other < mine) | ((other == mine) & (lane > (VI)(j - first)));                         \
      }                                                                                                \
      for (; j < n; j++) rank -= (VI)((VK)keys[j] < mine);                                             \
      for (int64_t i = first; i < end; i++) order[rank[i - first]] = (uint32_t)i;                      \
    }                                                                                                  \
  }
RANK_SORT(mk_rank_sort32, uint32_t, mk_u32x16, mk_i32x16, 16)
RANK_SORT(mk_rank_sort64, uint64_t, mk_u64x8, mk_i64x8, 8)
