// Vectors of 64 bytes and their conversions, for reductions whose order the compiler may not choose by itself. They
// compile to one, two or four registers, as the clone has them.
#ifndef MK_REDUCE_VECTORS_H
#define MK_REDUCE_VECTORS_H

#include <stdint.h>

#include "../Support/clones.h"

// Every function that passes such a vector is inlined, so that no call convention is involved.
#pragma clang diagnostic ignored "-Wpsabi"

// Aligned as one element: loads and stores through these types need no alignment.
#define MK_VECTOR(name, T, lanes) \
  typedef T name __attribute__((ext_vector_type(lanes), aligned(__alignof__(T))))

MK_VECTOR(mk_f32x16, float, 16);
MK_VECTOR(mk_f32x8, float, 8);
MK_VECTOR(mk_f64x8, double, 8);
MK_VECTOR(mk_i8x64, int8_t, 64);
MK_VECTOR(mk_i8x16, int8_t, 16);
MK_VECTOR(mk_i8x8, int8_t, 8);
MK_VECTOR(mk_u8x64, uint8_t, 64);
MK_VECTOR(mk_u8x16, uint8_t, 16);
MK_VECTOR(mk_u8x8, uint8_t, 8);
MK_VECTOR(mk_i16x32, int16_t, 32);
MK_VECTOR(mk_i16x16, int16_t, 16);
MK_VECTOR(mk_i16x8, int16_t, 8);
MK_VECTOR(mk_u16x32, uint16_t, 32);
MK_VECTOR(mk_i32x16, int32_t, 16);
MK_VECTOR(mk_i32x8, int32_t, 8);
MK_VECTOR(mk_u32x16, uint32_t, 16);
MK_VECTOR(mk_i64x8, int64_t, 8);
MK_VECTOR(mk_i64x16, int64_t, 16);
MK_VECTOR(mk_u64x8, uint64_t, 8);
MK_VECTOR(mk_u64x16, uint64_t, 16);
MK_VECTOR(mk_f64x16, double, 16);

#endif
