// Includes the file MK_TEMPLATE once for every floating dtype. It sees
//   MK_S, MK_C            storage and compute type
//   MK_FN(name)           name_<suffix>, for the functions it defines
//   MK_LOAD(x), MK_STORE(x)  storage to compute type and back
//   MK_IS_HALF            1 where the two types differ
// No include guard: a file sets MK_TEMPLATE and includes this once for every template it has.
#include "../Support/clones.h"
#include "../Support/dtypes.h"

#ifndef MK_PASTE
#define MK_PASTE_(a, b) a##_##b
#define MK_PASTE(a, b) MK_PASTE_(a, b)
#define MK_FN(name) MK_PASTE(name, MK_SUFFIX)
#define MK_LOAD(x) MK_PASTE(mk_load, MK_SUFFIX)(x)
#define MK_STORE(x) MK_PASTE(mk_store, MK_SUFFIX)(x)
#endif

#define MK_SUFFIX f32
#define MK_S float
#define MK_C float
#define MK_IS_HALF 0
#include MK_TEMPLATE
#undef MK_SUFFIX
#undef MK_S
#undef MK_C

#define MK_SUFFIX f64
#define MK_S double
#define MK_C double
#include MK_TEMPLATE
#undef MK_SUFFIX
#undef MK_S
#undef MK_C
#undef MK_IS_HALF

#define MK_SUFFIX f16
#define MK_S mk_f16
#define MK_C float
#define MK_IS_HALF 1
#include MK_TEMPLATE
#undef MK_SUFFIX

#define MK_SUFFIX bf16
#include MK_TEMPLATE
#undef MK_SUFFIX
#undef MK_S
#undef MK_C
#undef MK_IS_HALF
#undef MK_TEMPLATE
