// The element of a rank in a line, for one width of keys. Define before including: K, the type of a
// key, and W, its bits as the names of functions have them.
#define MK_NAME_(name, w) name##w
#define MK_NAME(name, w) MK_NAME_(name, w)
#define NAME(name) MK_NAME(name, W)

// Counts digits into `counts`, which is followed by as much room again.
MK_CLONES static void NAME(count_digits)(const K *keys, int64_t n, int shift, uint32_t mask, uint32_t *counts) {
  // Neighbours are counted apart, so that of like ones the second need not wait for the first.
  uint32_t *odd = counts + mask + 1;
  for (uint32_t b = 0; b < 2 * (mask + 1); b++) counts[b] = 0;
  int64_t i = 0;
  for (; i + 2 <= n; i += 2) {
    counts[(uint32_t)(keys[i] >> shift) & mask]++;
    odd[(uint32_t)(keys[i + 1] >> shift) & mask]++;
  }
  if (i < n) counts[(uint32_t)(keys[i] >> shift) & mask]++;
  for (uint32_t b = 0; b <= mask; b++) counts[b] += odd[b];
}

// Takes the keys that begin with `prefix`; `taken` may be where the keys are.
MK_CLONES static void NAME(take_prefix)(const K *keys, int64_t n, int shift, K prefix, K *taken) {
  int64_t found = 0, i = 0;
  for (; i + 16 <= n; i += 16) {
    uint32_t hits = 0;
    for (int k = 0; k < 16; k++) hits |= (uint32_t)(keys[i + k] >> shift == prefix) << k;
    for (; hits != 0; hits &= hits - 1) taken[found++] = keys[i + __builtin_ctz(hits)];
  }
  for (; i < n; i++)
    if (keys[i] >> shift == prefix) taken[found++] = keys[i];
}

MK_CLONES static int64_t NAME(count_equal)(const K *keys, int64_t n, K key) {
  int64_t count = 0;
  for (int64_t i = 0; i < n; i++) count += keys[i] == key;
  return count;
}

static void NAME(count_part)(void *context, int64_t part) {
  const kth_pass *p = context;
  int64_t begin = part * p->part, n = p->n - begin < p->part ? p->n - begin : p->part;
  NAME(count_digits)((const K *)p->keys + begin, n, p->shift, p->mask, p->counts[part]);
}

static void NAME(take_part)(void *context, int64_t part) {
  const kth_pass *p = context;
  int64_t begin = part * p->part, n = p->n - begin < p->part ? p->n - begin : p->part;
  NAME(take_prefix)((const K *)p->keys + begin, n, p->shift, (K)p->prefix, (K *)p->taken + p->first[part]);
}

// The key of rank *k, counted from 0, digit by digit from the top; makes *k the rank among those
// equal to it.
static K NAME(kth_key)(const K *keys, int64_t n, int64_t *k, int bits, K *taken, kth_counts *counts) {
  kth_pass p = {.keys = keys, .n = n, .taken = taken, .counts = counts};
  for (int shift = bits; shift > 0 && p.n > 1;) {
    int digit = p.n > 8192 ? WIDE_DIGIT : 8;
    if (digit > shift) digit = shift;
    shift -= digit;
    p.shift = shift;
    p.mask = ((uint32_t)1 << digit) - 1;
    int64_t parts = p.n >= 2 * PART ? PARTS : 1;
    p.part = (p.n - 1) / parts + 1;
    if (parts > 1) mk_parallel_tasks(parts, &p, NAME(count_part));
    else NAME(count_part)(&p, 0);
    uint32_t bucket = 0;
    int64_t inside = 0;
    for (;; bucket++) {
      inside = 0;
      for (int64_t part = 0; part < parts; part++) inside += counts[part][bucket];
      if (*k < inside || bucket == p.mask) break;
      *k -= inside;
    }
    if (inside == p.n) continue;
    // All keys that are left agree in the digits above.
    p.prefix = (uint64_t)(((const K *)p.keys)[0] >> shift & ~(K)p.mask) | bucket;
    for (int64_t part = 0, next = 0; part < parts; part++) {
      p.first[part] = next;
      next += counts[part][bucket];
    }
    // In place, parts would write over each other.
    if (parts > 1 && p.keys == keys) mk_parallel_tasks(parts, &p, NAME(take_part));
    else NAME(take_prefix)(p.keys, p.n, shift, (K)p.prefix, taken);
    p.keys = taken;
    p.n = inside;
  }
  return ((const K *)p.keys)[0];
}

// Where the element of rank k stands, of equal ones the one that a stable sort puts there.
static int64_t NAME(kth_position)(const K *keys, int64_t n, int64_t k, int bits, K *taken, kth_counts *counts) {
  if (n <= 128) {
    uint32_t order[128];
    NAME(mk_rank_sort)(keys, n, order);
    return order[k];
  }
  K key = NAME(kth_key)(keys, n, &k, bits, taken, counts);
  int64_t i = 0;
  for (int64_t equal; i + 256 < n; i += 256, k -= equal) {
    equal = NAME(count_equal)(keys + i, 256, key);
    if (k < equal) break;
  }
  for (; i < n - 1; i++)
    if (keys[i] == key && k-- == 0) break;
  return i;
}

// The position that a rule asks for.
static int64_t NAME(find)(const job *p, const K *keys, K *taken, kth_counts *counts) {
  int64_t n = p->length, k = p->k;
  int bits = mk_key_bits(p->dtype);
  if (p->rule != MK_RANK) {
    // NaN has the greatest key, which nothing else has.
    K greatest = (K)(~(uint64_t)0 >> (64 - bits));
    int64_t missing = mk_is_floating(p->dtype) ? NAME(count_equal)(keys, n, greatest) : 0;
    if (missing > 0 && p->rule == MK_MEDIAN) {
      int64_t i = 0;
      while (keys[i] != greatest) i++;
      return i;
    }
    k = missing == n ? 0 : (n - missing - 1) / 2;
  }
  return NAME(kth_position)(keys, n, k, bits, taken, counts);
}

#undef NAME
#undef K
#undef W
