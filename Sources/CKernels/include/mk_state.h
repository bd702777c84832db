#ifndef MK_STATE_H
#define MK_STATE_H

#include "mk_types.h"

// Flags of the calling thread that are read on every operation. A C thread-local costs half a
// nanosecond to read, Swift's task-locals several.
extern __thread uint32_t mk_thread_flags;

static inline uint32_t mk_flags(void) { return mk_thread_flags; }
static inline void mk_set_flags(uint32_t flags) { mk_thread_flags = flags; }

// The address of the module that an error passed last on its way up, for the path in its message.
extern __thread uintptr_t mk_thread_failing_module;

static inline uintptr_t mk_failing_module(void) { return mk_thread_failing_module; }
static inline void mk_set_failing_module(uintptr_t module) { mk_thread_failing_module = module; }

// The part of a record that is being made for later recomputation; 0 outside of one.
extern __thread uint32_t mk_thread_segment;

static inline uint32_t mk_segment(void) { return mk_thread_segment; }
static inline void mk_set_segment(uint32_t segment) { mk_thread_segment = segment; }

// The innermost vmap that runs on the calling thread; null outside of one.
extern __thread void *mk_thread_vmap;

static inline void *mk_vmap(void) { return mk_thread_vmap; }
static inline void mk_set_vmap(void *scope) { mk_thread_vmap = scope; }

// Values that stand in for those of parameters, in a functional call; null outside of one.
extern __thread void *mk_thread_module_overlay;

static inline void *mk_module_overlay(void) { return mk_thread_module_overlay; }
static inline void mk_set_module_overlay(void *overlay) { mk_thread_module_overlay = overlay; }

// How many products with a sum the calling thread has asked the null backend for.
extern __thread int64_t mk_thread_multiply_adds;

static inline int64_t mk_multiply_adds(void) { return mk_thread_multiply_adds; }
static inline void mk_set_multiply_adds(int64_t count) { mk_thread_multiply_adds = count; }

// What autocast converts to and what it has converted; null outside of it.
extern __thread void *mk_thread_autocast;

static inline void *mk_autocast(void) { return mk_thread_autocast; }
static inline void mk_set_autocast(void *state) { mk_thread_autocast = state; }

// What writes down the elementwise operations that the null backend is asked for; null while
// nothing does.
extern __thread void *mk_thread_recorder;

static inline void *mk_recorder(void) { return mk_thread_recorder; }
static inline void mk_set_recorder(void *recorder) { mk_thread_recorder = recorder; }

#endif
