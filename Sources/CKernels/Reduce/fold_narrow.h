// A reduction of narrow integers, whose sums cannot overflow 32 bits within a block; blocks wrap in 64. Define before including:
// WORD, S, X, VX (the vector of 16 X), and what fold_template.h asks for beside types.
#define LANES 16
#define P int32_t
#define VP mk_i32x16
#define A uint64_t
#define VA mk_u64x16
#include "fold_template.h"
