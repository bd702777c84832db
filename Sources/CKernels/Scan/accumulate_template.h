// Running sums or products of one dtype. Define before including:
//   WORD            what the kernels are called
//   S, X            the dtype's suffix, and its elements
//   A, VA           accumulator (double or uint64_t), and 8 of it
//   COMBINE(a, b), IDENTITY
// There are load_S and store_S, from X to A and back for one element, and loads_S and stores_S for 8.
#define MK_CAT_(a, b) a##b
#define MK_CAT(a, b) MK_CAT_(a, b)
#define MK_NAME_(word, s, name) word##_##s##name
#define MK_NAME(word, s, name) MK_NAME_(word, s, name)
#define FN(name) MK_NAME(WORD, S, name)
#define LOAD MK_CAT(load_, S)
#define STORE MK_CAT(store_, S)
#define LOADS MK_CAT(loads_, S)
#define STORES MK_CAT(stores_, S)

// The running total is kept apart from the carry: it does not depend on what came before the line, so that parts of a line
// may be totalled by different threads without changing a bit of the result.
MK_CLONES static void FN(_line)(void *out, const void *x, int64_t n, const void *carry, void *total) {
  const X *from = x;
  X *to = out;
  const A before = *(const A *)carry;
  const VA fill = IDENTITY;
  VA sum = IDENTITY, base = before;
  int64_t i = 0;
  for (; i + 8 <= n; i += 8) {
    VA v = LOADS(from + i);
    MK_PREFIX_8(v, fill, COMBINE);
    VA end = MK_LAST_8(v);
    if (to) {
      v = COMBINE(sum, v);
      v = COMBINE(base, v);
      STORES(to + i, v);
    }
    sum = COMBINE(sum, end);
  }
  A last = sum[0];
  for (; i < n; i++) {
    A v = LOAD(from[i]);
    last = COMBINE(last, v);
    if (to) {
      A whole = COMBINE(before, last);
      to[i] = STORE(whole);
    }
  }
  *(A *)total = last;
}

MK_CLONES static void FN(_strided)(void *out, int64_t out_stride, const void *x, int64_t x_stride, int64_t n) {
  A sum = IDENTITY;
  for (int64_t i = 0; i < n; i++) {
    A v = LOAD(((const X *)x)[i * x_stride]);
    sum = COMBINE(sum, v);
    ((X *)out)[i * out_stride] = STORE(sum);
  }
}

MK_CLONES static void FN(_columns)(void *out, int64_t out_stride, const void *x, int64_t x_stride, int64_t n,
                                   int64_t width) {
  A sum[MK_SCAN_TILE];
  for (int64_t j = 0; j < width; j++) sum[j] = IDENTITY;
  for (int64_t i = 0; i < n; i++) {
    const X *from = (const X *)x + i * x_stride;
    X *to = (X *)out + i * out_stride;
    MK_INDEPENDENT
    for (int64_t j = 0; j < width; j++) {
      A v = LOAD(from[j]);
      sum[j] = COMBINE(sum[j], v);
      to[j] = STORE(sum[j]);
    }
  }
}

static void FN(_init)(void *acc) { *(A *)acc = IDENTITY; }
static void FN(_merge)(void *acc, const void *later) {
  A a = *(A *)acc, b = *(const A *)later;
  *(A *)acc = COMBINE(a, b);
}

#undef FN
#undef LOAD
#undef STORE
#undef LOADS
#undef STORES
#undef S
#undef X
#undef A
#undef VA
