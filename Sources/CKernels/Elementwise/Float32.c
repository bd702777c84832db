#define MK_S f32
#define MK_C float
#define MK_HAS_ANY 1
#define MK_HAS_NUMBERS 1
#define MK_HAS_FLOATS 1
#define MK_HAS_INTEGERS 0
#define MK_HAS_CUBE 1
#define MK_ERFC_LIMIT MK_ERFC_LIMIT_F32
#define MK_NORMAL_LIMIT MK_NORMAL_LIMIT_F32
#define MK_GELU_TANH_LIMIT MK_GELU_TANH_LIMIT_F32
#define MK_GAUSSIAN_UNIT MK_GAUSSIAN_UNIT_F32
#define MK_GUARDS_F32 1

#include "tables.h"
#include "../Math/float32.h"
#include "../Math/special.h"
#include "generic.h"
#include "float_operations.h"
#include "hyperbolic_operations.h"
#include "normal_operations.h"
#include "kernels.h"
#include "guards.h"
#include "table.h"
