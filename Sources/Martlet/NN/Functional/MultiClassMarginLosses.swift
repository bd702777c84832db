// Hinge losses of classes against each other.

/// For every element of the batch the mean over the classes i other than the label y of `max(0,
/// margin - x[y] + x[i])^p`, reduced: x `[N, C]` or `[C]`, target int64 `[N]` or `[]`.
///
///     let loss = try multiMarginLoss(scores, labels)
///
/// - Parameters:
///   - x: Scores of the classes.
///   - target: Class labels.
///   - p: 1 or 2.
///   - margin: By how much the right score should exceed others.
///   - weight: A factor of each label's losses, `[C]`.
///   - reduction: How the losses of single elements become the result.
/// - Throws: `TensorError.index` for a label that is not a class.
public func multiMarginLoss(
  _ x: Tensor, _ target: Tensor, p: Int = 1, margin: Double = 1, weight: Tensor? = nil,
  reduction: LossReduction = .mean
) throws -> Tensor {
  let (x, weight) = try Autocast.full(x, weight)
  let name = "multiMarginLoss"
  let rows = try scoreRows(name, x, target, weight)
  guard p == 1 || p == 2 else {
    throw TensorError.argument(operation: name, reason: "p is \(p), expected 1 or 2")
  }
  guard target.rank <= 1, target.count == rows.sizes[0] else {
    throw TensorError.shape(
      operation: name, shapes: [x.shape, target.shape],
      reason: "needs one label for each element of the batch")
  }
  let classes = rows.sizes[1]
  let labels = try target.to(.int64).reshape([rows.sizes[0], 1])
  let distances = try (rows - rows.gather(1, labels) + margin).relu()
  var losses = try p == 1 ? distances : distances.square()
  if let weight {
    guard weight.rank == 1, weight.sizes[0] == classes else {
      throw TensorError.shape(
        operation: name, shapes: [x.shape, weight.shape],
        reason: "the weight needs one element a class")
    }
    losses = try losses * weight.indexSelect(0, labels.flatten()).unsqueezed(1)
  }
  let isLabel = try Tensor.arange(classes, device: x.device) .== labels
  let means = try losses.filled(0, where: isLabel).sum(1) / classes
  return try reduction.apply(target.rank == 0 ? means.squeeze(0) : means)
}

/// For every element of the batch the sum over its labels y and over the other classes i of `max(0,
/// 1 - x[y] + x[i]) / C`, reduced: x `[N, C]` or `[C]`, target int64 in the same shape, whose
/// labels end at the first negative number.
///
///     let loss = try multilabelMarginLoss(scores, labels)
///
/// - Throws: `TensorError.index` for a label that is not a class.
public func multilabelMarginLoss(
  _ x: Tensor, _ target: Tensor, reduction: LossReduction = .mean
) throws -> Tensor {
  let x = try Autocast.full(x)
  let name = "multilabelMarginLoss"
  let rows = try scoreRows(name, x, target, nil)
  guard target.shape == x.shape else {
    throw TensorError.shape(
      operation: name, shapes: [x.shape, target.shape], reason: "the shapes must be equal")
  }
  let labels = try target.to(.int64).reshape(rows.shape)
  let isLast = try (labels .< 0).to(.int64).cumsum(1) .> 0
  let safe = try labels.filled(0, where: isLast)
  let isGiven = try isLast.logicalNot()
  let isLabel = try labels.zerosLike().scatterAdd(1, safe, isGiven.to(.int64)) .> 0
  let own = try rows.gather(1, safe).unsqueezed(2)
  let distances = try (rows.unsqueezed(1) - own + 1).relu()
  let counts = try isGiven.unsqueezed(2).logicalAnd(isLabel.logicalNot().unsqueezed(1))
  let losses = try distances.masked(by: counts).sum(1, 2) / rows.sizes[1]
  return try reduction.apply(x.rank <= 1 ? losses.squeeze(0) : losses)
}

/// The mean over the classes of the binary cross entropy between `sigmoid(x)` and targets of 0 and
/// 1, reduced: x and target `[..., C]`.
///
///     let loss = try multilabelSoftMarginLoss(scores, tags)
///
/// - Parameters:
///   - x: Logits of the classes.
///   - target: Which classes are present.
///   - weight: A factor of each class's losses, which broadcasts.
///   - reduction: How the losses of single elements become the result.
public func multilabelSoftMarginLoss(
  _ x: Tensor, _ target: Tensor, weight: Tensor? = nil, reduction: LossReduction = .mean
) throws -> Tensor {
  let (x, target, weight) = try Autocast.full(x, target, weight)
  var losses = try -(target * logSigmoid(x) + (1 - target) * logSigmoid(-x))
  if let weight { losses = try losses * weight }
  return try reduction.apply(losses.mean(-1))
}

/// Scores as `[N, C]`.
private func scoreRows(_ name: String, _ x: Tensor, _ target: Tensor, _ weight: Tensor?) throws
  -> Tensor
{
  try requireDevice(x, target, weight, operation: name)
  try x.requireFloatingPoint(name)
  guard target.dtype.isInteger else {
    throw TensorError.dtype(
      operation: name, dtypes: [target.dtype], reason: "class labels are integers")
  }
  guard x.rank <= 2, (x.rank == 0 ? 1 : x.sizes[x.rank - 1]) > 0 else {
    throw TensorError.shape(
      operation: name, shapes: [x.shape], reason: "needs [N, C] or [C] with at least one class")
  }
  return x.rank == 2 ? x : try x.reshape([1, x.count])
}
