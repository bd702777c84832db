// Philox 4x32-10, sixteen counters at a time.
//
// The key is the seed (low word first), the counter of block b is (low word of b, high word of b, 0, 0). A block gives four
// words of 32 bits. Which words make which element:
//   * 32-bit draws: element i takes word (i % 64) / 16 of block offset + i / 64 * 16 + i % 16;
//   * 64-bit draws: with j = i % 32, element i takes words 2 * (j / 16) (lower half) and 2 * (j / 16) + 1 of block
//     offset + i / 32 * 16 + j % 16.
#ifndef MK_RANDOM_PHILOX_H
#define MK_RANDOM_PHILOX_H

#include "../Reduce/vectors.h"

#define MK_PHILOX_M0 0xD2511F53u
#define MK_PHILOX_M1 0xCD9E8D57u
#define MK_PHILOX_W0 0x9E3779B9u
#define MK_PHILOX_W1 0xBB67AE85u
// Blocks that are made together, and the draws in them.
#define MK_PHILOX_LANES 16
#define MK_PHILOX_DRAWS 64
#define MK_PHILOX_WIDE_DRAWS 32

// Words in the lower halves of 64-bit lanes; the upper halves hold anything. One 32 x 32 to 64 bit product a lane is
// then one instruction.
typedef struct {
  mk_u64x8 word[4];
} mk_philox_8;

// The upper halves of 64-bit lanes in the place of the lower ones. A shuffle: multiplications and shifts share one port
// of the processor where vectors have 64 bytes.
MK_INLINE mk_u64x8 mk_upper_halves(mk_u64x8 v) {
  mk_u32x16 words;
  __builtin_memcpy(&words, &v, sizeof words);
  words = __builtin_shufflevector(words, words, 1, 1, 3, 3, 5, 5, 7, 7, 9, 9, 11, 11, 13, 13, 15, 15);
  __builtin_memcpy(&v, &words, sizeof v);
  return v;
}

// The keys of the ten rounds, worked out once for many blocks.
typedef struct {
  uint64_t round[10][2];
} mk_philox_keys;

MK_INLINE mk_philox_keys mk_philox_schedule(uint64_t seed) {
  mk_philox_keys keys;
  uint32_t k0 = (uint32_t)seed, k1 = (uint32_t)(seed >> 32);
  for (int r = 0; r < 10; r++) {
    keys.round[r][0] = k0;
    keys.round[r][1] = k1;
    k0 += MK_PHILOX_W0;
    k1 += MK_PHILOX_W1;
  }
  return keys;
}

MK_INLINE mk_philox_8 mk_philox_lanes(const mk_philox_keys *keys, mk_u64x8 block) {
  const uint64_t low = 0xffffffffu;
  mk_u64x8 c0 = block, c1 = block >> 32, c2 = 0, c3 = 0;
#pragma clang loop unroll(full)
  for (int r = 0; r < 10; r++) {
    mk_u64x8 p0 = (c0 & low) * (uint64_t)MK_PHILOX_M0, p1 = (c2 & low) * (uint64_t)MK_PHILOX_M1;
    c0 = mk_upper_halves(p1) ^ c1 ^ keys->round[r][0];
    c2 = mk_upper_halves(p0) ^ c3 ^ keys->round[r][1];
    c1 = p1;
    c3 = p0;
  }
  return (mk_philox_8){{c0, c1, c2, c3}};
}

// 64 draws of 32 bits from the sixteen blocks beginning at `block`.
MK_INLINE void mk_philox_draws(const mk_philox_keys *keys, uint64_t block, uint32_t draws[MK_PHILOX_DRAWS]) {
  const mk_u64x8 step = {0, 2, 4, 6, 8, 10, 12, 14};
  mk_philox_8 even = mk_philox_lanes(keys, block + step), odd = mk_philox_lanes(keys, block + 1 + step);
  for (int j = 0; j < 4; j++) {
    mk_u64x8 both = (even.word[j] & 0xffffffffu) | odd.word[j] << 32;
    __builtin_memcpy(draws + 16 * j, &both, sizeof both);
  }
}

// 32 draws of 64 bits from the same blocks.
MK_INLINE void mk_philox_wide_draws(const mk_philox_keys *keys, uint64_t block,
                                    uint64_t draws[MK_PHILOX_WIDE_DRAWS]) {
  const mk_u64x8 step = {0, 1, 2, 3, 4, 5, 6, 7};
  for (int half = 0; half < 2; half++) {
    mk_philox_8 p = mk_philox_lanes(keys, block + (uint64_t)half * 8 + step);
    for (int j = 0; j < 2; j++) {
      mk_u64x8 both = (p.word[2 * j] & 0xffffffffu) | p.word[2 * j + 1] << 32;
      __builtin_memcpy(draws + 16 * j + 8 * half, &both, sizeof both);
    }
  }
}

#endif
