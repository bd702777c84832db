// Work that threads hand over to each other while it runs: one that has finished its share waits at its place, and one
// that has more than it needs gives it a part. A core that is slower than the others then holds nobody up.
#ifndef MK_SUPPORT_HANDOVER_H
#define MK_SUPPORT_HANDOVER_H

#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum { mk_handover_threads = 64 };

// Lines [begin, end), which are done up to `step`.
typedef struct {
  int64_t begin, end, step;
} mk_share;

enum { mk_place_free, mk_place_waits, mk_place_is_taken, mk_place_has_share };

typedef struct {
  _Alignas(64) atomic_int state;
  mk_share share;
} mk_place;

// All zeros before the threads start, each with a share.
typedef struct {
  atomic_int idle;
  mk_place places[mk_handover_threads];
} mk_handover;

static inline bool mk_somebody_waits(mk_handover *h) {
  return atomic_load_explicit(&h->idle, memory_order_relaxed) > 0;
}

// Gives a share to a thread that waits; false if there is none.
static inline bool mk_hand_over(mk_handover *h, mk_share share) {
  for (int i = 0; i < mk_handover_threads; i++) {
    int waits = mk_place_waits;
    if (!atomic_compare_exchange_strong(&h->places[i].state, &waits, mk_place_is_taken)) continue;
    h->places[i].share = share;
    atomic_fetch_sub(&h->idle, 1);
    atomic_store(&h->places[i].state, mk_place_has_share);
    return true;
  }
  return false;
}

// For thread `index` of `team`, whose share is done: waits for another; false when all threads are done.
static inline bool mk_take_over(mk_handover *h, int64_t index, int64_t team, mk_share *share) {
  mk_place *place = &h->places[index];
  atomic_store(&place->state, mk_place_waits);
  atomic_fetch_add(&h->idle, 1);
  for (int spins = 0; atomic_load(&h->idle) < team; spins++) {
    if (atomic_load(&place->state) == mk_place_has_share) {
      *share = place->share;
      atomic_store(&place->state, mk_place_free);
      return true;
    }
    if (spins % 1024 == 1023) sched_yield();
  }
  return false;
}

#endif
