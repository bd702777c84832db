/// How the losses of single elements become the result.
public enum LossReduction: Sendable {
  /// Their mean; weighted where there are weights.
  case mean
  /// Their sum.
  case sum
  /// They stay as they are.
  case none

  func apply(_ losses: Tensor) throws -> Tensor {
    switch self {
    case .mean: try losses.mean()
    case .sum: try losses.sum()
    case .none: losses
    }
  }

  /// The losses that an elementwise function gives, reduced. Of large tensors the sum is computed
  /// with them, so that the losses of single elements never reach memory.
  func apply(_ name: String, _ inputs: [Tensor], losses: @escaping Fused.Body) throws -> Tensor {
    let losses = Fused(name, sum: self != .none, inputs: inputs.count, losses)
    switch self {
    case .none, .sum: return try losses(inputs)
    case .mean:
      let isFused = inputs.allSatisfy { $0.dtype == inputs[0].dtype && !$0.isHalfPrecision }
      var sizes: Dims? = Dims()
      for x in inputs { sizes = sizes.flatMap { Dims.broadcast($0, x.sizes) } }
      guard isFused, inputs[0].dtype.isFloatingPoint, let count = sizes?.product else {
        return try losses.each(inputs).mean()
      }
      return try losses(inputs) / count
    }
  }
}

/// The squared difference `(x - y)^2`, reduced.
///
///     let loss = try mseLoss(net(x), target)
public func mseLoss(_ x: Tensor, _ target: Tensor, reduction: LossReduction = .mean) throws
  -> Tensor
{
  let (x, target) = try Autocast.full(x, target)
  return try reduction.apply("mseLoss", [x, target]) { try ($0[0] - $0[1]).square() }
}

/// The negative log-likelihood of class labels, given log-probabilities: x `[N, C]`, `[C]` or `[N,
/// C, d...]`, target int64 `[N]`, `[]` or `[N, d...]`.
///
///     let loss = try nllLoss(logits.logSoftmax(dim: 1), labels)
///
/// - Parameters:
///   - x: Log-probabilities of the classes.
///   - target: Class labels.
///   - weight: A weight for each class, `[C]`.
///   - ignoreIndex: Elements with this label have loss 0 and do not count in the mean.
///   - reduction: How the losses of single elements become the result.
/// - Throws: `TensorError.index` for a label that is not a class.
public func nllLoss(
  _ x: Tensor, _ target: Tensor, weight: Tensor? = nil, ignoreIndex: Int = -100,
  reduction: LossReduction = .mean
) throws -> Tensor {
  let (x, weight) = try Autocast.full(x, weight)
  let (rows, labels, shape) = try classRows("nllLoss", x, target, weight)
  // Ignored elements pick class 0, which then counts nothing.
  let ignored = try labels .== ignoreIndex
  let safe = try labels.filled(0, where: ignored)
  let picked = try -rows.gather(1, safe.unsqueezed(1)).squeeze(1).filled(0, where: ignored)
  let weights = try weight.map {
    try $0.to(rows.dtype).indexSelect(0, safe).filled(0, where: ignored)
  }
  let losses = try weights.map { try picked * $0 } ?? picked
  switch reduction {
  case .none: return try losses.reshape(shape)
  case .sum: return try losses.sum()
  case .mean: return try losses.sum() / (weights?.sum() ?? countOfValid(labels, ignoreIndex))
  }
}

/// The cross entropy between the softmax of logits and a target: x `[N, C]`, `[C]` or `[N, C,
/// d...]`. The target holds class labels, int64 `[N]`, `[]` or `[N, d...]`, or probabilities in x's
/// shape and dtype.
///
///     let loss = try crossEntropy(logits, labels, labelSmoothing: 0.1)
///
/// - Parameters:
///   - x: Logits of the classes.
///   - target: Class labels or probabilities.
///   - weight: A weight for each class, `[C]`.
///   - ignoreIndex: Elements with this label have loss 0 and do not count in the mean.
///   - reduction: How the losses of single elements become the result.
///   - labelSmoothing: How much of the target is spread evenly over all classes (Szegedy et al.,
///     2016), from 0 to 1.
/// - Throws: `TensorError.index` for a label that is not a class.
public func crossEntropy(
  _ x: Tensor, _ target: Tensor, weight: Tensor? = nil, ignoreIndex: Int = -100,
  reduction: LossReduction = .mean, labelSmoothing: Double = 0
) throws -> Tensor {
  let (x, target, weight) = try Autocast.full(x, target, weight)
  guard labelSmoothing >= 0, labelSmoothing <= 1 else {
    throw TensorError.argument(
      operation: "crossEntropy", reason: "label smoothing of \(labelSmoothing)")
  }
  if target.dtype.isFloatingPoint {
    guard ignoreIndex < 0 else {
      throw TensorError.argument(
        operation: "crossEntropy",
        reason: "a label to ignore (\(ignoreIndex)) beside targets that are probabilities")
    }
    return try probabilityCrossEntropy(x, target, weight, reduction, labelSmoothing)
  }
  let (rows, labels, shape) = try classRows("crossEntropy", x, target, weight)
  if weight == nil && labelSmoothing == 0 {
    let losses = try SoftmaxCrossEntropy.callAsFunction(rows, labels, ignored: ignoreIndex)
    switch reduction {
    case .none: return try losses.reshape(shape)
    case .sum: return try losses.sum()
    case .mean: return try losses.sum() / countOfValid(labels, ignoreIndex)
    }
  }
  let classDim = x.rank == 1 ? 0 : 1
  let logs = try x.logSoftmax(dim: classDim)
  let plain = try nllLoss(
    logs, target, weight: weight, ignoreIndex: ignoreIndex, reduction: reduction)
  if labelSmoothing == 0 { return plain }
  let ignored = try labels .== ignoreIndex
  let flat = try classRows("crossEntropy", logs, target, weight).rows
  let weighted = try weight.map { try flat * $0 } ?? flat
  let smooth = try (-weighted.sum(1)).filled(0, where: ignored)
  let spread: Tensor
  switch reduction {
  case .none: spread = try smooth.reshape(shape)
  case .sum: spread = try smooth.sum()
  case .mean:
    let safe = try labels.filled(0, where: ignored)
    let total =
      try weight.map { try $0.indexSelect(0, safe).filled(0, where: ignored).sum() }
      ?? ignored.logicalNot().sum()
    spread = try smooth.sum() / total
  }
  return try plain * (1 - labelSmoothing) + spread * (labelSmoothing / Double(flat.sizes[1]))
}

/// `crossEntropy` of a linear layer's results: x `[N, in]` or `[in]`, weight `[C, in]`, or `[C,
/// d..., in]` for targets `[N, d...]`.
///
///     let loss = try linearCrossEntropy(hidden, vocabulary, tokens)
///
/// - Parameters:
///   - x: What the layer is given.
///   - linearWeight: The layer's matrix.
///   - target: Class labels or probabilities.
///   - linearBias: Added to the layer's results, in the shape of its weight without the last
///     dimension.
///   - weight: A weight for each class, `[C]`.
///   - ignoreIndex: Elements with this label have loss 0 and do not count in the mean.
///   - reduction: How the losses of single elements become the result.
///   - labelSmoothing: How much of the target is spread evenly over all classes, from 0 to 1.
public func linearCrossEntropy(
  _ x: Tensor, _ linearWeight: Tensor, _ target: Tensor, linearBias: Tensor? = nil,
  weight: Tensor? = nil, ignoreIndex: Int = -100, reduction: LossReduction = .mean,
  labelSmoothing: Double = 0
) throws -> Tensor {
  let name = "linearCrossEntropy"
  guard x.rank == 1 || x.rank == 2, linearWeight.rank >= 2, linearWeight.rank == 2 || x.rank == 2,
    x.sizes[x.rank - 1] == linearWeight.sizes[linearWeight.rank - 1]
  else {
    throw TensorError.shape(
      operation: name, shapes: [x.shape, linearWeight.shape],
      reason: "needs [N, in] (or [in]) and [C, in], or [N, in] and [C, d..., in]")
  }
  let outputs = Array(linearWeight.shape.dropLast())
  if let linearBias, linearBias.shape != outputs {
    throw TensorError.shape(
      operation: name, shapes: [linearWeight.shape, linearBias.shape],
      reason: "the bias should have \(outputs)")
  }
  let logits = try linear(
    x, linearWeight.flatten(to: -2), linearBias?.flatten()
  ).reshape(x.shape.dropLast() + outputs)
  return try crossEntropy(
    logits, target, weight: weight, ignoreIndex: ignoreIndex, reduction: reduction,
    labelSmoothing: labelSmoothing)
}

/// How many labels count, as a divisor.
private func countOfValid(_ labels: Tensor, _ ignored: Int) throws -> Tensor {
  // Labels cannot be negative, so nothing is ignored unless the ignored one occurs; counting is
  // cheap beside the loss.
  try (labels .!= ignored).sum()
}

private func probabilityCrossEntropy(
  _ x: Tensor, _ target: Tensor, _ weight: Tensor?, _ reduction: LossReduction, _ smoothing: Double
) throws -> Tensor {
  try requireDevice(x, target, weight, operation: "crossEntropy")
  guard x.sizes == target.sizes, x.rank >= 1 else {
    throw TensorError.shape(
      operation: "crossEntropy", shapes: [x.shape, target.shape],
      reason: "target probabilities need the shape of the logits")
  }
  let dim = x.rank == 1 ? 0 : 1
  var terms = try x.logSoftmax(dim: dim)
  let classes = x.sizes[dim]
  let target =
    try smoothing == 0 ? target : target * (1 - smoothing) + smoothing / Double(classes)
  if let weight {
    guard weight.rank == 1, weight.sizes[0] == classes else {
      throw TensorError.shape(
        operation: "crossEntropy", shapes: [x.shape, weight.shape],
        reason: "the weight needs one element a class")
    }
    var shape = Array(repeating: 1, count: x.rank)
    shape[dim] = classes
    terms = try terms * weight.reshape(shape)
  }
  let losses = try -(terms * target).sum(dim)
  switch reduction {
  case .none: return losses
  case .sum: return try losses.sum()
  case .mean: return try losses.sum() / max(1, x.count / max(1, classes))
  }
}

/// Logits or log-probabilities with classes in dimension 1 (or 0 of a single element) as rows `[n,
/// C]`, labels as `[n]`, and the shape that losses have.
private func classRows(_ name: String, _ x: Tensor, _ target: Tensor, _ weight: Tensor?) throws -> (
  rows: Tensor, labels: Tensor, shape: [Int]
) {
  try requireDevice(x, target, weight, operation: name)
  try x.requireFloatingPoint(name)
  guard target.dtype.isInteger else {
    throw TensorError.dtype(
      operation: name, dtypes: [target.dtype], reason: "class labels are integers")
  }
  guard x.rank >= 1 else {
    throw TensorError.rank(operation: name, rank: 0, expected: "at least 1")
  }
  let classDim = x.rank == 1 ? 0 : 1
  var expected = x.shape
  expected.remove(at: classDim)
  guard target.shape == expected else {
    throw TensorError.shape(
      operation: name, shapes: [x.shape, target.shape], reason: "the labels should have \(expected)"
    )
  }
  let classes = x.sizes[classDim]
  if let weight, weight.rank != 1 || weight.sizes[0] != classes {
    throw TensorError.shape(
      operation: name, shapes: [x.shape, weight.shape],
      reason: "the weight needs one element a class")
  }
  let labels = try target.to(.int64).flatten()
  if x.rank == 2 { return (x, labels, expected) }
  let rows = x.rank == 1 ? try x.unsqueezed(0) : try x.movedim(1, -1)
  return (try rows.reshape([labels.count, classes]), labels, expected)
}
