#ifndef MK_PARALLEL_H
#define MK_PARALLEL_H

#include "mk_types.h"

// The number of threads that kernels may use: libgomp's own setting, shared with oneDNN.
int mk_thread_count(void);
void mk_set_thread_count(int threads);

// Calls `body(context, begin, end)` over [0, count), split over the threads of libgomp's pool so that each
// gets at least `grain` items. Runs serially when one thread is enough, when it is called from inside a
// parallel region, or when another thread of the process is in one (two pools that fight are slower than one).
void mk_parallel_for(int64_t count, int64_t grain, void *context,
                     void (*body)(void *context, int64_t begin, int64_t end));

// The same over whole tasks: calls `body(context, index)` once for each index in [0, tasks).
void mk_parallel_tasks(int64_t tasks, void *context, void (*body)(void *context, int64_t index));

// The same over ranges of [0, count), long ones first, that threads claim as they go: one that is held up gets less.
void mk_parallel_claims(int64_t count, void *context, void (*body)(void *context, int64_t begin, int64_t end));

// Calls `body(context, index, team)` once on each thread of a team, `index` below `team`, which is at most
// `most`: 1 where mk_parallel_for would run serially.
void mk_parallel_team(int64_t most, void *context, void (*body)(void *context, int64_t index, int64_t team));

// Between the two calls, libraries that use libgomp start no threads from the calling one; `threads` is what the
// first call gave.
int mk_enter_serial(void);
void mk_leave_serial(int threads);

// A name of the instruction set whose clones run here: "x86-64-v4", "x86-64-v3", "baseline".
const char *mk_instruction_set(void);

#endif
