// Running extremes of every dtype. Define before including: WORD, NOT_WORSE(v, m).

#define S f32
#define X float
#define C float
#include "extreme_template.h"

#define S f64
#define X double
#define C double
#include "extreme_template.h"

#define S f16
#define X mk_f16
#define C float
#include "extreme_template.h"

#define S bf16
#define X mk_bf16
#define C float
#include "extreme_template.h"

#define S i8
#define X int8_t
#define C int8_t
#include "extreme_template.h"

#define S i16
#define X int16_t
#define C int16_t
#include "extreme_template.h"

#define S i32
#define X int32_t
#define C int32_t
#include "extreme_template.h"

#define S i64
#define X int64_t
#define C int64_t
#include "extreme_template.h"

#define S u8
#define X uint8_t
#define C uint8_t
#include "extreme_template.h"

#undef WORD
#undef NOT_WORSE
