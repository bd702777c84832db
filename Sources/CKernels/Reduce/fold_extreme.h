// The extreme of one dtype, which needs no wider one. Define before including: WORD, S, X, LANES, VX, COMBINE(a, b), IDENTITY.
#define P X
#define VP VX
#define A X
#define VA VX
#include "fold_template.h"
#undef IDENTITY
