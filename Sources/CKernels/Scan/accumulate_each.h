// Running sums or products of every dtype. Define before including: WORD, COMBINE(a, b), IDENTITY. Floating point is combined
// in double; integers wrap in 64 bits.

#define S f32
#define X float
#define A double
#define VA mk_f64x8
#include "accumulate_template.h"

#define S f64
#define X double
#define A double
#define VA mk_f64x8
#include "accumulate_template.h"

#define S f16
#define X mk_f16
#define A double
#define VA mk_f64x8
#include "accumulate_template.h"

#define S bf16
#define X mk_bf16
#define A double
#define VA mk_f64x8
#include "accumulate_template.h"

#define S i8
#define X int8_t
#define A uint64_t
#define VA mk_u64x8
#include "accumulate_template.h"

#define S i16
#define X int16_t
#define A uint64_t
#define VA mk_u64x8
#include "accumulate_template.h"

#define S i32
#define X int32_t
#define A uint64_t
#define VA mk_u64x8
#include "accumulate_template.h"

#define S i64
#define X int64_t
#define A uint64_t
#define VA mk_u64x8
#include "accumulate_template.h"

#define S u8
#define X uint8_t
#define A uint64_t
#define VA mk_u64x8
#include "accumulate_template.h"

#undef WORD
#undef COMBINE
#undef IDENTITY
