// Elementary functions of one float64. Those written out here are arithmetic without branches or calls, within 2
// units in the last place, so that a loop over them vectorises; the rarer ones call C's library.
#ifndef MK_MATH_FLOAT64_H
#define MK_MATH_FLOAT64_H

#include "float64_exp.h"
#include "float64_log.h"
#include "float64_trigonometric.h"
#include "float64_error.h"
#include "float64_power.h"
#include "float64_library.h"

#endif
