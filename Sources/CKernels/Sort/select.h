// Selection of the first few of many keys without sorting them.
#ifndef MK_SORT_SELECT_H
#define MK_SORT_SELECT_H

#include "sort.h"

// Scratch for one selection.
typedef struct {
  uint64_t *minima;   // room for mk_select_lanes(k) keys of the widest kind
  uint32_t *first;    // positions found: room for mk_select_room(k)
  uint32_t *equal;    // room for k
} mk_selection;

// Lanes that a line is spread over to bound its k-th key; a line shorter than twice that is sorted instead.
MK_INLINE int64_t mk_select_lanes(int64_t k) {
  int64_t lanes = 64;
  while (lanes < 2 * k) lanes *= 2;
  return lanes;
}

MK_INLINE int64_t mk_select_room(int64_t k) { return 2 * k + 192; }

// An upper bound of the k-th smallest key is the k-th smallest of the least keys of the lanes: that many lanes hold a key
// that is not greater. Puts the least key of every lane in `minima`.
void mk_lane_minima32(const uint32_t *keys, int64_t n, int64_t lanes, uint32_t *minima);
void mk_lane_minima64(const uint64_t *keys, int64_t n, int64_t lanes, uint64_t *minima);

// Positions, ascending, of the keys below `bound`, and of the first `k` equal to it. Returns how many are below, or -1 when
// they do not fit in `room`.
int64_t mk_collect32(const uint32_t *keys, int64_t n, uint32_t bound, int64_t room, uint32_t *below, int64_t k,
                     uint32_t *equal, int64_t *equal_count);
int64_t mk_collect64(const uint64_t *keys, int64_t n, uint64_t bound, int64_t room, uint32_t *below, int64_t k,
                     uint32_t *equal, int64_t *equal_count);

#endif
