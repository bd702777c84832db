/// Rows brought to mean 0 and variance 1 (or, with `rms`, to a root mean square of 1), then scaled
/// and shifted.
///
/// Ba, Kiros, Hinton, "Layer Normalization", 2016; Zhang, Sennrich, "Root Mean Square Layer
/// Normalization", 2019.
struct LayerNormalize: Primitive {
  /// The normalised dimensions are the last ones, from this on.
  var firstDim: Int
  var rms: Bool
  var eps: Double
  /// Statistics of every row, float32 or float64. The mean is nil with `rms`.
  var mean: Buffer?
  var rstd: Buffer

  static var kind: PrimitiveKind { .layerNormalize }
  var name: String { rms ? "rmsNorm" : "layerNorm" }
  var fusion: FusionClass { .reduction }

  /// Weight and bias have the shape of the normalised dimensions and x's dtype.
  static func callAsFunction(
    _ x: Tensor, _ weight: Tensor?, _ bias: Tensor?, firstDim: Int, rms: Bool, eps: Double
  ) throws -> Tensor {
    let (x, weight, bias) = try aligned(x, weight, bias, rms ? "rmsNorm" : "layerNorm")
    var rows = 1
    for i in 0..<firstDim { rows *= x.sizes[i] }
    let statistics = Dims(repeating: rows, rank: 1)
    let dtype: DType = x.dtype == .float64 ? .float64 : .float32
    let out = try Buffer(x.sizes, x.dtype, x.target)
    let mean = rms ? nil : try Buffer(statistics, dtype, x.target)
    let rstd = try Buffer(statistics, dtype, x.target)
    try out.backend.layerNorm(
      out, mean, rstd, x.buffer, weight?.buffer, bias?.buffer, eps: eps)
    let primitive = LayerNormalize(firstDim: firstDim, rms: rms, eps: eps, mean: mean, rstd: rstd)
    return try primitive.record(out, x, weight, bias)
  }

  func saves(_ needs: Needs) -> Saves { [.x, .y] }

  func backward(_ g: Tensor, _ record: Recorded<LayerNormalize>) throws {
    let x = try record.x
    let weight = record.optionalY
    if !Mode.isRecording {
      let g = try g.along(x.buffer, name)
      let needsInput = record.wantsX
      let needsWeight = record.wantsY
      let needsBias = record.wantsZ
      var shape = Dims()
      for i in firstDim..<x.rank { shape.append(x.sizes[i]) }
      let dx = needsInput ? try Buffer(x.sizes, x.dtype, g.target) : nil
      let dw = needsWeight ? try Buffer(shape, x.dtype, g.target) : nil
      let db = needsBias ? try Buffer(shape, x.dtype, g.target) : nil
      if rstd.count > 0 {
        try g.buffer.backend.layerNormBackward(
          dx, dw, db, g.buffer, x.buffer, weight?.buffer, mean, rstd)
      } else {
        // Sums over no rows.
        for sum in [dw, db] { if let sum { try sum.backend.fill(sum, .int(0)) } }
      }
      return try record.send(dx, dw, db)
    }
    let leading = Array(0..<firstDim)
    let (dx, normal) = try normalizedGradient(
      weight.map { try g * $0 } ?? g, x, over: Array(firstDim..<x.rank), eps: eps, rms: rms)
    try record.sendX(dx)
    try record.sendY(leading.isEmpty ? g * normal : (g * normal).sum(leading))
    try record.sendZ(leading.isEmpty ? g : g.sum(leading))
  }
}
