// Polynomials in nested form, the leading coefficient first.
#ifndef MK_MATH_HORNER_H
#define MK_MATH_HORNER_H

#define MK_HORNER2(x, a, b) ((a) * (x) + (b))
#define MK_HORNER3(x, a, b, c) MK_HORNER2(x, (a) * (x) + (b), c)
#define MK_HORNER4(x, a, b, ...) MK_HORNER3(x, (a) * (x) + (b), __VA_ARGS__)
#define MK_HORNER5(x, a, b, ...) MK_HORNER4(x, (a) * (x) + (b), __VA_ARGS__)
#define MK_HORNER6(x, a, b, ...) MK_HORNER5(x, (a) * (x) + (b), __VA_ARGS__)
#define MK_HORNER7(x, a, b, ...) MK_HORNER6(x, (a) * (x) + (b), __VA_ARGS__)
#define MK_HORNER8(x, a, b, ...) MK_HORNER7(x, (a) * (x) + (b), __VA_ARGS__)
#define MK_HORNER9(x, a, b, ...) MK_HORNER8(x, (a) * (x) + (b), __VA_ARGS__)
#define MK_HORNER10(x, a, b, ...) MK_HORNER9(x, (a) * (x) + (b), __VA_ARGS__)
#define MK_HORNER11(x, a, b, ...) MK_HORNER10(x, (a) * (x) + (b), __VA_ARGS__)
#define MK_HORNER12(x, a, b, ...) MK_HORNER11(x, (a) * (x) + (b), __VA_ARGS__)
#define MK_HORNER13(x, a, b, ...) MK_HORNER12(x, (a) * (x) + (b), __VA_ARGS__)
#define MK_HORNER14(x, a, b, ...) MK_HORNER13(x, (a) * (x) + (b), __VA_ARGS__)
#define MK_HORNER15(x, a, b, ...) MK_HORNER14(x, (a) * (x) + (b), __VA_ARGS__)
#define MK_HORNER16(x, a, b, ...) MK_HORNER15(x, (a) * (x) + (b), __VA_ARGS__)
#define MK_HORNER17(x, a, b, ...) MK_HORNER16(x, (a) * (x) + (b), __VA_ARGS__)

#endif
