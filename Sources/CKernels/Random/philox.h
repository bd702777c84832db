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

MK_INLINE mk_philox_8 mk_philox_lanes(uint64_t seed, mk_u64x8 block) {
  const uint64_t low = 0xffffffffu;
  mk_u64x8 c0 = block, c1 = block >> 32, c2 = 0, c3 = 0;
  uint32_t k0 = (uint32_t)seed, k1 = (uint32_t)(seed >> 32);
  for (int round = 0; round < 10; round++) {
    mk_u64x8 p0 = (c0 & low) * (uint64_t)MK_PHILOX_M0, p1 = (c2 & low) * (uint64_t)MK_PHILOX_M1;
    c0 = (p1 >> 32) ^ c1 ^ (uint64_t)k0;
    c2 = (p0 >> 32) ^ c3 ^ (uint64_t)k1;
    c1 = p1;
    c3 = p0;
    k0 += MK_PHILOX_W0;
    k1 += MK_PHILOX_W1;
  }
  return (mk_philox_8){{c0, c1, c2, c3}};
}

// 64 draws of 32 bits from the sixteen blocks beginning at `block`.
MK_INLINE void mk_philox_draws(uint64_t seed, uint64_t block, uint32_t draws[MK_PHILOX_DRAWS]) {
  const mk_u64x8 step = {0, 2, 4, 6, 8, 10, 12, 14};
  mk_philox_8 even = mk_philox_lanes(seed, block + step), odd = mk_philox_lanes(seed, block + 1 + step);
  for (int j = 0; j < 4; j++) {
    mk_u64x8 both = (even.word[j] & 0xffffffffu) | odd.word[j] << 32;
    __builtin_memcpy(draws + 16 * j, &both, sizeof both);
  }
}

// 32 draws of 64 bits from the same blocks.
MK_INLINE void mk_philox_wide_draws(uint64_t seed, uint64_t block, uint64_t draws[MK_PHILOX_WIDE_DRAWS]) {
  const mk_u64x8 step = {0, 1, 2, 3, 4, 5, 6, 7};
  for (int half = 0; half < 2; half++) {
    mk_philox_8 p = mk_philox_lanes(seed, block + (uint64_t)half * 8 + step);
    for (int j = 0; j < 2; j++) {
      mk_u64x8 both = (p.word[2 * j] & 0xffffffffu) | p.word[2 * j + 1] << 32;
      __builtin_memcpy(draws + 16 * j + 8 * half, &both, sizeof both);
    }
  }
}

#endif
