// log(exp(x[0]) + ... + exp(x[i])), kept as m + log(s) with m the greatest element so far and s >= 1.
#include <math.h>

#include "../Support/dtypes.h"
#include "scan.h"

typedef struct {
  double greatest, sum; // the sum is 0 while there was nothing but -inf
} log_sum;

MK_INLINE double take(log_sum *l, double x) {
  if (x == -INFINITY) {
    // exp(-inf) adds nothing, and -inf - -inf is not 0.
  } else if (x != x || l->greatest != l->greatest || l->greatest == INFINITY || x == INFINITY) {
    l->greatest = x == INFINITY && l->greatest == l->greatest ? INFINITY : l->greatest + x;
    l->sum = 1;
  } else if (x <= l->greatest) {
    l->sum += exp(x - l->greatest);
  } else {
    l->sum = l->sum * exp(l->greatest - x) + 1;
    l->greatest = x;
  }
  return l->sum == 0 ? -INFINITY : l->greatest + log(l->sum);
}

#define SCAN(s, code, S, C)                                                                                \
  static void scan_##s(void *out, int64_t out_stride, const void *x, int64_t x_stride, int64_t n) {        \
    log_sum l = {-INFINITY, 0};                                                                            \
    for (int64_t i = 0; i < n; i++)                                                                        \
      ((S *)out)[i * out_stride] = mk_store_##s((C)take(&l, (double)mk_load_##s(((const S *)x)[i * x_stride]))); \
  }
MK_EACH_FLOAT(SCAN)
#undef SCAN

mk_log_accumulation mk_log_accumulation_for(mk_dtype dtype) {
  switch (dtype) {
#define SCAN(s, code, S, C) \
  case code: return scan_##s;
    MK_EACH_FLOAT(SCAN)
#undef SCAN
    default: return NULL;
  }
}
