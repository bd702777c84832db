#ifndef MARTLET_CONEDNN_SHIM_H
#define MARTLET_CONEDNN_SHIM_H

#include <oneapi/dnnl/dnnl.h>

#if DNNL_VERSION_MAJOR != 2
#error "Martlet needs the C interface of oneDNN 2 (Debian: libdnnl-dev 2.6)"
#endif

// oneDNN plans a primitive for the number of threads of the calling thread's OpenMP team at that moment,
// so what is cached has to be keyed by it. Declared here because clang ships no omp.h of its own.
int omp_get_max_threads(void);

#endif
