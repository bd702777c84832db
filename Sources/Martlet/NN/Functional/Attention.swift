/// Attention: `softmax(q k^T scale + mask) v` with q `[..., L, E]`, k `[..., S, E]`, v `[..., S,
/// V]`, result `[..., L, V]`.
///
/// Vaswani et al., "Attention Is All You Need", 2017.
///
///     let y = try scaledDotProductAttention(q, k, v, isCausal: true)
///
/// - Parameters:
///   - q: Queries, `[..., L, E]`.
///   - k: Keys, `[..., S, E]`.
///   - v: Values, `[..., S, V]`.
///   - mask: Broadcasts to `[..., L, S]`: bool, true where a query sees a key, or numbers that are
///     added to the scores. A query that sees nothing gives zeros.
///   - p: The probability of weights to be dropped.
///   - isCausal: Whether a query sees only the keys up to its own position. Not together with a
///     mask.
///   - scale: By default `1 / sqrt(E)`.
///   - groupedQueries: Whether k and v have fewer heads (dimension -3) than q, each serving a group
///     of queries: Ainslie et al., "GQA", 2023.
/// - Throws: `TensorError.shape` for tensors that do not fit each other.
public func scaledDotProductAttention(
  _ q: Tensor, _ k: Tensor, _ v: Tensor, mask: Tensor? = nil, dropout p: Double = 0,
  isCausal: Bool = false, scale: Double? = nil, groupedQueries: Bool = false
) throws -> Tensor {
  if let (q, k, v) = try Autocast.lowering(q, k, v) {
    return try scaledDotProductAttention(
      q, k, v, mask: mask, dropout: p, isCausal: isCausal, scale: scale,
      groupedQueries: groupedQueries)
  }
  let name = "scaledDotProductAttention"
  try requireDevice(q, k, v, mask, operation: name)
  guard q.rank >= 2, k.rank >= 2, v.rank >= 2 else {
    throw TensorError.rank(
      operation: name, rank: min(q.rank, k.rank, v.rank), expected: "at least 2")
  }
  guard q.sizes[q.rank - 1] == k.sizes[k.rank - 1], k.sizes[k.rank - 2] == v.sizes[v.rank - 2]
  else {
    throw TensorError.shape(
      operation: name, shapes: [q.shape, k.shape, v.shape],
      reason: "needs [..., L, E], [..., S, E] and [..., S, V]")
  }
  guard mask == nil || !isCausal else {
    throw TensorError.argument(operation: name, reason: "takes a mask or isCausal, not both")
  }
  try q.requireFloatingPoint(name)
  let groups = groupedQueries ? try (headGroups(k, q, name), headGroups(v, q, name)) : (1, 1)
  let factor = scale ?? 1 / Double(max(q.sizes[q.rank - 1], 1)).squareRoot()
  if p == 0, groups.0 == groups.1,
    let result = try fusedAttention(q, k, v, mask, isCausal, factor, groups.0)
  {
    return result
  }
  if q.isHalfPrecision, k.dtype == q.dtype, v.dtype == q.dtype {
    // Scores in half precision would be too coarse for the exponential.
    return try q.widened {
      try scaledDotProductAttention(
        $0, k.to(.float32), v.to(.float32), mask: mask, dropout: p, isCausal: isCausal,
        scale: scale, groupedQueries: groupedQueries)
    }
  }
  let keys = try groups.0 == 1 ? k : k.repeatInterleave(groups.0, dim: -3)
  let values = try groups.1 == 1 ? v : v.repeatInterleave(groups.1, dim: -3)
  let visible = try isCausal ? causalMask(q, k) : mask
  let weights = try attentionWeights(q, keys, mask: visible, scale: factor)
  return try Martlet.dropout(weights, p: p).matmul(values)
}

/// Attention by the primitive that never holds all scores; nil where it does not apply.
private func fusedAttention(
  _ q: Tensor, _ k: Tensor, _ v: Tensor, _ mask: Tensor?, _ isCausal: Bool, _ scale: Double,
  _ group: Int
) throws -> Tensor? {
  guard k.dtype == q.dtype, v.dtype == q.dtype, q.count > 0, k.count > 0, v.count > 0,
    mask.map({ $0.history == nil || !Mode.isRecording }) ?? true,
    let pair = Dims.broadcast(k.leading, v.leading)
  else { return nil }
  // The leading dimensions of queries, and of keys.
  var (lead, shared) = (pair, pair)
  if group > 1 {
    guard q.rank == pair.rank + 2 else { return nil }
    lead[lead.rank - 1] *= group
  }
  guard let all = Dims.broadcast(q.leading, lead) else { return nil }
  if group == 1 { shared = all } else if all != lead { return nil }
  let (length, width, keys) = (q.sizes[q.rank - 2], q.sizes[q.rank - 1], k.sizes[k.rank - 2])
  var visible = mask
  if let mask {
    let wide: DType = q.dtype == .float64 ? .float64 : .float32
    let scores = all.array + [length, keys]
    guard Dims.broadcast(mask.sizes, try checkedSizes(scores, "mask")) == all.with(length, keys)
    else { return nil }
    visible = try (mask.dtype == .bool ? mask : mask.to(wide)).expanded(scores).asHeads()
  }
  let values = v.sizes[v.rank - 1]
  return try FusedAttention.callAsFunction(
    q.expanded(all.array + [length, width]).asHeads(),
    k.expanded(shared.array + [keys, width]).asHeads(),
    v.expanded(shared.array + [keys, values]).asHeads(), mask: visible, isCausal: isCausal,
    scale: scale
  ).reshape(all.array + [length, values])
}

extension Tensor {
  /// All sizes but the last two.
  fileprivate var leading: Dims {
    var sizes = Dims()
    for i in 0..<rank - 2 { sizes.append(self.sizes[i]) }
    return sizes
  }

  /// As `[N, heads, rows, columns]`.
  fileprivate func asHeads() throws -> Tensor {
    switch rank {
    case 2: return try unsqueezed(0).unsqueezed(0)
    case 3: return try unsqueezed(0)
    case 4: return self
    default: return try flatten(from: 0, to: rank - 4)
    }
  }
}

extension Dims {
  fileprivate func with(_ rows: Int, _ columns: Int) -> Dims {
    var sizes = self
    sizes.append(rows)
    sizes.append(columns)
    return sizes
  }
}

/// `softmax(q k^T scale + mask)`, where a query that sees nothing has weights of 0.
func attentionWeights(_ q: Tensor, _ k: Tensor, mask: Tensor?, scale: Double? = nil) throws
  -> Tensor
{
  var scores = try (q * (scale ?? 1 / Double(q.sizes[q.rank - 1]).squareRoot())).matmul(k.mT)
  guard let mask else { return try scores.softmax(dim: -1) }
  scores =
    try mask.dtype == .bool
    ? scores.filled(-Double.infinity, where: mask.logicalNot()) : scores + mask.to(scores.dtype)
  let blind = try (scores.detached() .== -Double.infinity).all(-1, keepDim: true)
  return try scores.softmax(dim: -1).filled(0, where: blind)
}

func causalMask(_ q: Tensor, _ k: Tensor) throws -> Tensor {
  let rows = Tensor.arange(q.sizes[q.rank - 2], device: q.device)
  let columns = Tensor.arange(k.sizes[k.rank - 2], device: q.device)
  return try columns .<= rows.unsqueezed(1)
}

/// How many heads of q share one of x.
private func headGroups(_ x: Tensor, _ q: Tensor, _ name: String) throws -> Int {
  guard x.rank >= 3, q.rank >= 3, x.sizes[x.rank - 3] > 0,
    q.sizes[q.rank - 3] % x.sizes[x.rank - 3] == 0
  else {
    throw TensorError.shape(
      operation: name, shapes: [q.shape, x.shape],
      reason: "the heads of queries are no multiple of the others")
  }
  return q.sizes[q.rank - 3] / x.sizes[x.rank - 3]
}
