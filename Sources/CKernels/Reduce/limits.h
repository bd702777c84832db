// The least and the greatest value of every type, by its suffix: where a search for the other starts.
#ifndef MK_REDUCE_LIMITS_H
#define MK_REDUCE_LIMITS_H

#include <stdint.h>

#define LEAST_f32 (-__builtin_inff())
#define LEAST_f64 (-__builtin_inf())
#define LEAST_i8 INT8_MIN
#define LEAST_u8 0
#define LEAST_i16 INT16_MIN
#define LEAST_i32 INT32_MIN
#define LEAST_i64 INT64_MIN

#define GREATEST_f32 __builtin_inff()
#define GREATEST_f64 __builtin_inf()
#define GREATEST_i8 INT8_MAX
#define GREATEST_u8 UINT8_MAX
#define GREATEST_i16 INT16_MAX
#define GREATEST_i32 INT32_MAX
#define GREATEST_i64 INT64_MAX

#endif
