/// The cross entropy between probabilities and targets, `-(y log x + (1 - y) log(1 - x))`, reduced.
/// Logarithms are at least -100.
///
///     let loss = try binaryCrossEntropy(logits.sigmoid(), targets)
///
/// - Parameters:
///   - x: Probabilities.
///   - target: Probabilities, in the shape of x.
///   - weight: A factor of each loss, which broadcasts.
///   - reduction: How the losses of single elements become the result.
/// - Throws: `TensorError.argument` for an x that is not between 0 and 1.
public func binaryCrossEntropy(
  _ x: Tensor, _ target: Tensor, weight: Tensor? = nil, reduction: LossReduction = .mean
) throws -> Tensor {
  let (x, target, weight) = try Autocast.full(x, target, weight)
  try x.requireFloatingPoint("binaryCrossEntropy")
  try requireSameShape("binaryCrossEntropy", x, target)
  let valid = try (x .>= 0).logicalAnd(x .<= 1).ofAllExamples.all().item(Bool.self)
  guard valid else {
    throw TensorError.argument(
      operation: "binaryCrossEntropy", reason: "an element is not between 0 and 1")
  }
  if x.isHalfPrecision {
    return try binaryCrossEntropy(
      x.to(.float32), target.to(.float32), weight: weight, reduction: reduction
    ).to(x.dtype)
  }
  let inputs = [x, target] + (weight.map { [$0] } ?? [])
  return try reduction.apply("binaryCrossEntropy", inputs) { inputs in
    let (x, target) = (inputs[0], inputs[1])
    let terms =
      try target * x.log().clamp(min: -100) + (1 - target) * (-x).log1p().clamp(min: -100)
    return try inputs.count > 2 ? -terms * inputs[2] : -terms
  }
}

/// `binaryCrossEntropy` of `sigmoid(x)`, computed without overflow.
///
///     let loss = try binaryCrossEntropyWithLogits(logits, targets)
///
/// - Parameters:
///   - x: Logits.
///   - target: Probabilities, in the shape of x.
///   - weight: A factor of each loss, which broadcasts.
///   - positiveWeight: A factor of the losses of positive targets, which broadcasts.
///   - reduction: How the losses of single elements become the result.
public func binaryCrossEntropyWithLogits(
  _ x: Tensor, _ target: Tensor, weight: Tensor? = nil, positiveWeight: Tensor? = nil,
  reduction: LossReduction = .mean
) throws -> Tensor {
  let (x, target, weight, positiveWeight) = try Autocast.full(x, target, weight, positiveWeight)
  try requireSameShape("binaryCrossEntropyWithLogits", x, target)
  let isPositiveWeighted = positiveWeight != nil
  let isWeighted = weight != nil
  let inputs = [x, target] + [positiveWeight, weight].compactMap { $0 }
  return try reduction.apply("binaryCrossEntropyWithLogits", inputs) { inputs in
    let (x, target) = (inputs[0], inputs[1])
    var logs = try logSigmoid(x)
    if isPositiveWeighted { logs = try ((inputs[2] - 1) * target + 1) * logs }
    let losses = try (1 - target) * x - logs
    return isWeighted ? try losses * inputs[inputs.count - 1] : losses
  }
}

/// The Kullback-Leibler divergence of log-probabilities x from a target: `y (log y - x)`, reduced;
/// 0 where y is 0.
///
///     let divergence = try klDivergence(
///       logits.logSoftmax(dim: 1), probabilities, batchMean: true)
///
/// - Parameters:
///   - x: Log-probabilities.
///   - target: Probabilities, which broadcast with x.
///   - logTarget: Whether the target holds logarithms too.
///   - batchMean: Whether the sum is divided by the size of dimension 0, which is the divergence by
///     its mathematical definition; then `reduction` does not matter.
///   - reduction: How the losses of single elements become the result.
public func klDivergence(
  _ x: Tensor, _ target: Tensor, logTarget: Bool = false, batchMean: Bool = false,
  reduction: LossReduction = .mean
) throws -> Tensor {
  let (x, target) = try Autocast.full(x, target)
  let sum: LossReduction = batchMean ? .sum : reduction
  let losses = try sum.apply("klDivergence", [x, target]) { inputs in
    let (x, target) = (inputs[0], inputs[1])
    return logTarget ? try target.exp() * (target - x) : try target.xlogy(target) - target * x
  }
  return batchMean ? try losses / (x.rank == 0 ? 1 : x.sizes[0]) : losses
}

private func requireSameShape(_ name: String, _ x: Tensor, _ target: Tensor) throws {
  guard x.sizes == target.sizes else {
    throw TensorError.shape(
      operation: name, shapes: [x.shape, target.shape], reason: "the shapes must be equal")
  }
}
