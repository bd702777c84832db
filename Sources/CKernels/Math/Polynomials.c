// Orthogonal polynomials of a whole degree n >= 0, 0 for a negative one: by their recurrences (Abramowitz and Stegun,
// 22.7), and Chebyshev's of high degree in closed form (22.3.15 and 22.3.16).
#include <math.h>

#include "special.h"

// Degrees from which the closed forms are used.
enum { closed_degree = 8 };

// Truncated; what int64_t does not hold, and NaN, is negative.
static int64_t degree(double n) { return n < 0x1p62 ? (n > -1 ? (int64_t)n : -1) : (n == n ? INT64_MAX / 2 : -1); }

// Chebyshev's four kinds obey one recurrence from p_0 = 1 and p_1 = first.
static double chebyshev_recurrence(double x, int64_t n, double first) {
  double before = 1, now = first;
  if (n == 0) return before;
  for (int64_t k = 1; k < n; k++) {
    double next = 2 * x * now - before;
    before = now;
    now = next;
  }
  return now;
}

// sin(p u) / sin(u) or, for x > 1 where x = cosh(u), its hyperbolic counterpart, with u = acos(x) * scale.
static double sine_ratio(double x, double multiple, double scale) {
  double u = scale * (x <= 1 ? acos(x) : acosh(x));
  if (u == 0) return multiple;
  if (x <= 1) return sin(multiple * u) / sin(u);
  // By exponentials, as the two sines may overflow where their ratio does not.
  return exp((multiple - 1) * u) * (expm1(-2 * multiple * u) / expm1(-2 * u));
}

static double cosine_ratio(double x, double multiple, double scale) {
  double u = scale * (x <= 1 ? acos(x) : acosh(x));
  if (x <= 1) return cos(multiple * u) / cos(u);
  return exp((multiple - 1) * u) * ((1 + exp(-2 * multiple * u)) / (1 + exp(-2 * u)));
}

double mk_chebyshev_t_f64(double x, double order) {
  int64_t n = degree(order);
  if (n < 0) return 0;
  if (n < closed_degree || x != x) return chebyshev_recurrence(x, n, x);
  double a = fabs(x), value = a <= 1 ? cos((double)n * acos(a)) : cosh((double)n * acosh(a));
  return x < 0 && n % 2 ? -value : value;
}

double mk_chebyshev_u_f64(double x, double order) {
  int64_t n = degree(order);
  if (n < 0) return 0;
  if (n < closed_degree || x != x) return chebyshev_recurrence(x, n, 2 * x);
  double value = sine_ratio(fabs(x), (double)n + 1, 1);
  return x < 0 && n % 2 ? -value : value;
}

// Of the third and the fourth kind, each is the other one at -x with a sign.
static double half_angle(double x, int64_t n, bool third) {
  bool reflected = x < 0;
  double a = fabs(x), multiple = 2 * (double)n + 1;
  double value = third != reflected ? cosine_ratio(a, multiple, 0.5) : sine_ratio(a, multiple, 0.5);
  return reflected && n % 2 ? -value : value;
}

double mk_chebyshev_v_f64(double x, double order) {
  int64_t n = degree(order);
  if (n < 0) return 0;
  return n < closed_degree || x != x ? chebyshev_recurrence(x, n, 2 * x - 1) : half_angle(x, n, true);
}

double mk_chebyshev_w_f64(double x, double order) {
  int64_t n = degree(order);
  if (n < 0) return 0;
  return n < closed_degree || x != x ? chebyshev_recurrence(x, n, 2 * x + 1) : half_angle(x, n, false);
}

// p_(k+1) = (a_k + b_k x) p_k - c_k p_(k-1), until it is no finite number.
#define MK_RECURRENCE(name, first, next_value)                              \
  double mk_##name##_f64(double x, double order) {                          \
    int64_t n = degree(order);                                              \
    double before = 1, now = first;                                         \
    if (n <= 0) return n < 0 ? 0 : before;                                  \
    for (int64_t i = 1; i < n && isfinite(now); i++) {                      \
      double k = (double)i, next = next_value;                              \
      before = now;                                                         \
      now = next;                                                           \
    }                                                                       \
    return now;                                                             \
  }
MK_RECURRENCE(hermite_h, 2 * x, 2 * x * now - 2 * k * before)
MK_RECURRENCE(hermite_he, x, x * now - k * before)
MK_RECURRENCE(laguerre_l, 1 - x, ((2 * k + 1 - x) * now - k * before) / (k + 1))
MK_RECURRENCE(legendre_p, x, ((2 * k + 1) * x * now - k * before) / (k + 1))
