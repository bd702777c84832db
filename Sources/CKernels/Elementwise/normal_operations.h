// Functions of the normal distribution. A template like float_operations.h, over the limits MK_ERFC_LIMIT,
// MK_NORMAL_LIMIT and MK_GELU_TANH_LIMIT and MK_GAUSSIAN_UNIT of the type.
//
// Results are within 9 units in the last place (float64: 12) where products and sums are fused; elsewhere the relative
// error of small ones grows with the exponent.
MK_INLINE MK_C mk_erfc(MK_C x) {
  MK_C a = MK_FN(bounded)(x, MK_ERFC_LIMIT), q, p = MK_FN(mills_ratio)(a * (MK_C)0x1.6a09e667f3bcdp+0, &q);
  MK_C y = MK_FN(gaussian)(a, 1) * p / q * (2 * MK_GAUSSIAN_UNIT);
  return x < 0 ? 2 - y : y;
}

// The probability that a standard normal variable is less than x.
MK_INLINE MK_C mk_ndtr(MK_C x) {
  MK_C a = MK_FN(bounded)(x, MK_NORMAL_LIMIT), q, p = MK_FN(mills_ratio)(a, &q);
  MK_C tail = MK_FN(gaussian)(a, (MK_C)0.5) * p / q * MK_GAUSSIAN_UNIT;
  return x > 0 ? 1 - tail : tail;
}

// max(x, 0) less |x| times the tail: nothing cancels for negative x.
MK_INLINE MK_C mk_gelu(MK_C x) {
  MK_C a = MK_FN(bounded)(x, MK_NORMAL_LIMIT), q, p = MK_FN(mills_ratio)(a, &q);
  MK_C product = MK_FN(gaussian)(a, (MK_C)0.5) * (a * p) / q;
  return (x < 0 ? 0 : x) - product * MK_GAUSSIAN_UNIT;
}

// For negative x the tail less |x| times the density; for others 1 less that.
MK_INLINE MK_C mk_gelu_grad(MK_C gradient, MK_C x) {
  MK_C a = MK_FN(bounded)(x, MK_NORMAL_LIMIT), q, p = MK_FN(mills_ratio)(a, &q);
  MK_C y = MK_FN(gaussian)(a, (MK_C)0.5) * (p / q - a * (MK_C)0x1.9884533d43651p-2) * MK_GAUSSIAN_UNIT;
  return gradient * (x < 0 ? y : 1 - y);
}

#define MK_GELU_TANH_SCALE 1.59576912160573071176L
#define MK_GELU_TANH_CUBE (1.59576912160573071176L * 0.044715L)
// The scale in so few digits that taking it off again is exact.
#define MK_GELU_TANH_SHORT 0x1.988p+0L

// exp(-2 sqrt(2 / pi) (a + 0.044715 a^3)) / MK_GAUSSIAN_UNIT, with twice the digits in the exponent, where an error is
// one of the result.
MK_INLINE MK_C MK_FN(gelu_tanh_decay)(MK_C a) {
  const MK_C cube = (MK_C)MK_GELU_TANH_CUBE, cube_rest = (MK_C)(MK_GELU_TANH_CUBE - (long double)cube);
  const MK_C scale = (MK_C)MK_GELU_TANH_SHORT, scale_rest = (MK_C)(MK_GELU_TANH_SCALE - MK_GELU_TANH_SHORT);
  MK_C square = a * a;
  MK_C square_rest = a * a - square;
  MK_C slope = cube * square + scale, part = scale - slope;
  MK_C rest = cube * square_rest + (cube_rest * square + scale_rest);
  return MK_FN(decay)(a, slope, (cube * square + part) + rest);
}

// x times the logistic function of 2 sqrt(2 / pi) (x + 0.044715 x^3), which is (1 + tanh) / 2 of half that: max(x, 0)
// less |x| times that of -|x|.
MK_INLINE MK_C mk_gelu_tanh(MK_C x) {
  MK_C a = MK_FN(bounded)(x, MK_GELU_TANH_LIMIT), e = MK_FN(gelu_tanh_decay)(a);
  MK_C product = a * e / (1 + e * MK_GAUSSIAN_UNIT);
  return (x < 0 ? 0 : x) - product * MK_GAUSSIAN_UNIT;
}

// For negative x the logistic function less |x| times its slope; for others 1 less that.
MK_INLINE MK_C mk_gelu_tanh_grad(MK_C gradient, MK_C x) {
  MK_C a = MK_FN(bounded)(x, MK_GELU_TANH_LIMIT), e = MK_FN(gelu_tanh_decay)(a);
  MK_C share = 1 / (1 + e * MK_GAUSSIAN_UNIT);
  MK_C slope = (MK_C)MK_GELU_TANH_SCALE + (MK_C)(3 * MK_GELU_TANH_CUBE) * (a * a);
  MK_C y = e * share * (1 - a * slope * share) * MK_GAUSSIAN_UNIT;
  return gradient * (x < 0 ? y : 1 - y);
}

#undef MK_GELU_TANH_SCALE
#undef MK_GELU_TANH_CUBE
#undef MK_GELU_TANH_SHORT
