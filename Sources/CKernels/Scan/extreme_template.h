// Running extremes of one dtype. Define before including: WORD (what the kernels are called), S (the dtype's suffix), X
// (element), C (what is compared), NOT_WORSE(v, m): v comes after m or equals it.
#define MK_CAT_(a, b) a##b
#define MK_CAT(a, b) MK_CAT_(a, b)
#define MK_NAME_(word, s, name) word##_##s##name
#define MK_NAME(word, s, name) MK_NAME_(word, s, name)
#define FN(name) MK_NAME(WORD, S, name)
#define LOAD MK_CAT(mk_load_, S)

// A NaN replaces everything, and only another NaN replaces it.
#define TAKES(v, m) (NOT_WORSE(v, m) | ((v) != (v)))

MK_CLONES static void FN(_strided)(void *out, int64_t out_stride, int64_t *indices, int64_t index_stride,
                                   const void *x, int64_t x_stride, int64_t n) {
  if (n <= 0) return;
  const X *from = x;
  X *to = out, extreme = from[0];
  C best = LOAD(extreme);
  int64_t position = 0, i = 0;
  if (x_stride == 1 && out_stride == 1 && index_stride == 1) {
    // Records are rare in most data: a stretch without one is only filled.
    for (; i + 32 <= n; i += 32) {
      int record = 0;
      for (int l = 0; l < 32; l++) {
        C v = LOAD(from[i + l]);
        record |= TAKES(v, best);
      }
      if (record) {
        for (int l = 0; l < 32; l++) {
          X element = from[i + l];
          C v = LOAD(element);
          bool takes = TAKES(v, best);
          best = takes ? v : best;
          extreme = takes ? element : extreme;
          position = takes ? i + l : position;
          to[i + l] = extreme;
          if (indices) indices[i + l] = position;
        }
      } else {
        for (int l = 0; l < 32; l++) to[i + l] = extreme;
        if (indices)
          for (int l = 0; l < 32; l++) indices[i + l] = position;
      }
    }
  }
  for (; i < n; i++) {
    X element = from[i * x_stride];
    C v = LOAD(element);
    bool takes = TAKES(v, best);
    best = takes ? v : best;
    extreme = takes ? element : extreme;
    position = takes ? i : position;
    to[i * out_stride] = extreme;
    if (indices) indices[i * index_stride] = position;
  }
}

MK_CLONES static void FN(_columns)(void *out, int64_t out_stride, int64_t *indices, int64_t index_stride,
                                   const void *x, int64_t x_stride, int64_t n, int64_t width) {
  X extreme[MK_SCAN_TILE];
  int64_t position[MK_SCAN_TILE];
  for (int64_t i = 0; i < n; i++) {
    const X *from = (const X *)x + i * x_stride;
    X *to = (X *)out + i * out_stride;
    if (i == 0) {
      for (int64_t j = 0; j < width; j++) {
        extreme[j] = from[j];
        position[j] = 0;
      }
    }
    MK_INDEPENDENT
    for (int64_t j = 0; j < width; j++) {
      X element = from[j];
      C v = LOAD(element), best = LOAD(extreme[j]);
      bool takes = TAKES(v, best);
      extreme[j] = takes ? element : extreme[j];
      position[j] = takes ? i : position[j];
      to[j] = extreme[j];
    }
    if (indices)
      for (int64_t j = 0; j < width; j++) indices[i * index_stride + j] = position[j];
  }
}

#undef FN
#undef TAKES
#undef S
#undef X
#undef C
#undef LOAD
