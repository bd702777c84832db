import CKernels

extension CPUBackend {
  func attention(
    _ attention: FusedAttention, _ out: Buffer, _ q: Buffer, _ k: Buffer, _ v: Buffer
  ) throws {
    var shape = mk_attention(attention, q, k, v)
    var (out, query, key, value) = (mk_heads(out), mk_heads(q), mk_heads(k), mk_heads(v))
    try check(
      mk_attention_forward(
        q.dtype.kernel, &shape, &out, attention.normalizer.data, &query, &key, &value),
      "attention", q.dtype)
  }

  func attentionBackward(
    _ attention: FusedAttention, _ dq: Buffer?, _ dk: Buffer?, _ dv: Buffer?, _ dout: Buffer,
    _ q: Buffer, _ k: Buffer, _ v: Buffer, _ out: Buffer
  ) throws {
    var shape = mk_attention(attention, q, k, v)
    var (dq, dk, dv) = (mk_heads(dq), mk_heads(dk), mk_heads(dv))
    var (query, key, value) = (mk_heads(q), mk_heads(k), mk_heads(v))
    var (dout, out) = (mk_heads(dout), mk_heads(out))
    try check(
      mk_attention_backward(
        q.dtype.kernel, &shape, &dq, &dk, &dv, &dout, &query, &key, &value, &out,
        attention.normalizer.data),
      "attention", q.dtype)
  }
}

extension mk_attention {
  fileprivate init(_ attention: FusedAttention, _ q: Buffer, _ k: Buffer, _ v: Buffer) {
    self.init()
    batch = Int64(q.sizes[0])
    heads = Int64(q.sizes[1])
    kv_heads = Int64(k.sizes[1])
    queries = Int64(q.sizes[2])
    keys = Int64(k.sizes[2])
    width = Int64(q.sizes[3])
    value_width = Int64(v.sizes[3])
    scale = attention.scale
    causal = attention.isCausal
    mask = mk_heads(attention.mask)
    mask_is_bool = attention.mask?.dtype == .bool
  }
}

extension mk_heads {
  /// Without data for none.
  fileprivate init(_ x: Buffer?) {
    self.init()
    guard let x else { return }
    data = x.data
    stride = (Int64(x.strides[0]), Int64(x.strides[1]), Int64(x.strides[2]), Int64(x.strides[3]))
  }
}
