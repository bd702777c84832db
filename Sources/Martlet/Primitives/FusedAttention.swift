/// Attention without the matrix of scores: `softmax(q k^T scale + mask) v` for q `[N, H, L, E]`, k
/// `[N, H / g, S, E]` and v `[N, H / g, S, V]`, where g heads of queries share one of keys.
///
/// Dao et al., "FlashAttention", 2022.
struct FusedAttention: Primitive {
  /// Seen as `[N, H, L, S]`: bool, or numbers in float32 (float64 for float64). It gets no
  /// gradient.
  var mask: Buffer?
  var isCausal: Bool
  var scale: Double
  /// The log-sum-exp of the scores of every query.
  var normalizer: Buffer

  static var kind: PrimitiveKind { .attention }
  var name: String { "attention" }
  var fusion: FusionClass { .opaque }

  /// Shapes have been checked; nothing is empty, and all have one floating dtype.
  static func callAsFunction(
    _ q: Tensor, _ k: Tensor, _ v: Tensor, mask: Tensor?, isCausal: Bool, scale: Double
  ) throws -> Tensor {
    var (q, k, v) = try aligned(q, k, v, "attention")
    if let mask { q = try q.along(mask.buffer, "attention") }
    (q, k, v) = try aligned(q, k, v, "attention")
    var sizes = q.sizes
    let statistics = try Buffer(
      Dims(repeating: sizes[0] * sizes[1] * sizes[2], rank: 1),
      q.dtype == .float64 ? .float64 : .float32, q.target)
    sizes[3] = v.sizes[3]
    let out = try Buffer(heads: sizes, like: q.buffer, q.target)
    let primitive = FusedAttention(
      mask: mask?.buffer, isCausal: isCausal, scale: scale, normalizer: statistics)
    try out.backend.attention(primitive, out, q.buffer, k.buffer, v.buffer)
    return try primitive.record(out, q, k, v)
  }

  func saves(_ needs: Needs) -> Saves { [.x, .y, .z, .output] }

  func backward(_ g: Tensor, _ record: Recorded<FusedAttention>) throws {
    let (q, k, v) = (try record.x, try record.y, try record.z)
    if Mode.isRecording {
      let (dq, dk, dv) = try composedGradients(g, q, k, v)
      try record.sendX(dq)
      try record.sendY(dk)
      try record.sendZ(dv)
      return
    }
    let g = try g.along(q.buffer, name)
    let dq = record.wantsX ? try Buffer(heads: q.sizes, like: q.buffer, g.target) : nil
    let dk = record.wantsY ? try Buffer(heads: k.sizes, like: k.buffer, g.target) : nil
    let dv = record.wantsZ ? try Buffer(heads: v.sizes, like: v.buffer, g.target) : nil
    try g.buffer.backend.attentionBackward(
      self, dq, dk, dv, g.buffer, q.buffer, k.buffer, v.buffer, record.output.buffer)
    try record.send(dq, dk, dv)
  }

  /// The gradients by way of the weights, which can be differentiated again.
  private func composedGradients(_ g: Tensor, _ q: Tensor, _ k: Tensor, _ v: Tensor) throws -> (
    Tensor, Tensor, Tensor
  ) {
    let wide: DType = q.dtype == .float64 ? .float64 : .float32
    let group = q.sizes[1] / k.sizes[1]
    let (gradient, queries) = (try g.to(wide), try q.to(wide))
    let keys = try k.to(wide).repeatInterleave(group, dim: 1)
    let values = try v.to(wide).repeatInterleave(group, dim: 1)
    let visible = try isCausal ? causalMask(q, k) : mask.map { Tensor($0) }
    let weights = try attentionWeights(queries, keys, mask: visible, scale: scale)
    let slopes = try gradient.matmul(values.mT)
    let scores = try weights * (slopes - (weights * slopes).sum(-1, keepDim: true)) * scale
    func perHead(_ x: Tensor) throws -> Tensor {
      try x.unflatten(1, [k.sizes[1], group]).sum(2).to(q.dtype)
    }
    return (
      try scores.matmul(keys).to(q.dtype), try perHead(scores.mT.matmul(queries)),
      try perHead(weights.mT.matmul(gradient))
    )
  }
}

extension Buffer {
  /// A new buffer `[N, H, L, E]`, in which the heads of a position lie side by side if they do so in
  /// `model`: models split them from the columns of a product, and join them for the next one.
  fileprivate convenience init(heads sizes: Dims, like model: Buffer, _ device: Device) throws {
    var strides = sizes.rowMajorStrides
    if model.strides[2] > model.strides[1] {
      strides[1] = sizes[3]
      strides[2] = sizes[1] &* sizes[3]
    }
    try self.init(sizes, denseStrides: strides, model.dtype, device)
  }
}
