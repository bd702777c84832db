// Rows handled one 64-byte vector of the compute type at a time, for each_float.h. What does not fill a vector
// is loaded and stored under a mask, so that a row of 10 costs as much as one of 16.
#ifndef MK_LANES
#define MK_LANES ((int64_t)(64 / sizeof(MK_C)))
#define MK_ROW_LOOP _Pragma("clang loop vectorize(assume_safety) interleave_count(1) unroll(disable)")
#endif

// Everything here is inlined into one clone, so no vector is ever passed between two functions.
#pragma clang diagnostic ignored "-Wpsabi"

typedef MK_C MK_FN(lanes) __attribute__((ext_vector_type(64 / sizeof(MK_C))));

MK_INLINE MK_FN(lanes) MK_FN(load)(const MK_S *p) {
  MK_FN(lanes) v;
#if MK_IS_HALF
  MK_C t[MK_LANES];
  MK_ROW_LOOP for (int64_t j = 0; j < MK_LANES; j++) t[j] = MK_LOAD(p[j]);
  __builtin_memcpy(&v, t, sizeof v);
#else
  __builtin_memcpy(&v, p, sizeof v);
#endif
  return v;
}

MK_INLINE void MK_FN(store)(MK_S *p, MK_FN(lanes) v) {
#if MK_IS_HALF
  MK_C t[MK_LANES];
  __builtin_memcpy(t, &v, sizeof v);
  MK_ROW_LOOP for (int64_t j = 0; j < MK_LANES; j++) p[j] = MK_STORE(t[j]);
#else
  __builtin_memcpy(p, &v, sizeof v);
#endif
}

// The first `n` lanes from memory, `fill` in the others.
MK_INLINE MK_FN(lanes) MK_FN(load_part)(const MK_S *p, int64_t n, MK_C fill) {
  MK_FN(lanes) v;
  MK_C t[MK_LANES];
  MK_ROW_LOOP for (int64_t j = 0; j < MK_LANES; j++) t[j] = j < n ? MK_LOAD(p[j]) : fill;
  __builtin_memcpy(&v, t, sizeof v);
  return v;
}

MK_INLINE void MK_FN(store_part)(MK_S *p, int64_t n, MK_FN(lanes) v) {
  MK_C t[MK_LANES];
  __builtin_memcpy(t, &v, sizeof v);
  MK_ROW_LOOP for (int64_t j = 0; j < MK_LANES; j++) {
    if (j < n) p[j] = MK_STORE(t[j]);
  }
}

// `n` may exceed the lanes: then all of them.
MK_INLINE MK_FN(lanes) MK_FN(load_up_to)(const MK_S *p, int64_t n, MK_C fill) {
  return n >= MK_LANES ? MK_FN(load)(p) : MK_FN(load_part)(p, n, fill);
}

MK_INLINE void MK_FN(store_up_to)(MK_S *p, int64_t n, MK_FN(lanes) v) {
  if (n >= MK_LANES) MK_FN(store)(p, v);
  else MK_FN(store_part)(p, n, v);
}

// The same for arrays of the compute type.
MK_INLINE MK_FN(lanes) MK_FN(load_raw)(const MK_C *p) {
  MK_FN(lanes) v;
  __builtin_memcpy(&v, p, sizeof v);
  return v;
}

MK_INLINE void MK_FN(store_raw)(MK_C *p, MK_FN(lanes) v) { __builtin_memcpy(p, &v, sizeof v); }

MK_INLINE void MK_FN(add_raw)(MK_C *p, int64_t n, MK_FN(lanes) v) {
  if (n >= MK_LANES) {
    MK_FN(store_raw)(p, MK_FN(load_raw)(p) + v);
  } else {
    for (int64_t j = 0; j < n; j++) p[j] += v[j];
  }
}

MK_INLINE MK_C MK_FN(lane_sum)(MK_FN(lanes) v) {
  __typeof__(v.lo) a = v.lo + v.hi;
  __typeof__(a.lo) b = a.lo + a.hi;
  MK_C t[4] = {0};
  __builtin_memcpy(t, &b, sizeof b);
  return (t[0] + t[2]) + (t[1] + t[3]);
}

// NaN may be lost.
MK_INLINE MK_C MK_FN(lane_max)(MK_FN(lanes) v) {
  __typeof__(v.lo) a = v.lo > v.hi ? v.lo : v.hi;
  __typeof__(a.lo) b = a.lo > a.hi ? a.lo : a.hi;
  MK_C t[4] = {(MK_C)-INFINITY, (MK_C)-INFINITY, (MK_C)-INFINITY, (MK_C)-INFINITY};
  __builtin_memcpy(t, &b, sizeof b);
  t[0] = t[0] > t[2] ? t[0] : t[2];
  t[1] = t[1] > t[3] ? t[1] : t[3];
  return t[0] > t[1] ? t[0] : t[1];
}

MK_INLINE MK_FN(lanes) MK_FN(lane_exp)(MK_FN(lanes) v) {
  MK_C t[MK_LANES];
  __builtin_memcpy(t, &v, sizeof v);
  MK_ROW_LOOP for (int64_t j = 0; j < MK_LANES; j++) t[j] = MK_EXP(t[j]);
  __builtin_memcpy(&v, t, sizeof v);
  return v;
}
