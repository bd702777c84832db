// The functions of elementwise.def for integers. A template over the type MK_C, its unsigned counterpart MK_U and its
// suffix MK_S, included after generic.h. Arithmetic wraps; nothing here traps. Dividing by zero gives 0: callers
// look for such divisors beforehand.
#define MK_IS_SIGNED ((MK_C)-1 < (MK_C)1)
#define MK_LEAST ((MK_C)((MK_U)1 << (sizeof(MK_C) * 8 - 1)))

MK_INLINE MK_C mk_neg(MK_C x) { return (MK_C)(0 - (MK_U)x); }
MK_INLINE MK_C mk_abs(MK_C x) { return x < 0 ? (MK_C)(0 - (MK_U)x) : x; }
MK_INLINE MK_C mk_sign(MK_C x) { return (MK_C)((x > 0) - (x < 0)); }
MK_INLINE bool mk_signbit(MK_C x) { return x < 0; }

MK_INLINE MK_C mk_add(MK_C x, MK_C y) { return (MK_C)((MK_U)x + (MK_U)y); }
MK_INLINE MK_C mk_sub(MK_C x, MK_C y) { return (MK_C)((MK_U)x - (MK_U)y); }
// A product of two uint16_t would be computed in int, and overflow it.
MK_INLINE MK_C mk_mul(MK_C x, MK_C y) { return (MK_C)((MK_U)1 * 1u * (MK_U)x * (MK_U)y); }
MK_INLINE MK_C mk_fma(MK_C x, MK_C y, MK_C z) { return mk_add(mk_mul(x, y), z); }

MK_INLINE MK_C mk_maximum(MK_C x, MK_C y) { return x > y ? x : y; }
MK_INLINE MK_C mk_minimum(MK_C x, MK_C y) { return x < y ? x : y; }
MK_INLINE MK_C mk_fmax(MK_C x, MK_C y) { return x > y ? x : y; }
MK_INLINE MK_C mk_fmin(MK_C x, MK_C y) { return x < y ? x : y; }

// Quotients of up to 32 bits are exact when computed in float64 and truncated, and that vectorises.
MK_INLINE MK_C mk_trunc_divide(MK_C x, MK_C y) {
  bool overflows = MK_IS_SIGNED & (x == MK_LEAST) & (y == (MK_C)-1);
  MK_C divisor = ((y == 0) | overflows) ? 1 : y;
  MK_C quotient = sizeof(MK_C) <= 2   ? (MK_C)(int32_t)((float)x / (float)divisor)
                  : sizeof(MK_C) == 4 ? (MK_C)(int32_t)((double)x / (double)divisor)
                                      : (MK_C)(x / divisor);
  return y == 0 ? 0 : quotient;
}
MK_INLINE MK_C mk_fmod(MK_C x, MK_C y) { return mk_sub(x, mk_mul(mk_trunc_divide(x, y), y)); }
MK_INLINE MK_C mk_remainder(MK_C x, MK_C y) {
  MK_C rest = y == 0 ? 0 : mk_fmod(x, y);
  return ((rest != 0) & ((y < 0) != (rest < 0))) ? mk_add(rest, y) : rest;
}
MK_INLINE MK_C mk_floor_divide(MK_C x, MK_C y) {
  MK_C quotient = mk_trunc_divide(x, y), rest = mk_sub(x, mk_mul(quotient, y));
  return ((rest != 0) & (y != 0) & ((y < 0) != (rest < 0))) ? mk_sub(quotient, 1) : quotient;
}

MK_INLINE MK_C mk_pow(MK_C x, MK_C y) {
  if (y < 0) return x == 1 ? 1 : x == (MK_C)-1 ? (y & 1 ? x : 1) : 0;
  MK_C result = 1, power = x;
  for (MK_U n = (MK_U)y; n != 0; n = (MK_U)(n >> 1)) {
    if (n & 1) result = mk_mul(result, power);
    power = mk_mul(power, power);
  }
  return result;
}

MK_INLINE MK_C mk_bitwise_not(MK_C x) { return (MK_C)~x; }
MK_INLINE MK_C mk_shift_left(MK_C x, MK_C y) {
  const MK_U width = sizeof(MK_C) * 8;
  bool outside = (MK_U)y >= width;
  return outside ? 0 : (MK_C)((MK_U)1 * 1u * (MK_U)x << (outside ? 0 : (MK_U)y));
}
MK_INLINE MK_C mk_shift_right(MK_C x, MK_C y) {
  const MK_U width = sizeof(MK_C) * 8;
  bool outside = (MK_U)y >= width;
  MK_C shifted = (MK_C)(x >> (outside ? width - 1 : (MK_U)y));
  return (outside & !MK_IS_SIGNED) ? 0 : shifted;
}

MK_INLINE MK_C mk_gcd(MK_C x, MK_C y) {
  MK_U a = (MK_U)mk_abs(x), b = (MK_U)mk_abs(y);
  while (b != 0) {
    MK_U rest = (MK_U)(a % b);
    a = b;
    b = rest;
  }
  return (MK_C)a;
}
MK_INLINE MK_C mk_lcm(MK_C x, MK_C y) {
  MK_C divisor = mk_gcd(x, y);
  if (divisor == 0) return 0;
  MK_U factor = (MK_U)((MK_U)mk_abs(x) / (MK_U)divisor);
  // What overflows wraps as it does in PyTorch, where narrow types are computed in 32 bits.
  if (sizeof(MK_C) <= 2) return (MK_C)((uint32_t)factor * (uint32_t)(MK_U)mk_abs(y));
  return mk_abs(mk_mul((MK_C)factor, y));
}
