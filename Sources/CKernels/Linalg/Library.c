// LAPACK is loaded when it is first needed: a process that takes no matrix apart is spared the time and the memory.
#include <dlfcn.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

#include "lapack.h"

static mk_lapack routines;
static bool loaded;

static bool find_all(void *library) {
#define FIND_f32(name, parameters) \
  if (!(*(void **)&routines.f32.name = dlsym(library, "s" #name "_"))) return false;
#define FIND_f64(name, parameters) \
  if (!(*(void **)&routines.f64.name = dlsym(library, "d" #name "_"))) return false;
  MK_LAPACK(FIND_f32, float)
  MK_LAPACK(FIND_f64, double)
  return true;
}

extern char **environ;

// OpenBLAS takes processors that are newer than itself for ones without vector instructions, unless it is told. It is
// told in a copy of the environment that is in force while it is loaded: to change the environment itself would not
// be safe beside other threads that read it, and would show in child processes.
static void *open_library(const char *name) {
  const char *core = NULL;
#if defined(__x86_64__) && defined(__clang__)
  if (__builtin_cpu_supports("x86-64-v4")) core = "OPENBLAS_CORETYPE=SkylakeX";
  else if (__builtin_cpu_supports("x86-64-v3")) core = "OPENBLAS_CORETYPE=Haswell";
#endif
  static char **copy;
  char **own = environ;
  if (core && !getenv("OPENBLAS_CORETYPE")) {
    size_t count = 0;
    while (own && own[count]) count++;
    copy = malloc((count + 2) * sizeof *copy);
    if (copy) {
      for (size_t i = 0; i < count; i++) copy[i] = own[i];
      copy[count] = (char *)core;
      copy[count + 1] = NULL;
      environ = copy;
    }
  }
  void *library = dlopen(name, RTLD_LAZY | RTLD_LOCAL);
  // The copy is not freed: another thread may still be reading it.
  environ = own;
  return library;
}

static void load(void) {
  // OpenBLAS, else what the system calls its LAPACK.
  static const char *const names[] = {"libopenblas.so.0", "liblapack.so.3"};
  for (size_t i = 0; i < sizeof names / sizeof *names && !loaded; i++) {
    void *library = open_library(names[i]);
    if (!library) continue;
    loaded = find_all(library);
    if (!loaded) {
      dlclose(library);
      continue;
    }
    // An OpenBLAS with threads of its own (1) would bring a second pool; with OpenMP's (2) it follows ours.
    int (*kind)(void) = (int (*)(void))dlsym(library, "openblas_get_parallel");
    void (*set_threads)(int) = (void (*)(int))dlsym(library, "openblas_set_num_threads");
    if (kind && set_threads && kind() == 1) set_threads(1);
  }
}

const mk_lapack *mk_lapack_load(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, load);
  return loaded ? &routines : NULL;
}
