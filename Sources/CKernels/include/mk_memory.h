#ifndef MK_MEMORY_H
#define MK_MEMORY_H

#include "mk_types.h"

// Tensor memory. Blocks are aligned to 64 bytes (2 MB, on huge pages where the system has them, from 2 MB
// up) and come from thread-local free lists by size class; a block may be freed on any thread. The contents
// are not initialised. Null when the system has no more.
//
// `*capacity` receives the size in bytes that the block really has, which `mk_free` must be given back.
void *mk_alloc(size_t bytes, size_t *capacity);
void mk_free(void *block, size_t capacity);

// Gives what the calling thread's free lists hold, and the process-wide cache, back to the system.
void mk_trim(void);

// Bytes handed out and not freed, and the greatest that this has been, over all threads.
size_t mk_bytes_in_use(void);
size_t mk_peak_bytes(void);
void mk_reset_peak(void);

#endif
