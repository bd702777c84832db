// The kernels of every dtype, instantiated. Integers are computed in unsigned 32 or 64 bits, which wrap as the
// narrower types do; bool counts its trues.
#include "kernels.h"

#include "../Support/clones.h"
#include "../Support/dtypes.h"
#include "../include/mk_parallel.h"

#define MK_UNROLL _Pragma("clang loop unroll(full)")
#define MK_PASTE_(a, b) a##_##b
#define MK_PASTE(a, b) MK_PASTE_(a, b)
#define MK_FN(name) MK_PASTE(name, MK_SUFFIX)
#define MK_LOAD(x) MK_PASTE(mk_load, MK_SUFFIX)(x)

#define MK_SUFFIX f32
#define MK_C float
#include "rows.h"
#define MK_SUFFIX f64
#define MK_C double
#include "rows.h"

// For 32 registers of 64 bytes.
#define MK_VECTOR_BYTES 64
#define MK_PART_ROWS 8
#define MK_SUFFIX wide_f32
#define MK_C float
#include "tile.h"
#define MK_SUFFIX wide_f64
#define MK_C double
#include "tile.h"
#define MK_SUFFIX wide_u32
#define MK_C uint32_t
#include "tile.h"
#define MK_SUFFIX wide_u64
#define MK_C uint64_t
#include "tile.h"
#undef MK_VECTOR_BYTES
#undef MK_PART_ROWS

// For 16 registers of 32 bytes.
#define MK_VECTOR_BYTES 32
#define MK_PART_ROWS 4
#define MK_SUFFIX narrow_f32
#define MK_C float
#include "tile.h"
#define MK_SUFFIX narrow_f64
#define MK_C double
#include "tile.h"
#define MK_SUFFIX narrow_u32
#define MK_C uint32_t
#include "tile.h"
#define MK_SUFFIX narrow_u64
#define MK_C uint64_t
#include "tile.h"
#undef MK_VECTOR_BYTES
#undef MK_PART_ROWS

#define MK_SUFFIX f32
#define MK_S float
#define MK_C float
#define MK_WRITE(x) (x)
#include "panels.h"
#define MK_SUFFIX f64
#define MK_S double
#define MK_C double
#define MK_WRITE(x) (x)
#include "panels.h"
#define MK_SUFFIX f16
#define MK_S mk_f16
#define MK_C float
#define MK_WRITE(x) mk_store_f16(x)
#include "panels.h"
#define MK_SUFFIX bf16
#define MK_S mk_bf16
#define MK_C float
#define MK_WRITE(x) mk_store_bf16(x)
#include "panels.h"
#define MK_SUFFIX i8
#define MK_S int8_t
#define MK_C uint32_t
#define MK_WRITE(x) ((int8_t)(x))
#include "panels.h"
#define MK_SUFFIX i16
#define MK_S int16_t
#define MK_C uint32_t
#define MK_WRITE(x) ((int16_t)(x))
#include "panels.h"
#define MK_SUFFIX i32
#define MK_S int32_t
#define MK_C uint32_t
#define MK_WRITE(x) ((int32_t)(x))
#include "panels.h"
#define MK_SUFFIX i64
#define MK_S int64_t
#define MK_C uint64_t
#define MK_WRITE(x) ((int64_t)(x))
#include "panels.h"
#define MK_SUFFIX u8
#define MK_S uint8_t
#define MK_C uint32_t
#define MK_WRITE(x) ((uint8_t)(x))
#include "panels.h"
#define MK_SUFFIX b8
#define MK_S bool
#define MK_C uint32_t
#define MK_WRITE(x) ((x) != 0)
#include "panels.h"

// Indexed by whether the registers are wide, then by dtype.
#define MK_VECTOR_BYTES_wide 64
#define MK_VECTOR_BYTES_narrow 32
#define MK_ENTRY(s, S, compute, C, shape)                                                                    \
  {sizeof(S), sizeof(C), MK_VECTOR_BYTES_##shape / sizeof(C), MK_TILE_BYTES / sizeof(C),                     \
   MK_PANEL_BYTES / sizeof(C), pack_##s, multiply_##shape##_##compute, write_rows_##s}
#define MK_TABLE(shape)                                                                                      \
  {                                                                                                          \
    MK_ENTRY(f32, float, f32, float, shape), MK_ENTRY(f64, double, f64, double, shape),                      \
        MK_ENTRY(f16, mk_f16, f32, float, shape), MK_ENTRY(bf16, mk_bf16, f32, float, shape),                \
        MK_ENTRY(i8, int8_t, u32, uint32_t, shape), MK_ENTRY(i16, int16_t, u32, uint32_t, shape),            \
        MK_ENTRY(i32, int32_t, u32, uint32_t, shape), MK_ENTRY(i64, int64_t, u64, uint64_t, shape),          \
        MK_ENTRY(u8, uint8_t, u32, uint32_t, shape), MK_ENTRY(b8, bool, u32, uint32_t, shape),               \
  }
static const mk_gemm_kernels tables[2][MK_DTYPE_COUNT] = {MK_TABLE(narrow), MK_TABLE(wide)};

static bool registers_are_wide(void) {
  const char *set = mk_instruction_set();
  return set[0] == 'x' && set[8] == '4';
}

const mk_gemm_kernels *mk_gemm_kernels_of(mk_dtype dtype) {
  if ((unsigned)dtype >= MK_DTYPE_COUNT) return NULL;
  return &tables[registers_are_wide()][dtype];
}

mk_rows_kernel *mk_rows_kernel_of(mk_dtype dtype) {
  if (!mk_is_floating(dtype)) return NULL;
  if (dtype == MK_FLOAT64) return registers_are_wide() ? rows_wide_f64 : rows_narrow_f64;
  return registers_are_wide() ? rows_wide_f32 : rows_narrow_f32;
}
