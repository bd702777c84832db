#define MK_S i64
#define MK_C int64_t
#define MK_U uint64_t
#define MK_HAS_ANY 1
#define MK_HAS_NUMBERS 1
#define MK_HAS_FLOATS 0
#define MK_HAS_INTEGERS 1

#include "tables.h"
#include "generic.h"
#include "integer_operations.h"
#include "kernels.h"
#include "table.h"
