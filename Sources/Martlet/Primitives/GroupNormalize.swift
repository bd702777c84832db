/// Groups of channels (dimension 1) of every element of the batch brought to mean 0 and variance 1,
/// then every channel scaled and shifted.
///
/// Wu, He, "Group Normalization", 2018.
struct GroupNormalize: Primitive {
  var groups: Int
  var eps: Double
  /// Statistics of every group, float32 or float64.
  var mean: Buffer
  var rstd: Buffer

  static var kind: PrimitiveKind { .groupNormalize }
  var name: String { "groupNorm" }
  var fusion: FusionClass { .reduction }

  /// Weight and bias are `[C]` in x's dtype. The groups divide the channels, and are not empty.
  static func callAsFunction(
    _ x: Tensor, _ weight: Tensor?, _ bias: Tensor?, groups: Int, eps: Double
  ) throws -> Tensor {
    let (x, weight, bias) = try aligned(x, weight, bias, "groupNorm")
    let statistics = Dims(repeating: x.sizes[0] * groups, rank: 1)
    let dtype: DType = x.dtype == .float64 ? .float64 : .float32
    let primitive = GroupNormalize(
      groups: groups, eps: eps, mean: try Buffer(statistics, dtype, x.target),
      rstd: try Buffer(statistics, dtype, x.target))
    let out = try Buffer(x.sizes, x.dtype, x.target)
    try out.backend.groupNorm(primitive, out, x.buffer, weight?.buffer, bias?.buffer)
    return try primitive.record(out, x, weight, bias)
  }

  func saves(_ needs: Needs) -> Saves { [.x, .y] }

  func backward(_ g: Tensor, _ record: Recorded<GroupNormalize>) throws {
    let x = try record.x
    let weight = record.optionalY
    if !Mode.isRecording {
      let g = try g.along(x.buffer, name)
      let channels = Dims(repeating: x.sizes[1], rank: 1)
      let dx = record.wantsX ? try Buffer(x.sizes, x.dtype, g.target) : nil
      let dw = record.wantsY ? try Buffer(channels, x.dtype, g.target) : nil
      let db = record.wantsZ ? try Buffer(channels, x.dtype, g.target) : nil
      try g.buffer.backend.groupNormBackward(
        self, dx, dw, db, g.buffer, x.buffer, weight?.buffer)
      return try record.send(dx, dw, db)
    }
    var column = Dims(repeating: 1, rank: x.rank)
    column[1] = x.sizes[1]
    let inner = try weight.map { try g * View.reshape($0, to: column) } ?? g
    let rows = [x.sizes[0], groups, x.sizes[0] == 0 ? 0 : x.count / x.sizes[0] / groups]
    let gradient = try normalizedGradient(inner.reshape(rows), x.reshape(rows), over: [2], eps: eps)
    try record.sendX(View.reshape(gradient.dx, to: x.sizes))
    try record.sendY((g * View.reshape(gradient.normal, to: x.sizes)).summedOverChannels())
    try record.sendZ(g.summedOverChannels())
  }
}
