// The conversions of one dtype, with suffix MK_FROM, to every one. MK_FROM_FLOAT is the suffix of the type it computes
// in if that is floating-point. A template, which undefines its parameters.
#define MK_JOIN3_(a, b, c) a##b##c
#define MK_JOIN3(a, b, c) MK_JOIN3_(a, b, c)
#define MK_CAST_NAME(to) MK_JOIN3(MK_FROM, _to_, to)
#define MK_LOADED MK_JOIN3(mk_load_, MK_FROM, )(x[i])

#define MK_CAST_LOOP(s, S, value)                                                                           \
  MK_CLONES static void MK_CAST_NAME(s)(int64_t count, void *out, const void *xs, const void *ys, const void *zs, \
                                        unsigned steps) {                                                   \
    (void)ys, (void)zs, (void)steps;                                                                        \
    S *o = out;                                                                                             \
    const MK_FROM_STORAGE *x = xs;                                                                          \
    MK_INDEPENDENT for (int64_t i = 0; i < count; i++) o[i] = value;                                        \
  }

#define M(s, code, S, C) MK_CAST_LOOP(s, S, mk_store_##s((C)MK_LOADED))
MK_EACH_FLOAT(M)
#undef M
#ifdef MK_FROM_FLOAT
#define MK_TRUNCATE_(to, from, value) MK_FLOAT_TO_##to(from, value)
#define MK_TRUNCATE(to, from, value) MK_TRUNCATE_(to, from, value)
#define M(s, code, S, C) MK_CAST_LOOP(s, S, MK_TRUNCATE(s, MK_FROM_FLOAT, MK_LOADED))
#else
#define M(s, code, S, C) MK_CAST_LOOP(s, S, (C)MK_LOADED)
#endif
MK_EACH_INTEGER(M)
#undef M
MK_CAST_LOOP(b8, bool, MK_LOADED != 0)

static mk_kernel *const MK_JOIN3(casts_from_, MK_FROM, )[MK_DTYPE_COUNT] = {
#define M(s, code, S, C) [code] = MK_CAST_NAME(s),
    MK_EACH_DTYPE(M)
#undef M
};

#undef MK_JOIN3_
#undef MK_JOIN3
#undef MK_CAST_NAME
#undef MK_LOADED
#undef MK_CAST_LOOP
#undef MK_TRUNCATE_
#undef MK_TRUNCATE
#undef MK_FROM
#undef MK_FROM_STORAGE
#undef MK_FROM_FLOAT
