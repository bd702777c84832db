// LAPACK is loaded when it is first needed: a process that takes no matrix apart is spared the time and the memory.
#include <dlfcn.h>
#include <pthread.h>
#include <stdbool.h>

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

static void load(void) {
  // OpenBLAS, else what the system calls its LAPACK.
  static const char *const names[] = {"libopenblas.so.0", "liblapack.so.3"};
  for (size_t i = 0; i < sizeof names / sizeof *names && !loaded; i++) {
    void *library = dlopen(names[i], RTLD_LAZY | RTLD_LOCAL);
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
