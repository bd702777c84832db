// Batches of all examples are normalised together where they share weight and bias; else their
// channels are.
extension ExampleBackend {
  func crossEntropy(
    _ losses: Buffer, _ normalizer: Buffer, _ logits: Buffer, _ labels: Buffer, _ ignored: Int
  ) throws {
    let examples = try Examples(losses)
    try examples.backend.crossEntropy(
      examples.all(losses).foldedPlace(), examples.all(normalizer).foldedPlace(),
      examples.all(logits).folded(), examples.all(labels).contiguous().folded(), ignored)
  }

  func crossEntropyBackward(
    _ dlogits: Buffer, _ dlosses: Buffer, _ logits: Buffer, _ labels: Buffer, _ ignored: Int,
    _ normalizer: Buffer
  ) throws {
    let examples = try Examples(dlogits)
    try examples.backend.crossEntropyBackward(
      examples.all(dlogits).foldedPlace(), examples.all(dlosses).folded(),
      examples.all(logits).folded(), examples.all(labels).contiguous().folded(), ignored,
      examples.all(normalizer).contiguous().folded())
  }

  func layerNorm(
    _ out: Buffer, _ mean: Buffer?, _ rstd: Buffer, _ x: Buffer, _ weight: Buffer?,
    _ bias: Buffer?, eps: Double
  ) throws {
    let examples = try Examples(out)
    let affine = try examples.rows(x, rstd, weight, bias)
    try examples.backend.layerNorm(
      examples.all(out), examples.all(mean)?.foldedPlace(), examples.all(rstd).foldedPlace(),
      examples.all(x), affine.weight, affine.bias, eps: eps)
  }

  func layerNormBackward(
    _ dx: Buffer?, _ dweight: Buffer?, _ dbias: Buffer?, _ dy: Buffer, _ x: Buffer,
    _ weight: Buffer?, _ mean: Buffer?, _ rstd: Buffer
  ) throws {
    let examples = try Examples(dy)
    let weight =
      try dweight == nil && dbias == nil
      ? examples.rows(x, rstd, weight, nil).weight : examples.all(weight)?.contiguous()
    try examples.backend.layerNormBackward(
      examples.all(dx), examples.all(dweight), examples.all(dbias), examples.all(dy),
      examples.all(x), weight, examples.all(mean)?.contiguous().folded(),
      examples.all(rstd).contiguous().folded())
  }

  func groupNorm(
    _ norm: GroupNormalize, _ out: Buffer, _ x: Buffer, _ weight: Buffer?, _ bias: Buffer?
  ) throws {
    let examples = try Examples(out)
    if let affine = try examples.sharedOrNone(weight, bias) {
      return try examples.backend.groupNorm(
        norm.with(
          examples.all(norm.mean).foldedPlace(), examples.all(norm.rstd).foldedPlace()),
        examples.all(out).foldedPlace(), examples.all(x).folded(), affine.weight, affine.bias)
    }
    let (mean, rstd) = (norm.perElement(norm.mean), norm.perElement(norm.rstd))
    try examples.writeChannels(mean) { mean in
      try examples.writeChannels(rstd) { rstd in
        try examples.writeChannels(out) { out in
          try examples.backend.groupNorm(
            norm.with(mean, rstd, of: examples.count), out, examples.channels(x),
            examples.all(weight)?.folded(), examples.all(bias)?.folded())
        }
      }
    }
  }

  func groupNormBackward(
    _ norm: GroupNormalize, _ dx: Buffer?, _ dweight: Buffer?, _ dbias: Buffer?, _ dy: Buffer,
    _ x: Buffer, _ weight: Buffer?
  ) throws {
    let examples = try Examples(dy)
    if dweight == nil, dbias == nil, let affine = try examples.sharedOrNone(weight, nil) {
      return try examples.backend.groupNormBackward(
        norm.with(
          examples.all(norm.mean).contiguous().folded(),
          examples.all(norm.rstd).contiguous().folded()),
        examples.all(dx)?.foldedPlace(), nil, nil, examples.all(dy).folded(),
        examples.all(x).folded(), affine.weight)
    }
    let (mean, rstd) = (norm.perElement(norm.mean), norm.perElement(norm.rstd))
    let wide = try norm.with(
      examples.channels(mean), examples.channels(rstd), of: examples.count)
    try examples.writeChannels(ifWanted: dx) { dx in
      try examples.backend.groupNormBackward(
        wide, dx, examples.all(dweight)?.foldedPlace(), examples.all(dbias)?.foldedPlace(),
        examples.channels(dy), examples.channels(x), examples.all(weight)?.folded())
    }
  }

  func batchStatistics(_ mean: Buffer, _ variance: Buffer, _ x: Buffer) throws {
    let examples = try Examples(mean)
    try examples.backend.batchStatistics(
      examples.all(mean).foldedPlace(), examples.all(variance).foldedPlace(),
      examples.channels(x))
  }

  func batchNorm(
    _ out: Buffer, _ x: Buffer, _ mean: Buffer, _ rstd: Buffer, _ weight: Buffer?, _ bias: Buffer?
  ) throws {
    let examples = try Examples(out)
    if let affine = try examples.sharedOrNone(weight, bias),
      let statistics = try examples.sharedOrNone(mean, rstd),
      let sharedMean = statistics.weight, let sharedRstd = statistics.bias
    {
      return try examples.backend.batchNorm(
        examples.all(out).foldedPlace(), examples.all(x).folded(), sharedMean, sharedRstd,
        affine.weight, affine.bias)
    }
    try examples.writeChannels(out) {
      try examples.backend.batchNorm(
        $0, examples.channels(x), examples.all(mean).folded(), examples.all(rstd).folded(),
        examples.all(weight)?.folded(), examples.all(bias)?.folded())
    }
  }

  func batchNormBackward(
    _ dx: Buffer?, _ dweight: Buffer?, _ dbias: Buffer?, _ dy: Buffer, _ x: Buffer,
    _ mean: Buffer, _ rstd: Buffer, _ weight: Buffer?, training: Bool
  ) throws {
    let examples = try Examples(dy)
    try examples.writeChannels(ifWanted: dx) { dx in
      try examples.backend.batchNormBackward(
        dx, examples.all(dweight)?.foldedPlace(), examples.all(dbias)?.foldedPlace(),
        examples.channels(dy), examples.channels(x), examples.all(mean).folded(),
        examples.all(rstd).folded(), examples.all(weight)?.folded(), training: training)
    }
  }

  func attention(
    _ attention: FusedAttention, _ out: Buffer, _ q: Buffer, _ k: Buffer, _ v: Buffer
  ) throws {
    let examples = try Examples(out)
    try examples.backend.attention(
      examples.folded(attention), examples.all(out).foldedPlace(), examples.all(q).folded(),
      examples.all(k).folded(), examples.all(v).folded())
  }

  func attentionBackward(
    _ attention: FusedAttention, _ dq: Buffer?, _ dk: Buffer?, _ dv: Buffer?, _ dout: Buffer,
    _ q: Buffer, _ k: Buffer, _ v: Buffer, _ out: Buffer
  ) throws {
    let examples = try Examples(dout)
    try examples.backend.attentionBackward(
      examples.folded(attention), examples.all(dq)?.foldedPlace(),
      examples.all(dk)?.foldedPlace(), examples.all(dv)?.foldedPlace(),
      examples.all(dout).folded(), examples.all(q).folded(), examples.all(k).folded(),
      examples.all(v).folded(), examples.all(out).contiguous().folded())
  }
}

extension Examples {
  /// A weight and a bias that are the same for all examples, or missing; nil if one varies.
  fileprivate func sharedOrNone(_ weight: Buffer?, _ bias: Buffer?) throws -> (
    weight: Buffer?, bias: Buffer?
  )? {
    let sharedWeight = try weight.flatMap { try shared($0) }
    let sharedBias = try bias.flatMap { try shared($0) }
    if weight != nil && sharedWeight == nil || bias != nil && sharedBias == nil { return nil }
    return (sharedWeight, sharedBias)
  }

  /// The weight and the bias of rows of x: the same for all examples, or a row for each.
  fileprivate func rows(_ x: Buffer, _ statistics: Buffer, _ weight: Buffer?, _ bias: Buffer?)
    throws -> (weight: Buffer?, bias: Buffer?)
  {
    // Examples of an outer call may have several already.
    let size = statistics.count == 0 ? 0 : x.count / statistics.count
    if (weight ?? bias)?.count == size, let affine = try sharedOrNone(weight, bias) {
      return affine
    }
    return (try all(weight)?.contiguous(), try all(bias)?.contiguous())
  }

  /// The batch of all examples' attentions.
  fileprivate func folded(_ attention: FusedAttention) throws -> FusedAttention {
    var wide = attention
    wide.mask = try all(attention.mask)?.folded()
    wide.normalizer = try all(attention.normalizer).contiguous().folded()
    return wide
  }
}

extension GroupNormalize {
  /// With other statistics, for the groups of several examples.
  fileprivate func with(_ mean: Buffer, _ rstd: Buffer, of count: Int = 1) -> GroupNormalize {
    var norm = self
    norm.groups *= count
    norm.mean = mean
    norm.rstd = rstd
    return norm
  }

  /// Statistics as `[N, groups]`.
  fileprivate func perElement(_ statistics: Buffer) -> Buffer {
    var sizes = Dims(repeating: groups, rank: 2)
    sizes[0] = statistics.count / groups
    return Buffer(viewing: statistics, sizes, strides: sizes.rowMajorStrides, offset: 0)
  }
}
