// The functions of elementwise.def for bool: addition is or, multiplication is and. Included after generic.h with MK_S
// set to b8.
MK_INLINE bool mk_add(bool x, bool y) { return x | y; }
MK_INLINE bool mk_mul(bool x, bool y) { return x & y; }
MK_INLINE bool mk_maximum(bool x, bool y) { return x | y; }
MK_INLINE bool mk_minimum(bool x, bool y) { return x & y; }
MK_INLINE bool mk_fmax(bool x, bool y) { return x | y; }
MK_INLINE bool mk_fmin(bool x, bool y) { return x & y; }
MK_INLINE bool mk_bitwise_not(bool x) { return !x; }
MK_INLINE bool mk_shift_left(bool x, bool y) { return x & !y; }
MK_INLINE bool mk_shift_right(bool x, bool y) { return x & !y; }
MK_INLINE bool mk_gcd(bool x, bool y) { return x | y; }
MK_INLINE bool mk_lcm(bool x, bool y) { return x & y; }
