// Functions of the normal distribution. A template like float_operations.h, over the limits MK_ERFC_LIMIT and
// MK_NORMAL_LIMIT and MK_GAUSSIAN_UNIT of the type.
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
// What is left of a constant.
#define MK_REST(value) ((MK_C)((value) - (long double)(MK_C)(value)))

// exp(-2 sqrt(2 / pi) (a + 0.044715 a^3)), with twice the digits in the exponent, where an error is one of the result.
MK_INLINE MK_C MK_FN(gelu_tanh_exponential)(MK_C a) {
  const MK_C scale = (MK_C)MK_GELU_TANH_SCALE, cube = (MK_C)MK_GELU_TANH_CUBE;
  MK_C square = a * a;
  MK_C square_rest = a * a - square;
  MK_C product = cube * square;
  MK_C product_rest = cube * square - product + (cube * square_rest + MK_REST(MK_GELU_TANH_CUBE) * square);
  MK_C sum = scale + product, part = sum - scale;
  MK_C sum_rest = scale - (sum - part) + (product - part) + (product_rest + MK_REST(MK_GELU_TANH_SCALE));
  MK_C exponent = a * sum;
  MK_C rest = a * sum - exponent + a * sum_rest;
  return MK_FN(exp_parts)(-exponent, -rest, 0);
}

// x times the logistic function of 2 sqrt(2 / pi) (x + 0.044715 x^3), which is (1 + tanh) / 2 of half that.
MK_INLINE MK_C mk_gelu_tanh(MK_C x) {
  MK_C a = MK_FN(bounded)(x, MK_NORMAL_LIMIT), e = MK_FN(gelu_tanh_exponential)(a);
  return (x < 0 ? -a * e : x) / (1 + e);
}

MK_INLINE MK_C mk_gelu_tanh_grad(MK_C gradient, MK_C x) {
  MK_C a = MK_FN(bounded)(x, MK_NORMAL_LIMIT), e = MK_FN(gelu_tanh_exponential)(a), share = 1 / (1 + e);
  MK_C slope = (MK_C)MK_GELU_TANH_SCALE + 3 * (MK_C)MK_GELU_TANH_CUBE * a * a;
  MK_C bend = a * slope * (e * share);
  return gradient * (share * (x < 0 ? e - bend : 1 + bend));
}

#undef MK_GELU_TANH_SCALE
#undef MK_GELU_TANH_CUBE
#undef MK_REST
