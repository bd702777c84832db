#include "CKernels.h"

__thread uint32_t mk_thread_flags;
__thread uintptr_t mk_thread_failing_module;
__thread uint32_t mk_thread_segment;
__thread void *mk_thread_vmap;
__thread void *mk_thread_module_overlay;
__thread int64_t mk_thread_multiply_adds;
__thread void *mk_thread_autocast;
__thread void *mk_thread_recorder;
