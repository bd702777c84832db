// Tensor memory: free lists by size class for small blocks, a locked cache for large ones.
//
// Small blocks come from thread-local lists, refilled from and spilled to lists that all threads share, since a block
// may be freed on another thread than it came from. Large blocks go through the shared cache alone: a lock costs
// nothing beside the work done on 2 MB.
#include "include/mk_memory.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>

// The greatest small class: the next one would be a huge page.
#define MK_SMALL ((size_t)7 << 18)
#define MK_HUGE_PAGE ((size_t)2 << 20)

// Four classes a doubling from 256 bytes up, multiples of 64 bytes below.
enum { small_classes = 4 + 4 * 12 + 3 };
// What a thread may hold: bytes in all, and blocks and bytes of one class.
enum { thread_bytes = 64 << 20, class_blocks = 256, class_bytes = 16 << 20 };
// What the process may hold for threads that exited or spilled, and of large blocks.
#define MK_SHARED_SMALL ((size_t)256 << 20)
#define MK_SHARED_LARGE ((size_t)1 << 30)
// A thread adds to the process's total when it is off by this much.
enum { fold_bytes = 256 << 10 };

// AddressSanitizer watches what malloc hands out: there blocks come from it and end where they were asked to end.
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define MK_WATCHED(bytes) ((bytes) <= MK_SHARED_LARGE)
#endif
#endif
#ifndef MK_WATCHED
#define MK_WATCHED(bytes) false
#endif

typedef struct block {
  struct block *next;
} block;

typedef struct {
  block *first;
  uint32_t count;
} list;

typedef struct thread_cache {
  list lists[small_classes];
  size_t held;            // bytes in the lists
  atomic_llong unfolded;  // bytes handed out less bytes freed since the last fold
  struct thread_cache *next, **previous; // all caches of the process
  bool registered, dead;
} thread_cache;

static _Thread_local thread_cache cache;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static thread_cache *caches;
static list shared[small_classes];
static size_t shared_bytes;
static atomic_llong total, peak;

static int class_of(size_t bytes) {
  if (bytes <= 256) return bytes <= 64 ? 0 : (int)((bytes - 1) >> 6);
  int log = 63 - __builtin_clzll((unsigned long long)(bytes - 1));
  return 3 + (log - 8) * 4 + (int)((bytes - 1) >> (log - 2) & 3) + 1;
}

static size_t class_size(int index) {
  if (index <= 3) return (size_t)(index + 1) << 6;
  int log = (index - 4) / 4 + 8, quarter = (index - 4) % 4;
  return ((size_t)1 << log) + ((size_t)(quarter + 1) << (log - 2));
}

static void raise_peak(long long now) {
  long long before = atomic_load_explicit(&peak, memory_order_relaxed);
  while (now > before &&
         !atomic_compare_exchange_weak_explicit(&peak, &before, now, memory_order_relaxed, memory_order_relaxed)) {
  }
}

static void add_to_total(long long bytes) {
  raise_peak(atomic_fetch_add_explicit(&total, bytes, memory_order_relaxed) + bytes);
}

static void push(list *l, block *b) {
  b->next = l->first;
  l->first = b;
  l->count++;
}

static block *pop(list *l) {
  block *b = l->first;
  l->first = b->next;
  l->count--;
  return b;
}

// Moves up to `count` blocks from a thread's list to the shared one, or to the system if that is full.
static void spill(list *from, int index, uint32_t count) {
  size_t size = class_size(index);
  block *surplus = 0;
  pthread_mutex_lock(&lock);
  for (; count > 0 && from->first; count--) {
    block *b = pop(from);
    if (shared_bytes + size <= MK_SHARED_SMALL) {
      push(&shared[index], b);
      shared_bytes += size;
    } else {
      b->next = surplus;
      surplus = b;
    }
  }
  pthread_mutex_unlock(&lock);
  while (surplus) {
    block *next = surplus->next;
    free(surplus);
    surplus = next;
  }
}

static void leave_thread(void *data) {
  thread_cache *mine = data;
  for (int i = 0; i < small_classes; i++) spill(&mine->lists[i], i, UINT32_MAX);
  mine->held = 0;
  pthread_mutex_lock(&lock);
  *mine->previous = mine->next;
  if (mine->next) mine->next->previous = mine->previous;
  pthread_mutex_unlock(&lock);
  add_to_total(atomic_exchange_explicit(&mine->unfolded, 0, memory_order_relaxed));
  // Blocks that later destructors of this thread free go past the lists.
  mine->dead = true;
}

static pthread_key_t exit_key;
static pthread_once_t exit_once = PTHREAD_ONCE_INIT;
static bool exit_key_made;
static void make_exit_key(void) { exit_key_made = pthread_key_create(&exit_key, leave_thread) == 0; }

static void register_thread(void) {
  if (cache.registered) return;
  cache.registered = true;
  pthread_once(&exit_once, make_exit_key);
  if (!exit_key_made || pthread_setspecific(exit_key, &cache) != 0) {
    // Without notice of the thread's end its lists would leak.
    cache.dead = true;
    return;
  }
  pthread_mutex_lock(&lock);
  cache.next = caches;
  cache.previous = &caches;
  if (caches) caches->previous = &cache.next;
  caches = &cache;
  pthread_mutex_unlock(&lock);
}

static inline void count_bytes(long long bytes) {
  // Only this thread writes its counter.
  long long now = atomic_load_explicit(&cache.unfolded, memory_order_relaxed) + bytes;
  if (now > fold_bytes || now < -fold_bytes || cache.dead) {
    add_to_total(now);
    now = 0;
  }
  atomic_store_explicit(&cache.unfolded, now, memory_order_relaxed);
}

// Fills this thread's list from the shared one, or takes a block from the system.
static block *refill(int index) {
  register_thread();
  size_t size = class_size(index);
  if (!cache.dead) {
    list *l = &cache.lists[index];
    size_t most = (256 << 10) / size;
    if (most > 32) most = 32;
    pthread_mutex_lock(&lock);
    for (size_t taken = 0; taken <= most && shared[index].first; taken++) {
      push(l, pop(&shared[index]));
      shared_bytes -= size;
      cache.held += size;
    }
    pthread_mutex_unlock(&lock);
    if (l->first) {
      cache.held -= size;
      return pop(l);
    }
  }
  return aligned_alloc(64, size);
}

// Large blocks. Sizes are rounded up to an eighth of their power of two so that similar ones can share a block.
typedef struct large_block {
  struct large_block *next;
  size_t size;
} large_block;

static large_block *large; // most recently freed first
static size_t large_bytes;

static size_t large_size(size_t bytes) {
  int log = 63 - __builtin_clzll((unsigned long long)bytes);
  size_t step = (size_t)1 << (log - 3);
  if (step < MK_HUGE_PAGE) step = MK_HUGE_PAGE;
  return (bytes + step - 1) & ~(step - 1);
}

static void *map_large(size_t size) {
  // Room to cut an aligned block out of.
  char *start = mmap(0, size + MK_HUGE_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (start == MAP_FAILED) return 0;
  char *aligned = (char *)(((uintptr_t)start + MK_HUGE_PAGE - 1) & ~(uintptr_t)(MK_HUGE_PAGE - 1));
  size_t before = (size_t)(aligned - start), after = MK_HUGE_PAGE - before;
  if (before) munmap(start, before);
  if (after) munmap(aligned + size, after);
#ifdef MADV_HUGEPAGE
  madvise(aligned, size, MADV_HUGEPAGE);
#endif
  return aligned;
}

static void unmap_list(large_block *b) {
  while (b) {
    large_block *next = b->next;
    munmap(b, b->size);
    b = next;
  }
}

static void *alloc_large(size_t size) {
  pthread_mutex_lock(&lock);
  for (large_block **at = &large; *at; at = &(*at)->next) {
    large_block *b = *at;
    if (b->size != size) continue;
    *at = b->next;
    large_bytes -= size;
    pthread_mutex_unlock(&lock);
    return b;
  }
  pthread_mutex_unlock(&lock);
  return map_large(size);
}

static void free_large(void *memory, size_t size) {
  large_block *b = memory, *evicted = 0;
  if (size > MK_SHARED_LARGE) {
    munmap(b, size);
    return;
  }
  pthread_mutex_lock(&lock);
  b->size = size;
  b->next = large;
  large = b;
  large_bytes += size;
  // The blocks that have waited longest go.
  while (large_bytes > MK_SHARED_LARGE) {
    large_block **at = &large;
    while ((*at)->next) at = &(*at)->next;
    large_block *oldest = *at;
    *at = 0;
    large_bytes -= oldest->size;
    oldest->next = evicted;
    evicted = oldest;
  }
  pthread_mutex_unlock(&lock);
  unmap_list(evicted);
}

void *mk_alloc(size_t bytes, size_t *capacity) {
  *capacity = 0;
  if (bytes > PTRDIFF_MAX / 2) return 0;
  void *memory = 0;
  size_t size;
  if (MK_WATCHED(bytes)) {
    size = bytes > 0 ? bytes : 1;
    if (posix_memalign(&memory, 64, size) != 0) return 0;
  } else if (bytes <= MK_SMALL) {
    int index = class_of(bytes);
    size = class_size(index);
    list *l = &cache.lists[index];
    if (l->first) {
      memory = pop(l);
      cache.held -= size;
    } else {
      memory = refill(index);
      if (!memory) {
        mk_trim();
        memory = aligned_alloc(64, size);
      }
    }
  } else {
    size = large_size(bytes);
    memory = alloc_large(size);
    if (!memory) {
      mk_trim();
      memory = map_large(size);
    }
  }
  if (!memory) return 0;
  count_bytes((long long)size);
  *capacity = size;
  return memory;
}

void mk_free(void *memory, size_t capacity) {
  if (!memory) return;
  count_bytes(-(long long)capacity);
  if (MK_WATCHED(capacity)) {
    free(memory);
    return;
  }
  if (capacity > MK_SMALL) {
    free_large(memory, capacity);
    return;
  }
  if (!cache.registered) register_thread();
  if (cache.dead) {
    free(memory);
    return;
  }
  int index = class_of(capacity);
  list *l = &cache.lists[index];
  push(l, memory);
  cache.held += capacity;
  if (l->count > class_blocks || l->count * capacity > class_bytes || cache.held > thread_bytes) {
    uint32_t before = l->count;
    spill(l, index, (l->count + 1) / 2);
    cache.held -= (before - l->count) * capacity;
  }
}

void mk_trim(void) {
  block *surplus = 0;
  pthread_mutex_lock(&lock);
  large_block *blocks = large;
  large = 0;
  large_bytes = 0;
  for (int i = 0; i < small_classes; i++) {
    list *both[] = {&shared[i], &cache.lists[i]};
    for (int k = 0; k < 2; k++)
      while (both[k]->first) {
        block *b = pop(both[k]);
        b->next = surplus;
        surplus = b;
      }
  }
  shared_bytes = 0;
  cache.held = 0;
  pthread_mutex_unlock(&lock);
  unmap_list(blocks);
  while (surplus) {
    block *next = surplus->next;
    free(surplus);
    surplus = next;
  }
}

static long long bytes_now(void) {
  pthread_mutex_lock(&lock);
  long long bytes = atomic_load_explicit(&total, memory_order_relaxed);
  for (thread_cache *c = caches; c; c = c->next) bytes += atomic_load_explicit(&c->unfolded, memory_order_relaxed);
  pthread_mutex_unlock(&lock);
  return bytes < 0 ? 0 : bytes;
}

size_t mk_bytes_in_use(void) { return (size_t)bytes_now(); }

size_t mk_peak_bytes(void) {
  raise_peak(bytes_now());
  return (size_t)atomic_load_explicit(&peak, memory_order_relaxed);
}

void mk_reset_peak(void) { atomic_store_explicit(&peak, bytes_now(), memory_order_relaxed); }
