// Sharing out of work whose parts may take unequal times, as on cores that other processes use too: threads claim
// many units at first and fewer towards the end (Polychronopoulos and Kuck, "Guided self-scheduling", 1987).
// Which ranges are claimed follows from the numbers of units and threads alone; who claims them does not.
#ifndef MK_SUPPORT_CLAIMS_H
#define MK_SUPPORT_CLAIMS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

// Claims at most `most` of the units that are left; false if there are none.
static inline bool mk_claim(atomic_llong *next, int64_t units, int64_t team, int64_t most, int64_t *first,
                            int64_t *count) {
  long long at = atomic_load_explicit(next, memory_order_relaxed);
  do {
    if (at >= units) return false;
    int64_t left = units - at, share = team == 1 ? left : left / (2 * team);
    *count = share < 1 ? 1 : share > most ? most : share;
  } while (!atomic_compare_exchange_weak_explicit(next, &at, at + *count, memory_order_relaxed,
                                                  memory_order_relaxed));
  *first = at;
  return true;
}

#endif
