// The positions of the extremes of every dtype but half precision, which has the lanes of float32. Define before including: WORD,
// BETTER(a, b), and END_S, the worst element of each dtype.

#define S f32
#define X float
#define I int32_t
#define LANES 16
#define VX mk_f32x16
#define IDENTITY END(f32)
#include "position_template.h"
#undef IDENTITY

#define S f64
#define X double
#define I int64_t
#define LANES 8
#define VX mk_f64x8
#define IDENTITY END(f64)
#include "position_template.h"
#undef IDENTITY

#define S i8
#define X int8_t
#define I int32_t
#define LANES 64
#define VX mk_i8x64
#define IDENTITY END(i8)
#include "position_template.h"
#undef IDENTITY

#define S u8
#define X uint8_t
#define I int32_t
#define LANES 64
#define VX mk_u8x64
#define IDENTITY END(u8)
#include "position_template.h"
#undef IDENTITY

#define S i16
#define X int16_t
#define I int32_t
#define LANES 32
#define VX mk_i16x32
#define IDENTITY END(i16)
#include "position_template.h"
#undef IDENTITY

#define S i32
#define X int32_t
#define I int32_t
#define LANES 16
#define VX mk_i32x16
#define IDENTITY END(i32)
#include "position_template.h"
#undef IDENTITY

#define S i64
#define X int64_t
#define I int64_t
#define LANES 8
#define VX mk_i64x8
#define IDENTITY END(i64)
#include "position_template.h"
#undef IDENTITY

#undef END
#undef WORD
#undef BETTER
