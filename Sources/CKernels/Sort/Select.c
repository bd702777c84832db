#include "../Reduce/vectors.h"
#include "select.h"

// Bit masks of vector comparisons.
typedef bool bits16 __attribute__((ext_vector_type(16)));
typedef bool bits8 __attribute__((ext_vector_type(8)));

MK_INLINE uint64_t not_above32(const uint32_t *keys, uint32_t bound) {
  uint64_t mask = 0;
  for (int v = 0; v < 4; v++) {
    bits16 hits = __builtin_convertvector(*(const mk_u32x16 *)(keys + 16 * v) <= (mk_u32x16)bound, bits16);
    uint16_t part;
    __builtin_memcpy(&part, &hits, sizeof part);
    mask |= (uint64_t)part << 16 * v;
  }
  return mask;
}

MK_INLINE uint64_t not_above64(const uint64_t *keys, uint64_t bound) {
  uint64_t mask = 0;
  for (int v = 0; v < 8; v++) {
    bits8 hits = __builtin_convertvector(*(const mk_u64x8 *)(keys + 8 * v) <= (mk_u64x8)bound, bits8);
    uint8_t part;
    __builtin_memcpy(&part, &hits, sizeof part);
    mask |= (uint64_t)part << 8 * v;
  }
  return mask;
}

#define SELECT(W, K, VK, LANES)                                                                               \
  MK_CLONES void mk_lane_minima##W(const K *keys, int64_t n, int64_t lanes, K *minima) {                      \
    for (int64_t l = 0; l < lanes; l += 2 * LANES) {                                                          \
      VK a = *(const VK *)(keys + l), b = *(const VK *)(keys + l + LANES);                                    \
      for (int64_t i = l + lanes; i + 2 * LANES <= n; i += lanes) {                                           \
        a = __builtin_elementwise_min(a, *(const VK *)(keys + i));                                            \
        b = __builtin_elementwise_min(b, *(const VK *)(keys + i + LANES));                                    \
      }                                                                                                       \
      *(VK *)(minima + l) = a;                                                                                \
      *(VK *)(minima + l + LANES) = b;                                                                        \
    }                                                                                                         \
  }                                                                                                           \
                                                                                                              \
  MK_CLONES int64_t mk_collect##W(const K *keys, int64_t n, K bound, int64_t room, uint32_t *below,           \
                                  int64_t k, uint32_t *equal, int64_t *equal_count) {                         \
    int64_t found = 0, ties = 0, i = 0;                                                                       \
    for (; i < n; i += 64) {                                                                                  \
      uint64_t mask = 0;                                                                                      \
      if (i + 64 <= n) mask = not_above##W(keys + i, bound);                                                  \
      else                                                                                                    \
        for (int64_t j = i; j < n; j++) mask |= (uint64_t)(keys[j] <= bound) << (j - i);                      \
      if (mask == 0) continue;                                                                                \
      if (found + 64 > room) return -1;                                                                       \
      for (; mask != 0; mask &= mask - 1) {                                                                   \
        int64_t at = i + __builtin_ctzll(mask);                                                               \
        if (keys[at] < bound) below[found++] = (uint32_t)at;                                                  \
        else if (ties < k) equal[ties++] = (uint32_t)at;                                                      \
      }                                                                                                       \
    }                                                                                                         \
    *equal_count = ties;                                                                                      \
    return found;                                                                                             \
  }
SELECT(32, uint32_t, mk_u32x16, 16)
SELECT(64, uint64_t, mk_u64x8, 8)
