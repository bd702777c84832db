// A reduction whose elements are combined in lanes of 64 bits from the start. Define before including: WORD, S, X, VX (the
// vector of 8 X), A and VA (the accumulator, 64 bits wide, and 8 of it), and what fold_template.h asks for beside types.
#define LANES 8
#define P A
#define VP VA
#include "fold_template.h"
