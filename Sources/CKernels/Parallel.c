// Threads of libgomp's pool, entered without OpenMP's compiler support: oneDNN uses the same pool, and two
// pools would fight for the cores.
#include "include/mk_parallel.h"
#include "Support/claims.h"
#include "Support/clones.h"

#include <stdatomic.h>

void GOMP_parallel(void (*body)(void *), void *data, unsigned threads, unsigned flags);
int omp_get_thread_num(void);
int omp_get_num_threads(void);
int omp_get_max_threads(void);
void omp_set_num_threads(int threads);
int omp_in_parallel(void);

// libgomp keeps its setting per thread, while ours is for the process: each thread applies it when it sees
// that it changed.
static atomic_int configured_threads;
static _Thread_local int applied_threads;

int mk_thread_count(void) {
  int threads = atomic_load_explicit(&configured_threads, memory_order_relaxed);
  if (threads != applied_threads && threads > 0) {
    omp_set_num_threads(threads);
    applied_threads = threads;
  }
  threads = omp_get_max_threads();
  return threads < 1 ? 1 : threads;
}

void mk_set_thread_count(int threads) {
  atomic_store_explicit(&configured_threads, threads < 1 ? 1 : threads, memory_order_relaxed);
  mk_thread_count();
}

// Set while some thread of the process is inside a parallel region of ours.
static atomic_flag region_taken = ATOMIC_FLAG_INIT;

static bool enter_region(void) {
  return !omp_in_parallel() && !atomic_flag_test_and_set_explicit(&region_taken, memory_order_acquire);
}

static void leave_region(void) { atomic_flag_clear_explicit(&region_taken, memory_order_release); }

// ThreadSanitizer does not see how libgomp's threads wait for each other, and is told: what happened before a job
// was passed on happened before what follows its receipt.
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
void __tsan_acquire(void *address);
void __tsan_release(void *address);
#define MK_PASS_ON(job) __tsan_release(job)
#define MK_RECEIVE(job) __tsan_acquire(job)
#endif
#endif
#ifndef MK_PASS_ON
#define MK_PASS_ON(job) ((void)(job))
#define MK_RECEIVE(job) ((void)(job))
#endif

static void run_team(void (*body)(void *), void *job, int64_t threads) {
  MK_PASS_ON(job);
  GOMP_parallel(body, job, (unsigned)threads, 0);
  MK_RECEIVE(job);
}

typedef struct {
  int64_t count, chunk;
  void *context;
  void (*body)(void *, int64_t, int64_t);
} range_job;

static void run_range(void *data) {
  MK_RECEIVE(data);
  const range_job *job = data;
  // The team may be smaller than was asked for.
  int64_t team = omp_get_num_threads();
  for (int64_t part = omp_get_thread_num();; part += team) {
    int64_t begin = part * job->chunk;
    if (begin >= job->count) break;
    int64_t left = job->count - begin;
    job->body(job->context, begin, begin + (left < job->chunk ? left : job->chunk));
  }
  MK_PASS_ON(data);
}

void mk_parallel_for(int64_t count, int64_t grain, void *context,
                     void (*body)(void *context, int64_t begin, int64_t end)) {
  if (count <= 0) return;
  if (grain < 1) grain = 1;
  if (count >= 2 * grain) {
    int64_t threads = mk_thread_count();
    if (threads > count / grain) threads = count / grain;
    if (threads > 1 && enter_region()) {
      int64_t chunk = (count - 1) / threads + 1;
      // Whole cache lines a thread where the items are single elements.
      if (chunk >= 1024) chunk = (chunk + 63) & ~(int64_t)63;
      range_job job = {count, chunk, context, body};
      run_team(run_range, &job, threads);
      leave_region();
      return;
    }
  }
  body(context, 0, count);
}

typedef struct {
  int64_t tasks;
  atomic_llong next;
  void *context;
  void (*body)(void *, int64_t);
} task_job;

static void run_tasks(void *data) {
  MK_RECEIVE(data);
  task_job *job = data;
  for (;;) {
    int64_t index = atomic_fetch_add_explicit(&job->next, 1, memory_order_relaxed);
    if (index >= job->tasks) break;
    job->body(job->context, index);
  }
  MK_PASS_ON(data);
}

void mk_parallel_tasks(int64_t tasks, void *context, void (*body)(void *context, int64_t index)) {
  if (tasks > 1) {
    int64_t threads = mk_thread_count();
    if (threads > tasks) threads = tasks;
    if (threads > 1 && enter_region()) {
      task_job job = {tasks, 0, context, body};
      run_team(run_tasks, &job, threads);
      leave_region();
      return;
    }
  }
  for (int64_t i = 0; i < tasks; i++) body(context, i);
}

typedef struct {
  void *context;
  void (*body)(void *, int64_t, int64_t);
} team_job;

static void run_member(void *data) {
  MK_RECEIVE(data);
  team_job *job = data;
  job->body(job->context, omp_get_thread_num(), omp_get_num_threads());
  MK_PASS_ON(data);
}

void mk_parallel_team(int64_t most, void *context, void (*body)(void *context, int64_t index, int64_t team)) {
  if (most > 1) {
    int64_t threads = mk_thread_count();
    if (threads > most) threads = most;
    if (threads > 1 && enter_region()) {
      team_job job = {context, body};
      run_team(run_member, &job, threads);
      leave_region();
      return;
    }
  }
  body(context, 0, 1);
}

typedef struct {
  int64_t count;
  atomic_llong next;
  void *context;
  void (*body)(void *, int64_t, int64_t);
} claim_job;

static void run_claims(void *context, int64_t index, int64_t team) {
  (void)index;
  claim_job *job = context;
  int64_t first, count;
  while (mk_claim(&job->next, job->count, team, job->count, &first, &count))
    job->body(job->context, first, first + count);
}

void mk_parallel_claims(int64_t count, void *context, void (*body)(void *context, int64_t begin, int64_t end)) {
  claim_job job = {count, 0, context, body};
  mk_parallel_team(count, &job, run_claims);
}

int mk_enter_serial(void) {
  int threads = omp_get_max_threads();
  if (threads > 1) omp_set_num_threads(1);
  return threads;
}

void mk_leave_serial(int threads) {
  if (threads > 1) omp_set_num_threads(threads);
}

const char *mk_instruction_set(void) {
#if defined(MK_LEVEL)
  return MK_LEVEL == 4 ? "x86-64-v4" : MK_LEVEL == 3 ? "x86-64-v3" : "baseline";
#elif defined(__x86_64__) && defined(__clang__)
  if (__builtin_cpu_supports("x86-64-v4")) return "x86-64-v4";
  if (__builtin_cpu_supports("x86-64-v3")) return "x86-64-v3";
#endif
  return "baseline";
}
