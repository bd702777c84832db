// Elements to unsigned keys of the same order, and back.
#include "sort.h"

// The bits of a float order like a sign and a magnitude: negative numbers are complemented, the others get the top bit.
#define FLOAT_KEY(W, T, S, SIGN, INFINITE)                                                   \
  MK_INLINE T float_key_##W(T bits, bool *exact) {                                           \
    bool special = bits == SIGN || (T)(bits & (T)~SIGN) > INFINITE;                          \
    T number = bits == SIGN ? 0 : bits;                                                      \
    T key = (T)(number ^ ((T)((S)number >> (sizeof(T) * 8 - 1)) | SIGN));                    \
    *exact = !special;                                                                       \
    return (T)(number & (T)~SIGN) > INFINITE ? (T)~(T)0 : key;                               \
  }                                                                                          \
  MK_INLINE T float_bits_##W(T key) { return key & SIGN ? (T)(key ^ SIGN) : (T)~key; }
FLOAT_KEY(f32, uint32_t, int32_t, 0x80000000u, 0x7f800000u)
FLOAT_KEY(f64, uint64_t, int64_t, 0x8000000000000000u, 0x7ff0000000000000u)
FLOAT_KEY(f16, uint16_t, int16_t, 0x8000u, 0x7c00u)
FLOAT_KEY(bf16, uint16_t, int16_t, 0x8000u, 0x7f80u)

#define INTEGER_KEY(W, T, SIGN)                                                              \
  MK_INLINE T integer_key_##W(T bits, bool *exact) {                                         \
    *exact = true;                                                                           \
    return (T)(bits ^ SIGN);                                                                 \
  }                                                                                          \
  MK_INLINE T integer_bits_##W(T key) { return (T)(key ^ SIGN); }
INTEGER_KEY(i8, uint8_t, 0x80u)
INTEGER_KEY(i16, uint16_t, 0x8000u)
INTEGER_KEY(i32, uint32_t, 0x80000000u)
INTEGER_KEY(i64, uint64_t, 0x8000000000000000u)
INTEGER_KEY(u8, uint8_t, 0u)

#define MAKE(name, T, K, key)                                                                           \
  MK_CLONES static bool make_##name(bool descending, const T *x, int64_t stride, int64_t n, K *keys) {  \
    T flip = descending ? (T)~(T)0 : 0;                                                                 \
    int inexact = 0;                                                                                    \
    if (stride == 1) {                                                                                  \
      for (int64_t i = 0; i < n; i++) {                                                                 \
        bool exact;                                                                                     \
        keys[i] = (T)(key(x[i], &exact) ^ flip);                                                        \
        inexact |= !exact;                                                                              \
      }                                                                                                 \
    } else {                                                                                            \
      for (int64_t i = 0; i < n; i++) {                                                                 \
        bool exact;                                                                                     \
        keys[i] = (T)(key(x[i * stride], &exact) ^ flip);                                               \
        inexact |= !exact;                                                                              \
      }                                                                                                 \
    }                                                                                                   \
    return !inexact;                                                                                    \
  }
MAKE(f32, uint32_t, uint32_t, float_key_f32)
MAKE(f16, uint16_t, uint32_t, float_key_f16)
MAKE(bf16, uint16_t, uint32_t, float_key_bf16)
MAKE(i8, uint8_t, uint32_t, integer_key_i8)
MAKE(i16, uint16_t, uint32_t, integer_key_i16)
MAKE(i32, uint32_t, uint32_t, integer_key_i32)
MAKE(u8, uint8_t, uint32_t, integer_key_u8)
MAKE(f64, uint64_t, uint64_t, float_key_f64)
MAKE(i64, uint64_t, uint64_t, integer_key_i64)

bool mk_make_keys32(mk_dtype dtype, bool descending, const void *x, int64_t stride, int64_t n, uint32_t *keys) {
  switch (dtype) {
    case MK_FLOAT32: return make_f32(descending, x, stride, n, keys);
    case MK_FLOAT16: return make_f16(descending, x, stride, n, keys);
    case MK_BFLOAT16: return make_bf16(descending, x, stride, n, keys);
    case MK_INT8: return make_i8(descending, x, stride, n, keys);
    case MK_INT16: return make_i16(descending, x, stride, n, keys);
    case MK_INT32: return make_i32(descending, x, stride, n, keys);
    default: return make_u8(descending, x, stride, n, keys);
  }
}

bool mk_make_keys64(mk_dtype dtype, bool descending, const void *x, int64_t stride, int64_t n, uint64_t *keys) {
  if (dtype == MK_FLOAT64) return make_f64(descending, x, stride, n, keys);
  return make_i64(descending, x, stride, n, keys);
}

#define BACK(name, T, bits)                                                                                   \
  MK_CLONES static void back_##name(bool descending, const uint64_t *pairs, int64_t n, T *out, int64_t stride) { \
    T flip = descending ? (T)~(T)0 : 0;                                                                       \
    if (stride == 1) {                                                                                        \
      for (int64_t i = 0; i < n; i++) out[i] = bits((T)((T)(pairs[i] >> 32) ^ flip));                         \
    } else {                                                                                                  \
      for (int64_t i = 0; i < n; i++) out[i * stride] = bits((T)((T)(pairs[i] >> 32) ^ flip));                \
    }                                                                                                         \
  }
BACK(f32, uint32_t, float_bits_f32)
BACK(f16, uint16_t, float_bits_f16)
BACK(i8, uint8_t, integer_bits_i8)
BACK(i16, uint16_t, integer_bits_i16)
BACK(i32, uint32_t, integer_bits_i32)
BACK(u8, uint8_t, integer_bits_u8)

void mk_elements_of_pairs(mk_dtype dtype, bool descending, const uint64_t *pairs, int64_t n, void *out,
                          int64_t stride) {
  switch (dtype) {
    case MK_FLOAT32: back_f32(descending, pairs, n, out, stride); break;
    case MK_FLOAT16:
    case MK_BFLOAT16: back_f16(descending, pairs, n, out, stride); break;
    case MK_INT8: back_i8(descending, pairs, n, out, stride); break;
    case MK_INT16: back_i16(descending, pairs, n, out, stride); break;
    case MK_INT32: back_i32(descending, pairs, n, out, stride); break;
    default: back_u8(descending, pairs, n, out, stride); break;
  }
}

#define TAKE_AS(bytes, T, index)                                                                              \
  case bytes:                                                                                                 \
    for (int64_t i = 0; i < n; i++) ((T *)out)[i * out_stride] = ((const T *)x)[(int64_t)(index) * x_stride]; \
    break;

void mk_take_pairs(size_t item, const uint64_t *pairs, int64_t n, const void *x, int64_t x_stride, void *out,
                   int64_t out_stride) {
  switch (item) {
    TAKE_AS(1, uint8_t, (uint32_t)pairs[i])
    TAKE_AS(2, uint16_t, (uint32_t)pairs[i])
    TAKE_AS(4, uint32_t, (uint32_t)pairs[i])
    TAKE_AS(8, uint64_t, (uint32_t)pairs[i])
    default: break;
  }
}

void mk_take_order(size_t item, const uint32_t *order, int64_t n, const void *x, int64_t x_stride, void *out,
                   int64_t out_stride) {
  switch (item) {
    TAKE_AS(1, uint8_t, order[i])
    TAKE_AS(2, uint16_t, order[i])
    TAKE_AS(4, uint32_t, order[i])
    TAKE_AS(8, uint64_t, order[i])
    default: break;
  }
}
