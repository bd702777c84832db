// Pieces that sorting and selection share. A line is first turned into unsigned keys whose order is the one wanted; then only
// keys are compared, whatever the dtype.
#ifndef MK_SORT_SORT_H
#define MK_SORT_SORT_H

#include "../Support/dtypes.h"
#include "../include/mk_sort.h"

// Lines up to this length are sorted by counting, for each element, those that come before it.
#define MK_SORT_SMALL 256
// Positions within a line are kept in 32 bits up to this length.
#ifndef MK_SORT_NARROW
#define MK_SORT_NARROW UINT32_MAX
#endif

// Bits of a key: 8, 16, 32 or 64. Keys of up to 32 bits are stored in uint32_t, the others in uint64_t.
MK_INLINE int mk_key_bits(mk_dtype dtype) { return (int)mk_item_size(dtype) * 8; }

// Keys of n elements, so that a smaller key comes first. Equal keys for 0 and -0, and for every NaN. False when some element
// is not what its key says (NaN or -0).
bool mk_make_keys32(mk_dtype dtype, bool descending, const void *x, int64_t stride, int64_t n, uint32_t *keys);
bool mk_make_keys64(mk_dtype dtype, bool descending, const void *x, int64_t stride, int64_t n, uint64_t *keys);
// The elements back from pairs (key in the upper half), for keys of up to 32 bits.
void mk_elements_of_pairs(mk_dtype dtype, bool descending, const uint64_t *pairs, int64_t n, void *out,
                          int64_t stride);

// order[r] = position of the element of rank r; n <= MK_SORT_SMALL.
void mk_rank_sort32(const uint32_t *keys, int64_t n, uint32_t *order);
void mk_rank_sort64(const uint64_t *keys, int64_t n, uint32_t *order);

// Sorts pairs of a key of `bits` bits (upper half) and a position, which must ascend, by key; `other` is scratch of the same
// length. Returns where the result lies.
uint64_t *mk_radix_sort(uint64_t *pairs, uint64_t *other, int64_t n, int bits, bool threaded);

// Scratch for sorting a line of `n` elements, and positions in order from its keys. `keys` is the line's keys, as
// mk_make_keys32 or mk_make_keys64 give them.
typedef struct {
  void *keys;
  uint64_t *pairs, *other;
  size_t keys_capacity, pairs_capacity, other_capacity;
} mk_sort_scratch;

bool mk_sort_scratch_make(mk_sort_scratch *s, mk_dtype dtype, int64_t n);
void mk_sort_scratch_free(mk_sort_scratch *s);
// Pairs whose lower half is the position; the upper half is the key when `bits` is at most 32. n <= MK_SORT_NARROW.
uint64_t *mk_sort_keys(mk_sort_scratch *s, int bits, int64_t n, bool threaded);
// For longer lines: {key, position} entries by merging, in `entries`; null without memory. The caller frees it.
typedef struct {
  uint64_t key;
  int64_t position;
} mk_sort_entry;
mk_sort_entry *mk_merge_sort(const void *keys, bool wide, int64_t n, size_t *capacity);

// Copies elements x[order] of `item` bytes: order is the lower half of the pairs.
void mk_take_pairs(size_t item, const uint64_t *pairs, int64_t n, const void *x, int64_t x_stride, void *out,
                   int64_t out_stride);
void mk_take_order(size_t item, const uint32_t *order, int64_t n, const void *x, int64_t x_stride, void *out,
                   int64_t out_stride);

#endif
