// float64 functions of C's library under this project's names.
#ifndef MK_MATH_FLOAT64_LIBRARY_H
#define MK_MATH_FLOAT64_LIBRARY_H

#include <math.h>

#include "../Support/clones.h"

MK_INLINE double mk_asin_f64(double x) { return asin(x); }
MK_INLINE double mk_acos_f64(double x) { return acos(x); }
MK_INLINE double mk_atan_f64(double x) { return atan(x); }
MK_INLINE double mk_atan2_f64(double y, double x) { return atan2(y, x); }
MK_INLINE double mk_hypot_f64(double x, double y) { return hypot(x, y); }
MK_INLINE double mk_fmod_f64(double x, double y) { return fmod(x, y); }

#endif
