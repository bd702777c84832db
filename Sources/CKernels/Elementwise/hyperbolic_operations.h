// Hyperbolic functions and their inverses. A template like float_operations.h.
#define MK_EXP_LIMIT ((MK_C)(sizeof(MK_C) == 4 ? 80 : 700))
#define MK_LN2 ((MK_C)0x1.62e42fefa39efp-1)

MK_INLINE MK_C mk_sinh(MK_C x) {
  MK_C a = mk_abs(x), t = mk_expm1(a);
  MK_C y = (MK_C)0.5 * (t + t / (t + 1));
  y = a < (MK_C)(sizeof(MK_C) == 4 ? 0x1p-13 : 0x1p-28) ? a : y;
  y = a > MK_EXP_LIMIT ? MK_FN(exp_parts)(a, 0, -1) : y;
  return mk_copysign(y, x);
}

MK_INLINE MK_C mk_cosh(MK_C x) {
  // Half of exp(|x|), which overflows only where cosh does.
  MK_C half = MK_FN(exp_parts)(mk_abs(x), 0, -1);
  return half + (MK_C)0.25 / half;
}

// From here on the square does not count beside 1, and before it is finite.
#define MK_GREAT ((MK_C)1e9)

MK_INLINE MK_C mk_asinh(MK_C x) {
  MK_C a = mk_abs(x), square = a * a;
  bool great = a > MK_GREAT;
  MK_C argument = great ? a - 1 : a + square / (1 + mk_sqrt(square + 1));
  MK_C y = mk_log1p(argument) + (great ? MK_LN2 : (MK_C)0);
  return mk_copysign(y, x);
}

MK_INLINE MK_C mk_acosh(MK_C x) {
  MK_C t = x - 1;
  bool great = x > MK_GREAT;
  MK_C argument = great ? t : t + mk_sqrt(2 * t + t * t);
  MK_C y = mk_log1p(argument) + (great ? MK_LN2 : (MK_C)0);
  return x < 1 ? (MK_C)__builtin_nan("") : y;
}

MK_INLINE MK_C mk_atanh(MK_C x) {
  MK_C a = mk_abs(x);
  return mk_copysign((MK_C)0.5 * mk_log1p((a + a) / (1 - a)), x);
}

#undef MK_EXP_LIMIT
#undef MK_LN2
#undef MK_GREAT
