#define MK_S b8
#define MK_C bool
#define MK_HAS_ANY 1
#define MK_HAS_NUMBERS 0
#define MK_HAS_FLOATS 0
#define MK_HAS_INTEGERS 1

#include "tables.h"
#include "generic.h"
#include "bool_operations.h"
#include "kernels.h"
#include "table.h"
