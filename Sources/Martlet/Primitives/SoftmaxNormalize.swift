/// `exp(x) / sum(exp(x))` along a dimension, or its logarithm.
struct SoftmaxNormalize: Primitive {
  var dim: Int
  var log: Bool

  static var kind: PrimitiveKind { .softmax }
  var name: String { log ? "logSoftmax" : "softmax" }
  var fusion: FusionClass { .reduction }

  /// x is floating point.
  func callAsFunction(_ x: Tensor) throws -> Tensor {
    let out = try Buffer(x.sizes, x.dtype, x.target)
    try out.backend.softmax(out, x.buffer, dim, log: log)
    return try record(out, x)
  }

  func saves(_ needs: Needs) -> Saves { .output }

  func backward(_ g: Tensor, _ record: Recorded<SoftmaxNormalize>) throws {
    let y = try record.output
    if !Mode.isRecording {
      let g = try g.along(y.buffer, name)
      let dx = try Buffer(y.sizes, y.dtype, g.target)
      try dx.backend.softmaxBackward(dx, g.buffer, y.buffer, dim, log: log)
      return try record.sendX(Tensor(dx))
    }
    if log {
      try record.sendX(g - y.exp() * g.sum(dim, keepDim: true))
    } else {
      try record.sendX(y * (g - (g * y).sum(dim, keepDim: true)))
    }
  }
}

/// The negative log-likelihood of labels under the softmax of logits `[rows, classes]`: one loss a
/// row, 0 where the label is `ignored`.
struct SoftmaxCrossEntropy: Primitive {
  /// int64 `[rows]`.
  var labels: Buffer
  var ignored: Int
  /// The log-sum-exp of every row.
  var normalizer: Buffer

  static var kind: PrimitiveKind { .crossEntropy }
  var name: String { "crossEntropy" }
  var fusion: FusionClass { .opaque }

  static func callAsFunction(_ logits: Tensor, _ labels: Tensor, ignored: Int) throws -> Tensor {
    let rows = Dims(repeating: logits.sizes[0], rank: 1)
    let logits = try logits.along(labels.buffer, "crossEntropy")
    let labels = try labels.buffer.contiguous()
    let losses = try Buffer(rows, logits.dtype, logits.target)
    let normalizer = try Buffer(
      rows, logits.dtype == .float64 ? .float64 : .float32, logits.target)
    try losses.backend.crossEntropy(losses, normalizer, logits.buffer, labels, ignored)
    let primitive = SoftmaxCrossEntropy(labels: labels, ignored: ignored, normalizer: normalizer)
    return try primitive.record(losses, logits)
  }

  func saves(_ needs: Needs) -> Saves { .x }

  func backward(_ g: Tensor, _ record: Recorded<SoftmaxCrossEntropy>) throws {
    let logits = try record.x
    if !Mode.isRecording {
      let g = try g.along(logits.buffer, name)
      let dx = try Buffer(logits.sizes, logits.dtype, g.target)
      try dx.backend.crossEntropyBackward(
        dx, g.buffer, logits.buffer, labels, ignored, normalizer)
      return try record.sendX(Tensor(dx))
    }
    let labels = Tensor(labels)
    let valid = try labels .!= ignored
    let column = try labels.masked(by: valid).unsqueezed(1)
    let scale = try g.masked(by: valid).unsqueezed(1)
    let plan = IndexPlan(gathering: column.buffer, dim: 1, from: logits.sizes)
    try record.sendX(Scatter(op: .add, plan: plan)(logits.softmax(dim: 1) * scale, -scale))
  }
}
