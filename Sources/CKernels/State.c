#include "CKernels.h"

__thread uint32_t mk_thread_flags;
