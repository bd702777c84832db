// Loads of neighbouring outputs' inputs, 16 or 4 lanes of the storage type MK_S at a distance of `step`. For the
// templates of pooling.
#ifndef MK_POOL_LANES
#define MK_POOL_LANES 16
#define MK_LANE_LOOP _Pragma("clang loop vectorize(assume_safety) interleave_count(1) unroll(disable)")
#endif

typedef MK_S MK_FN(lanes16) __attribute__((ext_vector_type(16)));
typedef MK_S MK_FN(lanes4) __attribute__((ext_vector_type(4)));

MK_INLINE void MK_FN(load_lanes)(MK_S *out, const MK_S *x, int lanes, int64_t step, bool unit, bool pair) {
  if (unit) {
    __builtin_memcpy(out, x, (size_t)lanes * sizeof(MK_S));
  } else if (pair && lanes == 16) {
    // Two loads that end with the last element that is wanted: nothing past it is touched.
    MK_FN(lanes16) a, b;
    __builtin_memcpy(&a, x, sizeof a);
    __builtin_memcpy(&b, x + 15, sizeof b);
    a = __builtin_shufflevector(a, b, 0, 2, 4, 6, 8, 10, 12, 14, 17, 19, 21, 23, 25, 27, 29, 31);
    __builtin_memcpy(out, &a, sizeof a);
  } else if (pair) {
    MK_FN(lanes4) a, b;
    __builtin_memcpy(&a, x, sizeof a);
    __builtin_memcpy(&b, x + 3, sizeof b);
    a = __builtin_shufflevector(a, b, 0, 2, 5, 7);
    __builtin_memcpy(out, &a, sizeof a);
  } else {
    for (int j = 0; j < lanes; j++) out[j] = x[j * step];
  }
}
