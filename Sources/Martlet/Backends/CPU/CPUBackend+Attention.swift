import CKernels

extension CPUBackend {
  func attention(
    _ attention: FusedAttention, _ out: Buffer, _ q: Buffer, _ k: Buffer, _ v: Buffer
  ) throws {
    var shape = mk_attention(attention, q, k, v)
    try check(
      mk_attention_forward(
        q.dtype.kernel, &shape, out.data, attention.normalizer.data, q.data, k.data, v.data),
      "attention", q.dtype)
  }

  func attentionBackward(
    _ attention: FusedAttention, _ dq: Buffer?, _ dk: Buffer?, _ dv: Buffer?, _ dout: Buffer,
    _ q: Buffer, _ k: Buffer, _ v: Buffer, _ out: Buffer
  ) throws {
    let dout = try dout.contiguous()
    var shape = mk_attention(attention, q, k, v)
    try check(
      mk_attention_backward(
        q.dtype.kernel, &shape, dq?.data, dk?.data, dv?.data, dout.data, q.data, k.data, v.data,
        out.data, attention.normalizer.data),
      "attention", q.dtype)
  }
}

extension mk_attention {
  fileprivate init(_ attention: FusedAttention, _ q: Buffer, _ k: Buffer, _ v: Buffer) {
    func strides(_ x: Buffer) -> (Int64, Int64, Int64, Int64) {
      (Int64(x.strides[0]), Int64(x.strides[1]), Int64(x.strides[2]), Int64(x.strides[3]))
    }
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
    q_stride = strides(q)
    k_stride = strides(k)
    v_stride = strides(v)
    if let mask = attention.mask {
      self.mask = UnsafeRawPointer(mask.data)
      mask_is_bool = mask.dtype == .bool
      mask_stride = strides(mask)
    }
  }
}
