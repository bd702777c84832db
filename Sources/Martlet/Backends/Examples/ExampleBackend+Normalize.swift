// Rows and batches of all examples are normalised together where they share weight and bias; sums
// for weights of their own are taken example by example.
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
    let (wideOut, wideMean, wideRstd) = (
      try examples.all(out), try examples.all(mean), try examples.all(rstd)
    )
    let wideX = try examples.all(x)
    if let affine = try examples.sharedOrNone(weight, bias) {
      return try examples.backend.layerNorm(
        wideOut, wideMean?.foldedPlace(), wideRstd.foldedPlace(), wideX, affine.weight,
        affine.bias, eps: eps)
    }
    let (weight, bias) = (try examples.all(weight), try examples.all(bias))
    try examples.forEach { one in
      try examples.backend.layerNorm(
        one(wideOut), wideMean.map(one), one(wideRstd), one(wideX), weight.map(one),
        bias.map(one), eps: eps)
    }
  }

  func layerNormBackward(
    _ dx: Buffer?, _ dweight: Buffer?, _ dbias: Buffer?, _ dy: Buffer, _ x: Buffer,
    _ weight: Buffer?, _ mean: Buffer?, _ rstd: Buffer
  ) throws {
    let examples = try Examples(dy)
    let (wideDx, wideDy, wideX) = (
      try examples.all(dx), try examples.all(dy), try examples.all(x)
    )
    let wideMean = try examples.all(mean)?.contiguous()
    let wideRstd = try examples.all(rstd).contiguous()
    if dweight == nil, dbias == nil, let affine = try examples.sharedOrNone(weight, nil) {
      return try examples.backend.layerNormBackward(
        wideDx, nil, nil, wideDy, wideX, affine.weight, wideMean?.folded(), wideRstd.folded())
    }
    let (weight, dweight, dbias) = (
      try examples.all(weight), try examples.all(dweight), try examples.all(dbias)
    )
    try examples.forEach { one in
      try examples.backend.layerNormBackward(
        wideDx.map(one), dweight.map(one), dbias.map(one), one(wideDy), one(wideX),
        weight.map(one), wideMean.map(one), one(wideRstd))
    }
  }

  func groupNorm(
    _ norm: GroupNormalize, _ out: Buffer, _ x: Buffer, _ weight: Buffer?, _ bias: Buffer?
  ) throws {
    let examples = try Examples(out)
    let (wideOut, wideX) = (try examples.all(out), try examples.all(x))
    let (mean, rstd) = (try examples.all(norm.mean), try examples.all(norm.rstd))
    if let affine = try examples.sharedOrNone(weight, bias) {
      return try examples.backend.groupNorm(
        norm.with(mean.foldedPlace(), rstd.foldedPlace()), wideOut.foldedPlace(), wideX.folded(),
        affine.weight, affine.bias)
    }
    let (weight, bias) = (try examples.all(weight), try examples.all(bias))
    try examples.forEach { one in
      try examples.backend.groupNorm(
        norm.with(one(mean), one(rstd)), one(wideOut), one(wideX), weight.map(one), bias.map(one))
    }
  }

  func groupNormBackward(
    _ norm: GroupNormalize, _ dx: Buffer?, _ dweight: Buffer?, _ dbias: Buffer?, _ dy: Buffer,
    _ x: Buffer, _ weight: Buffer?
  ) throws {
    let examples = try Examples(dy)
    let (wideDx, wideDy, wideX) = (
      try examples.all(dx), try examples.all(dy), try examples.all(x)
    )
    let mean = try examples.all(norm.mean).contiguous()
    let rstd = try examples.all(norm.rstd).contiguous()
    if dweight == nil, dbias == nil, let affine = try examples.sharedOrNone(weight, nil) {
      return try examples.backend.groupNormBackward(
        norm.with(mean.folded(), rstd.folded()), wideDx?.foldedPlace(), nil, nil, wideDy.folded(),
        wideX.folded(), affine.weight)
    }
    let (weight, dweight, dbias) = (
      try examples.all(weight), try examples.all(dweight), try examples.all(dbias)
    )
    try examples.forEach { one in
      try examples.backend.groupNormBackward(
        norm.with(one(mean), one(rstd)), wideDx.map(one), dweight.map(one), dbias.map(one),
        one(wideDy), one(wideX), weight.map(one))
    }
  }

  func batchStatistics(_ mean: Buffer, _ variance: Buffer, _ x: Buffer) throws {
    let examples = try Examples(mean)
    let (mean, variance) = (try examples.all(mean), try examples.all(variance))
    let x = try examples.all(x)
    try examples.forEach { one in
      try examples.backend.batchStatistics(one(mean), one(variance), one(x))
    }
  }

  func batchNorm(
    _ out: Buffer, _ x: Buffer, _ mean: Buffer, _ rstd: Buffer, _ weight: Buffer?, _ bias: Buffer?
  ) throws {
    let examples = try Examples(out)
    let (wideOut, wideX) = (try examples.all(out), try examples.all(x))
    if let affine = try examples.sharedOrNone(weight, bias),
      let sharedMean = try examples.shared(mean), let sharedRstd = try examples.shared(rstd)
    {
      return try examples.backend.batchNorm(
        wideOut.foldedPlace(), wideX.folded(), sharedMean, sharedRstd, affine.weight, affine.bias)
    }
    let (mean, rstd) = (try examples.all(mean), try examples.all(rstd))
    let (weight, bias) = (try examples.all(weight), try examples.all(bias))
    try examples.forEach { one in
      try examples.backend.batchNorm(
        one(wideOut), one(wideX), one(mean), one(rstd), weight.map(one), bias.map(one))
    }
  }

  func batchNormBackward(
    _ dx: Buffer?, _ dweight: Buffer?, _ dbias: Buffer?, _ dy: Buffer, _ x: Buffer,
    _ mean: Buffer, _ rstd: Buffer, _ weight: Buffer?, training: Bool
  ) throws {
    let examples = try Examples(dy)
    let (dx, dy, x) = (try examples.all(dx), try examples.all(dy), try examples.all(x))
    let (mean, rstd) = (try examples.all(mean), try examples.all(rstd))
    let (weight, dweight, dbias) = (
      try examples.all(weight), try examples.all(dweight), try examples.all(dbias)
    )
    try examples.forEach { one in
      try examples.backend.batchNormBackward(
        dx.map(one), dweight.map(one), dbias.map(one), one(dy), one(x), one(mean), one(rstd),
        weight.map(one), training: training)
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

  /// The batch of all examples' attentions.
  fileprivate func folded(_ attention: FusedAttention) throws -> FusedAttention {
    var wide = attention
    wide.mask = try all(attention.mask)?.folded()
    wide.normalizer = try all(attention.normalizer).contiguous().folded()
    return wide
  }
}

extension GroupNormalize {
  fileprivate func with(_ mean: Buffer, _ rstd: Buffer) -> GroupNormalize {
    var norm = self
    norm.mean = mean
    norm.rstd = rstd
    return norm
  }
}
