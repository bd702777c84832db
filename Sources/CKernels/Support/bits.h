// A floating-point number's representation as an integer, and back.
#ifndef MK_SUPPORT_BITS_H
#define MK_SUPPORT_BITS_H

#include <stdbool.h>
#include <stdint.h>

#include "clones.h"

MK_INLINE uint32_t mk_bits_f32(float x) {
  uint32_t bits;
  __builtin_memcpy(&bits, &x, sizeof bits);
  return bits;
}

MK_INLINE float mk_from_bits_f32(uint32_t bits) {
  float x;
  __builtin_memcpy(&x, &bits, sizeof x);
  return x;
}

MK_INLINE uint64_t mk_bits_f64(double x) {
  uint64_t bits;
  __builtin_memcpy(&bits, &x, sizeof bits);
  return bits;
}

MK_INLINE double mk_from_bits_f64(uint64_t bits) {
  double x;
  __builtin_memcpy(&x, &bits, sizeof x);
  return x;
}

#endif
