// Sums of Chebyshev polynomials, by Clenshaw's recurrence.
#ifndef MK_MATH_CHEBYSHEV_H
#define MK_MATH_CHEBYSHEV_H

#include "../Support/clones.h"

// The sum of c[k] T_k(t), for -1 <= t <= 1.
MK_INLINE double mk_chebyshev_sum(double t, int count, const double *c) {
  double next = 0, later = 0;
  for (int k = count - 1; k > 0; k--) {
    double now = c[k] + 2 * t * next - later;
    later = next;
    next = now;
  }
  return c[0] + t * next - later;
}
#define MK_CHEBYSHEV(t, table) mk_chebyshev_sum(t, (int)(sizeof(table) / sizeof *(table)), table)

#endif
