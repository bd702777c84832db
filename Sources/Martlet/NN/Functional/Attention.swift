/// Attention: `softmax(q k^T scale + mask) v` with q `[..., L, E]`, k `[..., S, E]`, v `[..., S,
/// V]`, result `[..., L, V]`.
///
/// Vaswani et al., "Attention Is All You Need", 2017.
///
/// - Parameters:
///   - mask: Broadcasts to `[..., L, S]`: bool, true where a query sees a key, or numbers that are
///     added to the scores. A query that sees nothing gives zeros.
///   - isCausal: Whether a query sees only the keys up to its own position. Not together with a
///     mask.
///   - scale: By default `1 / sqrt(E)`.
///   - groupedQueries: Whether k and v have fewer heads (dimension -3) than q, each serving a group
///     of queries: Ainslie et al., "GQA", 2023.
public func scaledDotProductAttention(
  _ q: Tensor, _ k: Tensor, _ v: Tensor, mask: Tensor? = nil, dropout p: Double = 0,
  isCausal: Bool = false, scale: Double? = nil, groupedQueries: Bool = false
) throws -> Tensor {
  let name = "scaledDotProductAttention"
  guard q.rank >= 2, k.rank >= 2, v.rank >= 2 else {
    throw TensorError.rank(
      operation: name, rank: min(q.rank, k.rank, v.rank), expected: "at least 2")
  }
  guard mask == nil || !isCausal else {
    throw TensorError.argument(operation: name, reason: "takes a mask or isCausal, not both")
  }
  try q.requireFloatingPoint(name)
  if q.isHalfPrecision, k.dtype == q.dtype, v.dtype == q.dtype {
    // Scores in half precision would be too coarse for the exponential.
    return try scaledDotProductAttention(
      q.to(.float32), k.to(.float32), v.to(.float32), mask: mask, dropout: p, isCausal: isCausal,
      scale: scale, groupedQueries: groupedQueries
    ).to(q.dtype)
  }
  let (keys, values) = try groupedQueries ? (sharing(k, q, name), sharing(v, q, name)) : (k, v)
  let factor = scale ?? 1 / Double(q.sizes[q.rank - 1]).squareRoot()
  var scores = try (q * factor).matmul(keys.mT)
  let visible = try isCausal ? causalMask(scores) : mask
  if let visible {
    scores =
      try visible.dtype == .bool
      ? scores.filled(-Double.infinity, where: visible.logicalNot())
      : scores + visible.to(scores.dtype)
  }
  var weights = try scores.softmax(dim: -1)
  if visible != nil {
    let blind = try (scores.detached() .== -Double.infinity).all(-1, keepDim: true)
    weights = try weights.filled(0, where: blind)
  }
  return try Martlet.dropout(weights, p: p).matmul(values)
}

private func causalMask(_ scores: Tensor) throws -> Tensor {
  let rows = Tensor.arange(scores.sizes[scores.rank - 2], device: scores.device)
  let columns = Tensor.arange(scores.sizes[scores.rank - 1], device: scores.device)
  return try columns .<= rows.unsqueezed(1)
}

/// Each head of `x` as often as it takes to have those of `q`.
private func sharing(_ x: Tensor, _ q: Tensor, _ name: String) throws -> Tensor {
  guard x.rank >= 3, q.rank >= 3, x.sizes[x.rank - 3] > 0,
    q.sizes[q.rank - 3] % x.sizes[x.rank - 3] == 0
  else {
    throw TensorError.shape(
      operation: name, shapes: [q.shape, x.shape],
      reason: "the heads of queries are no multiple of the others")
  }
  return try x.repeatInterleave(q.sizes[q.rank - 3] / x.sizes[x.rank - 3], dim: -3)
}
