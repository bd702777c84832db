#ifndef MK_RANDOM_H
#define MK_RANDOM_H

#include "mk_types.h"

// Philox 4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011). Element i of a call depends
// on (seed, offset, i) only, so that neither the number of threads nor the instruction set changes it. A call uses
// counters offset, offset + 1, ...: `mk_random_counters` says how many, and the caller advances by it.
//
// The key is the seed (low word first); block b has the counter (low word of b, high word of b, 0, 0) and gives four
// words of 32 bits. Which words make which element:
// * 32-bit draws: element i takes word i % 64 / 16 of block offset + i / 64 * 16 + i % 16;
// * 64-bit draws (integers of any dtype; float64 but for Bernoulli): with j = i % 32, element i takes words
//   2 * (j / 16), the lower half, and 2 * (j / 16) + 1 of block offset + i / 32 * 16 + j % 16.
// Normal numbers come in pairs 16 elements apart: elements i and i + 16 with i % 32 < 16 are the cosine and the sine
// of one pair; the draw of element i gives the radius and that of element i + 16 the angle.
typedef enum MK_CLOSED : uint8_t {
  MK_RANDOM_UNIFORM MK_NAMED("uniform"),   // a + (b - a) * u with u in [0, 1), never b itself when a < b; floating point
  MK_RANDOM_NORMAL MK_NAMED("normal"),    // mean a, standard deviation b (Box-Muller); floating point
  MK_RANDOM_BERNOULLI MK_NAMED("bernoulli"), // 1 with probability a, else 0; every dtype
  MK_RANDOM_INTEGER MK_NAMED("integer"),   // integers in [a, b), given as `low` and `high`; every dtype but bool
  MK_RANDOM_EXPONENTIAL MK_NAMED("exponential"), // rate a; floating point
} mk_random_kind;

uint64_t mk_random_counters(mk_random_kind kind, mk_dtype dtype, int64_t count);
mk_status mk_random(mk_random_kind kind, mk_dtype dtype, uint64_t seed, uint64_t offset, int64_t count,
                    double a, double b, int64_t low, int64_t high, void *out);
// A uniformly random permutation of 0 ..< count. Uses as many counters as `count` integers.
void mk_random_permutation(uint64_t seed, uint64_t offset, int64_t count, int64_t *out);
// Four random 32-bit words of one counter, for what is random outside of tensors.
void mk_philox(uint64_t seed, uint64_t offset, uint32_t out[4]);

// Inverted dropout in one pass: out = x * keep / (1 - p), mask = keep (bool); all zero when p is 1.
// Uses as many counters as `count` Bernoulli numbers.
mk_status mk_dropout(mk_dtype dtype, uint64_t seed, uint64_t offset, double p, int64_t count, void *out,
                     bool *mask, const void *x);

#endif
