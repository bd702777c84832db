// One source, one clone of the machine code per instruction set.
#ifndef MK_SUPPORT_CLONES_H
#define MK_SUPPORT_CLONES_H

// Put before the definition of a function whose loops should be compiled for every instruction set; the loader
// picks the clone once. `static inline` functions it calls are inlined into every clone.
//
// Sanitizers build the baseline alone: ThreadSanitizer instruments the resolvers that the loader runs, before it is
// itself ready; AddressSanitizer does not mind them, but takes many minutes to compile its checks three times over.
#if defined(__x86_64__) && !defined(MK_LEVEL) && defined(__has_feature)
#if __has_feature(thread_sanitizer) || __has_feature(address_sanitizer)
#define MK_LEVEL 1
#endif
#endif
#if defined(__x86_64__) && defined(MK_LEVEL)
// A build of one clone alone, the baseline (1), x86-64-v3 (3) or x86-64-v4 (4), for tests of each.
#if MK_LEVEL == 4
#define MK_CLONES __attribute__((target("arch=x86-64-v4")))
#elif MK_LEVEL == 3
#define MK_CLONES __attribute__((target("arch=x86-64-v3")))
#else
#define MK_CLONES
#endif
#elif defined(__x86_64__)
#define MK_CLONES __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define MK_CLONES
#endif

#define MK_INLINE static inline __attribute__((always_inline, unused))

// Whether the clones that run here are of x86-64-v3 or later, or their like: they fuse products and sums, and convert
// float16.
MK_INLINE _Bool mk_is_modern(void) {
#if defined(MK_LEVEL)
  return MK_LEVEL > 1;
#elif defined(__x86_64__)
  return __builtin_cpu_supports("x86-64-v3") != 0;
#else
  return 1;
#endif
}

// Says that no iteration of the loop that follows writes what another one reads; an output that is the very
// same buffer as an input is fine.
//
// Some loops cannot be vectorised for every instruction set (rounding has no instruction in the baseline), which is
// no reason for a warning.
#pragma clang diagnostic ignored "-Wpass-failed"
#define MK_INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")
// The same for long dependent computations: two vectors side by side, so that one has work while the other waits.
#define MK_INDEPENDENT_PAIRS _Pragma("clang loop vectorize(assume_safety) interleave_count(2)")

#endif
