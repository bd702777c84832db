// A reduction of float32 and float64. Define before including: WORD, and what fold_template.h asks for beside types.
// float32 is combined in lanes of float over short blocks, whose results are combined in double.
#define S f32
#define X float
#define LANES 16
#define VX mk_f32x16
#define P float
#define VP mk_f32x16
#define A double
#define VA mk_f64x16
#include "fold_template.h"

#define S f64
#define X double
#define LANES 8
#define VX mk_f64x8
#define P double
#define VP mk_f64x8
#define A double
#define VA mk_f64x8
#include "fold_template.h"
