// What float32 and float64 share of the functions in elementwise.def. A template over the compute type MK_C and
// its suffix MK_S, included after generic.h and the elementary functions of that type.
MK_INLINE MK_C mk_neg(MK_C x) { return -x; }
MK_INLINE MK_C mk_abs(MK_C x) { return __builtin_elementwise_abs(x); }
MK_INLINE MK_C mk_copysign(MK_C x, MK_C y) { return __builtin_elementwise_copysign(x, y); }
MK_INLINE MK_C mk_sqrt(MK_C x) { return __builtin_elementwise_sqrt(x); }
MK_INLINE MK_C mk_floor(MK_C x) { return __builtin_elementwise_floor(x); }
MK_INLINE MK_C mk_ceil(MK_C x) { return __builtin_elementwise_ceil(x); }
MK_INLINE MK_C mk_round(MK_C x) { return __builtin_elementwise_roundeven(x); }
MK_INLINE MK_C mk_trunc(MK_C x) { return __builtin_elementwise_trunc(x); }
MK_INLINE MK_C mk_sign(MK_C x) { return (MK_C)((x > 0) - (x < 0)); }
MK_INLINE bool mk_signbit(MK_C x) { return __builtin_elementwise_copysign((MK_C)1, x) < 0; }

MK_INLINE MK_C mk_add(MK_C x, MK_C y) { return x + y; }
MK_INLINE MK_C mk_sub(MK_C x, MK_C y) { return x - y; }
MK_INLINE MK_C mk_mul(MK_C x, MK_C y) { return x * y; }
MK_INLINE MK_C mk_fma(MK_C x, MK_C y, MK_C z) { return x * y + z; }

// From the nearer end, so that both ends are exact.
MK_INLINE MK_C mk_lerp(MK_C x, MK_C y, MK_C w) {
  MK_C distance = y - x;
  return mk_abs(w) < (MK_C)0.5 ? x + w * distance : y - distance * (1 - w);
}

// NaN wins in these two, and loses in the next two.
MK_INLINE MK_C mk_maximum(MK_C x, MK_C y) {
  MK_C greater = x > y ? x : y;
  return x != x ? x : greater;
}
MK_INLINE MK_C mk_minimum(MK_C x, MK_C y) {
  MK_C lesser = x < y ? x : y;
  return x != x ? x : lesser;
}
MK_INLINE MK_C mk_fmax(MK_C x, MK_C y) {
  MK_C greater = x >= y ? x : y;
  return y != y ? x : greater;
}
MK_INLINE MK_C mk_fmin(MK_C x, MK_C y) {
  MK_C lesser = x <= y ? x : y;
  return y != y ? x : lesser;
}

// Rounds towards negative infinity by way of `rest`, the exact remainder; the quotient alone may round up to an integer.
MK_INLINE MK_C MK_FN(floor_divide_rest)(MK_C x, MK_C y, MK_C rest) {
  MK_C quotient = x / y, whole = (x - rest) / y;
  whole = ((rest != 0) & ((y < 0) != (rest < 0))) ? whole - 1 : whole;
  MK_C below = mk_floor(whole);
  below = whole - below > (MK_C)0.5 ? below + 1 : below;
  below = whole == 0 ? mk_copysign((MK_C)0, quotient) : below;
  return y == 0 ? quotient : below;
}
MK_INLINE MK_C mk_trunc_divide(MK_C x, MK_C y) { return mk_trunc(x / y); }
MK_INLINE MK_C MK_FN(remainder_rest)(MK_C y, MK_C rest) {
  return ((rest != 0) & ((y < 0) != (rest < 0))) ? rest + y : rest;
}
MK_INLINE MK_C mk_floor_divide(MK_C x, MK_C y) { return MK_FN(floor_divide_rest)(x, y, mk_fmod(x, y)); }
MK_INLINE MK_C mk_remainder(MK_C x, MK_C y) { return MK_FN(remainder_rest)(y, mk_fmod(x, y)); }

MK_INLINE MK_C mk_xlogy(MK_C x, MK_C y) {
  MK_C product = x * mk_log(y);
  return ((x == 0) & (y == y)) ? (MK_C)0 : product;
}

MK_INLINE MK_C mk_xlog1py(MK_C x, MK_C y) {
  MK_C product = x * mk_log1p(y);
  return ((x == 0) & (y == y)) ? (MK_C)0 : product;
}
MK_INLINE MK_C mk_entr(MK_C x) {
  MK_C y = -mk_xlogy(x, x);
  return x < 0 ? -(MK_C)__builtin_inf() : y;
}

// e with x = m 2^e and 1/2 <= |m| < 1; 0 for zero, infinity and NaN.
MK_INLINE MK_C mk_exponent(MK_C x) {
  enum { digits = sizeof(MK_C) == 4 ? 23 : 52, bias = sizeof(MK_C) == 4 ? 126 : 1022 };
  MK_C a = mk_abs(x);
  bool subnormal = a < (MK_C)(sizeof(MK_C) == 4 ? 0x1p-126 : 0x1p-1022);
  MK_C normal = subnormal ? a * (MK_C)((int64_t)1 << digits) : a;
  MK_C e = (MK_C)(int32_t)(MK_FN(bits)(normal) >> digits) - (subnormal ? bias + digits : bias);
  return ((x == 0) | !(a < (MK_C)__builtin_inf())) ? (MK_C)0 : e;
}

// The number next to x on the way to y.
MK_INLINE MK_C mk_nextafter(MK_C x, MK_C y) {
  bool away = (x < y) == (x > 0);
  MK_C next = MK_FN(from_bits)(MK_FN(bits)(x) + (away ? 1 : -1));
  next = x == 0 ? mk_copysign(MK_FN(from_bits)(1), y) : next;
  next = x == y ? y : next;
  return ((x != x) | (y != y)) ? x + y : next;
}

MK_INLINE MK_C mk_silu_grad(MK_C gradient, MK_C x) {
  MK_C s = mk_sigmoid(x);
  return gradient * s * (1 + x * (1 - s));
}
