// The table of the kernels that kernels.h generated. MK_GUARDED_<operation>, where it is defined as `0, function`, names
// one that takes the place of the generated kernel.
#define MK_ANY_STEPS_LIGHT true
#define MK_ANY_STEPS_HEAVY false
#define MK_IS_HEAVY_LIGHT false
#define MK_IS_HEAVY_HEAVY true
#define MK_SECOND_(first, second, ...) second
#define MK_SECOND(...) MK_SECOND_(__VA_ARGS__)
#define MK_CHOSEN(kind, name) MK_SECOND(MK_GUARDED_##name, kind##_##name, 0)
#define MK_TABLE_EXPAND(suffix) mk_table_##suffix
#define MK_TABLE(suffix) MK_TABLE_EXPAND(suffix)

const mk_table MK_TABLE(MK_S) = {
    .unary = {
#define MK_UNARY(name, domain, result, cost, expression) \
  MK_WHEN(MK_HAS_##domain)([MK_UNARY_##name] = {MK_CHOSEN(unary, name), false, MK_IS_HEAVY_##cost},)
#include "../include/elementwise.def"
    },
    .binary = {
#define MK_BINARY(name, domain, result, cost, expression) \
  MK_WHEN(MK_HAS_##domain)([MK_BINARY_##name] = {MK_CHOSEN(binary, name), MK_ANY_STEPS_##cost, MK_IS_HEAVY_##cost},)
#include "../include/elementwise.def"
    },
    .ternary = {
#define MK_TERNARY(name, domain, result, cost, expression) \
  MK_WHEN(MK_HAS_##domain)([MK_TERNARY_##name] = {MK_CHOSEN(ternary, name), false, MK_IS_HEAVY_##cost},)
#include "../include/elementwise.def"
    },
#ifdef MK_HAS_CUBE
    .cube = {unary_cube, false, false},
#endif
};
