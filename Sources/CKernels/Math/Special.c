// Special functions that are too branched to vectorise.
#include "special.h"

#include <math.h>

double mk_digamma_f64(double x) {
  if (x == 0) return copysign(INFINITY, -x);
  double result = 0;
  if (x < 0) {
    double whole = trunc(x), fraction = x - whole;
    if (fraction == 0) return NAN;
    // digamma(1 - x) = digamma(x) + pi cot(pi x); the cotangent's period keeps its argument exact.
    result = -M_PI / tan(M_PI * fraction);
    x = 1 - x;
  }
  while (x < 10) {
    result -= 1 / x;
    x += 1;
  }
  double u = 1 / (x * x);
  double series = u * (1.0 / 12 - u * (1.0 / 120 - u * (1.0 / 252 - u * (1.0 / 240 - u * (1.0 / 132 -
                  u * (691.0 / 32760 - u * (1.0 / 12)))))));
  return result + log(x) - 0.5 / x - series;
}

double mk_erfinv_f64(double x) {
  double a = fabs(x);
  if (!(a < 1)) return a == 1 ? copysign(INFINITY, x) : NAN;
  // Winitzki's elementary approximation (2008), within 2e-3, then Halley's iteration on erf or, near 1, erfc.
  double l = log1p(-a * a), b = 2 / (M_PI * 0.147) + 0.5 * l;
  double y = sqrt(sqrt(b * b - l / 0.147) - b);
  if (a < 1e-8) return x * (0.5 * sqrt(M_PI));
  for (int i = 0; i < 3; i++) {
    double error = a < 0.5 ? erf(y) - a : (1 - a) - erfc(y);
    double step = error / (M_2_SQRTPI * exp(-y * y));
    y -= step / (1 + y * step);
  }
  return copysign(y, x);
}
