// Elementary functions of one float32, as arithmetic without branches or calls, so that a loop over them
// vectorises. Within 3 units in the last place unless said otherwise; infinities, NaN, subnormal numbers and
// signed zeros as in C's library. Polynomials were fitted for this file at Chebyshev nodes.
#ifndef MK_MATH_FLOAT32_H
#define MK_MATH_FLOAT32_H

#include "float32_exp.h"
#include "float32_log.h"
#include "float32_trigonometric.h"
#include "float32_error.h"
#include "float32_power.h"

#endif
