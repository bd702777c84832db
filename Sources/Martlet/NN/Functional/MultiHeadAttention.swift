/// The weights with which multi-head attention makes queries, keys and values of its inputs.
public enum AttentionProjection: Sendable {
  /// One on top of the other: `[3 E, E]`.
  case packed(Tensor)
  /// `[E, E]`, `[E, keys' width]` and `[E, values' width]`.
  case separate(query: Tensor, key: Tensor, value: Tensor)
}

/// Attention by several heads, each in its own part of E projected dimensions: query `[L, N, E]`,
/// key `[S, N, ...]` and value `[S, N, ...]`, result `[L, N, E]`; or the same without N.
///
/// Vaswani et al., "Attention Is All You Need", 2017.
///
///     let y = try multiHeadAttention(
///       x, x, x, heads: 8, projection: .packed(w), outputWeight: wo, needsWeights: false).output
///
/// - Parameters:
///   - query: Queries, `[L, N, E]` or `[L, E]`.
///   - key: Keys, `[S, N, ...]` or `[S, ...]`.
///   - value: Values, `[S, N, ...]` or `[S, ...]`.
///   - heads: Into how many heads E is divided.
///   - projection: The matrices of the projections.
///   - inputBias: `[3 E]`.
///   - keyBias: One more key, and `valueBias` its value, `[1, 1, E]` each, after the projection.
///   - valueBias: Appended to the projected values.
///   - addZeroAttention: Whether there is one more key of zeros, with a value of zeros.
///   - outputWeight: `[E, E]`, and its bias `[E]`.
///   - outputBias: Added to the output, `[E]`.
///   - p: The probability of weights to be dropped.
///   - training: Whether weights are dropped.
///   - keyPaddingMask: `[N, S]`: bool, true where a key is hidden, or numbers that are added.
///   - mask: `[L, S]` or `[N heads, L, S]`, likewise. Unlike the mask of
///     `scaledDotProductAttention`, true hides.
///   - isCausal: Whether a query sees only the keys up to its own position.
///   - needsWeights: Whether the attention weights are returned: `[N, L, S]`, or with
///     `averagesWeights` false `[N, heads, L, S]`.
///   - averagesWeights: Whether returned weights are the mean over heads.
/// - Throws: `TensorError.shape` for what does not fit.
public func multiHeadAttention(
  _ query: Tensor, _ key: Tensor, _ value: Tensor, heads: Int, projection: AttentionProjection,
  inputBias: Tensor? = nil, keyBias: Tensor? = nil, valueBias: Tensor? = nil,
  addZeroAttention: Bool = false, outputWeight: Tensor, outputBias: Tensor? = nil,
  dropout p: Double = 0, training: Bool = true, keyPaddingMask: Tensor? = nil,
  mask: Tensor? = nil, isCausal: Bool = false, needsWeights: Bool = true,
  averagesWeights: Bool = true
) throws -> (output: Tensor, weights: Tensor?) {
  let name = "multiHeadAttention"
  if query.rank == 2 {
    let (output, weights) = try multiHeadAttention(
      query.unsqueezed(1), key.unsqueezed(1), value.unsqueezed(1), heads: heads,
      projection: projection, inputBias: inputBias, keyBias: keyBias, valueBias: valueBias,
      addZeroAttention: addZeroAttention, outputWeight: outputWeight, outputBias: outputBias,
      dropout: p, training: training, keyPaddingMask: keyPaddingMask?.unsqueezed(0), mask: mask,
      isCausal: isCausal, needsWeights: needsWeights, averagesWeights: averagesWeights)
    return (try output.squeeze(1), try weights?.squeeze(0))
  }
  guard query.rank == 3, key.rank == 3, value.rank == 3, query.sizes[1] == key.sizes[1],
    key.shape.prefix(2) == value.shape.prefix(2)
  else {
    throw TensorError.shape(
      operation: name, shapes: [query.shape, key.shape, value.shape],
      reason: "needs [L, N, E], [S, N, ...] and [S, N, ...]")
  }
  let (length, batch, width) = (query.sizes[0], query.sizes[1], query.sizes[2])
  guard heads > 0, width % heads == 0 else {
    throw TensorError.argument(operation: name, reason: "\(width) dimensions in \(heads) heads")
  }
  guard (keyBias == nil) == (valueBias == nil) else {
    throw TensorError.argument(
      operation: name, reason: "a bias of keys needs one of values, and the reverse")
  }
  var (q, k, v) = try projected(name, query, key, value, projection, inputBias)
  if let keyBias, let valueBias {
    k = try cat([k, keyBias.expanded([1, batch, width])])
    v = try cat([v, valueBias.expanded([1, batch, width])])
  }
  if addZeroAttention {
    let zeros = Tensor.zeros([1, batch, width], dtype: k.dtype, device: k.device)
    (k, v) = (try cat([k, zeros]), try cat([v, zeros]))
  }
  // [N, heads, length, width of a head]
  func split(_ x: Tensor) throws -> Tensor {
    try x.reshape([x.sizes[0], batch, heads, width / heads]).permute(1, 2, 0, 3)
  }
  let scores = [batch, heads, length, k.sizes[0]]
  // The kernel itself sees to what is only causal.
  let isPlain =
    isCausal && !needsWeights && mask == nil && keyPaddingMask == nil
    && k.sizes[0] == key.sizes[0]
  let visible =
    try isPlain
    ? nil
    : attentionMask(
      name, keyPaddingMask, mask, isCausal, scores, keys: key.sizes[0], q)
  let probability = training ? p : 0
  let attended: Tensor
  var weights: Tensor?
  if needsWeights {
    let all = try attentionWeights(split(q), split(k), mask: visible)
    let dropped = try dropout(all, p: probability)
    attended = try dropped.matmul(split(v))
    weights = try averagesWeights ? dropped.mean(1) : dropped
  } else {
    attended = try scaledDotProductAttention(
      split(q), split(k), split(v), mask: visible, dropout: probability, isCausal: isPlain)
  }
  let joined = try attended.permute(2, 0, 1, 3).reshape([length, batch, width])
  return (try linear(joined, outputWeight, outputBias), weights)
}

private func projected(
  _ name: String, _ query: Tensor, _ key: Tensor, _ value: Tensor,
  _ projection: AttentionProjection, _ bias: Tensor?
) throws -> (Tensor, Tensor, Tensor) {
  let width = query.sizes[2]
  if let bias, bias.shape != [3 * width] {
    throw TensorError.shape(
      operation: name, shapes: [query.shape, bias.shape], reason: "the bias should have [3 E]")
  }
  let parts = try bias?.chunk(3)
  switch projection {
  case .packed(let weight):
    guard weight.shape == [3 * width, width] else {
      throw TensorError.shape(
        operation: name, shapes: [query.shape, weight.shape],
        reason: "the packed weight should have [3 E, E]")
    }
    if query.buffer === key.buffer, key.buffer === value.buffer {
      // One product for all three.
      let all = try linear(query, weight, bias).chunk(3, -1)
      return (all[0], all[1], all[2])
    }
    let weights = try weight.chunk(3)
    return (
      try linear(query, weights[0], parts?[0]), try linear(key, weights[1], parts?[1]),
      try linear(value, weights[2], parts?[2])
    )
  case .separate(let q, let k, let v):
    for weight in [q, k, v] where weight.rank != 2 || weight.sizes[0] != width {
      throw TensorError.shape(
        operation: name, shapes: [query.shape, weight.shape],
        reason: "the weight should have [E, ...]")
    }
    return (
      try linear(query, q, parts?[0]), try linear(key, k, parts?[1]),
      try linear(value, v, parts?[2])
    )
  }
}

/// What is added to scores `[N, heads, L, S]`, or false where a key is hidden; nil if all is seen.
/// Keys beyond the `keys` that were given are seen by all.
private func attentionMask(
  _ name: String, _ padding: Tensor?, _ mask: Tensor?, _ isCausal: Bool, _ scores: [Int],
  keys: Int, _ q: Tensor
) throws -> Tensor? {
  var parts: [Tensor] = []
  if let mask {
    let flat = [scores[2], keys]
    guard mask.shape == flat || mask.shape == [scores[0] * scores[1]] + flat else {
      throw TensorError.shape(
        operation: name, shapes: [mask.shape], reason: "the mask should have \(flat)")
    }
    parts.append(mask.rank == 2 ? mask : try mask.reshape([scores[0], scores[1]] + flat))
  }
  if let padding {
    guard padding.shape == [scores[0], keys] else {
      throw TensorError.shape(
        operation: name, shapes: [padding.shape],
        reason: "the mask of padding should have [\(scores[0]), \(keys)]")
    }
    parts.append(try padding.reshape([scores[0], 1, 1, keys]))
  }
  if isCausal {
    let rows = Tensor.arange(scores[2], device: q.device)
    parts.append(try Tensor.arange(keys, device: q.device) .> rows.unsqueezed(1))
  }
  if parts.isEmpty { return nil }
  let more = scores[3] - keys
  if parts.allSatisfy({ $0.dtype == .bool }) {
    var hidden = parts[0]
    for part in parts.dropFirst() { hidden = try hidden.logicalOr(part) }
    return try pad(hidden, [0, more]).logicalNot()
  }
  var sum: Tensor?
  for part in parts {
    let added =
      try part.dtype == .bool
      ? Tensor.zeros(part.shape, dtype: q.dtype, device: q.device)
        .filled(-Double.infinity, where: part) : part
    sum = try sum.map { try $0 + added } ?? added
  }
  return try sum.map { try pad($0, [0, more]) }
}
