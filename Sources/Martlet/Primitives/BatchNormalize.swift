/// Channels (dimension 1) brought to mean 0 and variance 1, then scaled and shifted.
///
/// Ioffe, Szegedy, "Batch Normalization: Accelerating Deep Network Training by Reducing Internal
/// Covariate Shift", 2015.
struct BatchNormalize: Primitive {
  /// Whether the statistics are those of x, so that gradients flow through them.
  var training: Bool
  /// One value a channel, float32 or float64.
  var mean: Buffer
  var rstd: Buffer
  var eps: Double

  static var kind: PrimitiveKind { .batchNormalize }
  var name: String { "batchNorm" }
  var fusion: FusionClass { .reduction }

  /// Weight and bias are `[C]` in x's dtype.
  func callAsFunction(_ x: Tensor, _ weight: Tensor?, _ bias: Tensor?) throws -> Tensor {
    let (x, weight, bias) = try aligned(
      x.along(mean, name).along(rstd, name), weight, bias, name)
    let out = try Buffer(x.sizes, channelsLike: x.buffer, x.target)
    try out.backend.batchNorm(out, x.buffer, mean, rstd, weight?.buffer, bias?.buffer)
    return try record(out, x, weight, bias)
  }

  /// The mean and the biased variance of each channel.
  static func statistics(_ x: Tensor) throws -> (mean: Buffer, variance: Buffer) {
    let sizes = Dims(repeating: x.sizes[1], rank: 1)
    let dtype: DType = x.dtype == .float64 ? .float64 : .float32
    let mean = try Buffer(sizes, dtype, x.target)
    let variance = try Buffer(sizes, dtype, x.target)
    try x.buffer.backend.batchStatistics(mean, variance, x.buffer)
    return (mean, variance)
  }

  func saves(_ needs: Needs) -> Saves { [.x, .y] }

  func backward(_ g: Tensor, _ record: Recorded<BatchNormalize>) throws {
    let x = try record.x
    let weight = record.optionalY
    if !Mode.isRecording {
      let g = try g.along(x.buffer, name)
      let channels = Dims(repeating: x.sizes[1], rank: 1)
      let dx = record.wantsX ? try Buffer(x.sizes, channelsLike: x.buffer, g.target) : nil
      let needsWeight = record.wantsY
      let dw = needsWeight ? try Buffer(channels, x.dtype, g.target) : nil
      let db = record.wantsZ ? try Buffer(channels, x.dtype, g.target) : nil
      try g.buffer.backend.batchNormBackward(
        dx, dw, db, g.buffer, x.buffer, mean, rstd, weight?.buffer, training: training)
      return try record.send(dx, dw, db)
    }
    let dims = [0] + Array(2..<max(x.rank, 2))
    var shape = Dims(repeating: 1, rank: x.rank)
    shape[1] = x.sizes[1]
    let inner = try weight.map { try g * View.reshape($0, to: shape) } ?? g
    let normal: Tensor
    if training {
      let gradient = try normalizedGradient(inner, x, over: dims, eps: eps)
      normal = gradient.normal
      try record.sendX(gradient.dx)
    } else {
      let scale = try View.reshape(Tensor(rstd).to(x.dtype), to: shape)
      normal = try (x - View.reshape(Tensor(mean).to(x.dtype), to: shape)) * scale
      try record.sendX(inner * scale)
    }
    try record.sendY((g * normal).sum(dims))
    try record.sendZ(g.sum(dims))
  }
}
