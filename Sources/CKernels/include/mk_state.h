#ifndef MK_STATE_H
#define MK_STATE_H

#include "mk_types.h"

// Flags of the calling thread that are read on every operation. A C thread-local costs half a nanosecond to read,
// Swift's task-locals several.
extern __thread uint32_t mk_thread_flags;

static inline uint32_t mk_flags(void) { return mk_thread_flags; }
static inline void mk_set_flags(uint32_t flags) { mk_thread_flags = flags; }

#endif
