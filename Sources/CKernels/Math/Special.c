// Special functions that are too branched to vectorise.
#include "special.h"

#include <math.h>

#include "float64_error.h"

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

// For s > 1 and q > 0: twelve terms, then Euler and Maclaurin's formula for the others (Abramowitz and Stegun, 23.1.30).
static double zeta_positive(double s, double q) {
  // Bernoulli numbers B_2j over (2j)!.
  static const double bernoulli[] = {1.0 / 12,       -1.0 / 720,           1.0 / 30240,
                                     -1.0 / 1209600, 1.0 / 47900160,       -691.0 / 1307674368000,
                                     1.0 / 74724249600, -3617.0 / 10670622842880000};
  double sum = 0;
  for (int k = 0; k < 12; k++) sum += pow(q + k, -s);
  double a = q + 12, last = pow(a, -s);
  if (last == 0) return sum;
  sum += last * a / (s - 1) + 0.5 * last;
  double factor = s * last / a;
  for (int j = 0; j < 8; j++) {
    sum += bernoulli[j] * factor;
    factor *= (s + 2 * j + 1) * (s + 2 * j + 2) / (a * a);
  }
  return sum;
}

double mk_zeta_f64(double s, double q) {
  if (s == 1) return INFINITY;
  if (!(s > 1)) return NAN;
  if (q > 0 || isnan(q)) return zeta_positive(s, q);
  double a = -q, whole = floor(a), fraction = a - whole;
  if (fraction == 0) return INFINITY;
  if (s != floor(s)) return NAN;
  // The terms below zero are those of -q, -q - 1, ... with the sign of (-1)^s: a finite piece of another such sum.
  double negative = zeta_positive(s, fraction) - zeta_positive(s, a + 1);
  return zeta_positive(s, 1 - fraction) + (fmod(s, 2) == 0 ? negative : -negative);
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

double mk_erfcx_f64(double x) {
  double a = fabs(x), denominator;
  if (a <= 27) {
    double numerator = mk_mills_ratio_f64(a * M_SQRT2, &denominator), y = 2 * numerator / denominator;
    if (!(x < 0)) return y;
    // The square in two parts, since an error in the exponent is one of the result.
    double square = x * x;
    return 2 * mk_exp_parts_f64(square, fma(x, x, -square), 0) - y;
  }
  if (x < 0) return INFINITY;
  // Abramowitz and Stegun, 7.1.23.
  double s = 0.5 / a / a;
  double series = 1 - s * (1 - 3 * s * (1 - 5 * s * (1 - 7 * s * (1 - 9 * s * (1 - 11 * s)))));
  return x == x ? 0.5 * M_2_SQRTPI / a * series : x;
}

double mk_ndtri_f64(double p) {
  if (!(p > 0 && p < 1)) return p == 0 ? -INFINITY : p == 1 ? INFINITY : NAN;
  // Both this difference and the next are exact.
  if (p > 0.25 && p < 0.75) return M_SQRT2 * mk_erfinv_f64(2 * p - 1);
  bool upper = p > 0.5;
  if (upper) p = 1 - p;
  // Abramowitz and Stegun, 26.2.23, within 4.5e-4, then Halley's iteration.
  double t = sqrt(-2 * log(p));
  double z = t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
  for (int i = 0; i < 2; i++) {
    double quarter = exp(0.25 * z * z);
    double step = (0.5 * erfc(z * M_SQRT1_2) - p) * quarter * quarter * sqrt(2 * M_PI);
    z += step / (1 - 0.5 * z * step);
  }
  return upper ? z : -z;
}
