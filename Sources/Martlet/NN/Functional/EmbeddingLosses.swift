// Losses that compare scores or embeddings with targets of 1 and -1, and losses of distributions
// given by parameters.

/// `max(0, -y (x1 - x2) + margin)`, reduced: for y = 1 the first score should be greater, for y =
/// -1 the second.
///
///     let loss = try marginRankingLoss(better, worse, Tensor.ones([n]), margin: 0.1)
public func marginRankingLoss(
  _ x1: Tensor, _ x2: Tensor, _ target: Tensor, margin: Double = 0,
  reduction: LossReduction = .mean
) throws -> Tensor {
  let (x1, x2, target) = try Autocast.full(x1, x2, target)
  guard x1.rank == x2.rank, x1.rank == target.rank else {
    throw TensorError.shape(
      operation: "marginRankingLoss", shapes: [x1.shape, x2.shape, target.shape],
      reason: "the numbers of dimensions must be equal")
  }
  return try reduction.apply("marginRankingLoss", [x1, x2, target]) {
    try (-$0[2] * ($0[0] - $0[1]) + margin).clamp(min: 0)
  }
}

/// x where the target is 1 and `max(0, margin - x)` where it is -1, reduced.
///
///     let loss = try hingeEmbeddingLoss(Tensor([0.2, 0.7]), Tensor([1, -1]))
public func hingeEmbeddingLoss(
  _ x: Tensor, _ target: Tensor, margin: Double = 1, reduction: LossReduction = .mean
) throws -> Tensor {
  let (x, target) = try Autocast.full(x, target)
  return try reduction.apply("hingeEmbeddingLoss", [x, target]) { pair in
    let far = try (margin - pair[0]).clamp(min: 0).filled(0, where: pair[1] .== 1)
    return try far + pair[0].filled(0, where: pair[1] .== -1)
  }
}

/// `log(1 + exp(-y x))` with targets of 1 and -1, reduced.
///
///     let loss = try softMarginLoss(Tensor([0.2, -0.7]), Tensor([1.0, -1.0]))
public func softMarginLoss(_ x: Tensor, _ target: Tensor, reduction: LossReduction = .mean) throws
  -> Tensor
{
  let (x, target) = try Autocast.full(x, target)
  return try reduction.apply("softMarginLoss", [x, target]) {
    try (-($0[1] * $0[0])).exp().log1p()
  }
}

/// One minus the cosine of x1 and x2 where the target is 1, and what the cosine exceeds the margin
/// by where it is -1, reduced: x1 and x2 `[N, D]` or `[D]`.
///
///     let loss = try cosineEmbeddingLoss(x, y, Tensor([1, -1]))
public func cosineEmbeddingLoss(
  _ x1: Tensor, _ x2: Tensor, _ target: Tensor, margin: Double = 0,
  reduction: LossReduction = .mean
) throws -> Tensor {
  let (x1, x2, target) = try Autocast.full(x1, x2, target)
  guard target.rank + 1 == x1.rank, target.rank + 1 == x2.rank, target.rank <= 1 else {
    throw TensorError.shape(
      operation: "cosineEmbeddingLoss", shapes: [x1.shape, x2.shape, target.shape],
      reason: "needs [N, D], [N, D] and [N]")
  }
  // Of integers the cosine is the float32 number nearest to it.
  let isFloat = x1.dtype.isFloatingPoint || x2.dtype.isFloatingPoint
  let (a, b) = isFloat ? (x1, x2) : (try x1.to(.float64), try x2.to(.float64))
  // The small number is that of PyTorch's formula, inside of the root.
  let eps = 1e-12
  let dot = try (a * b).sum(-1)
  let lengths = try ((a.square().sum(-1) + eps) * (b.square().sum(-1) + eps)).sqrt()
  let cosine = try isFloat ? dot / lengths : (dot / lengths).to(.float32)
  let zeros = try cosine.detached().zerosLike()
  let near = try (1 - cosine).where(target .== 1, else: zeros)
  let far = try (cosine - margin).clamp(min: 0).where(target .== -1, else: zeros)
  return try reduction.apply(near + far)
}

/// `max(0, d(anchor, positive) - d(anchor, negative) + margin)` with d the p-norm of the
/// difference, reduced: `[N, D]` or `[D]` each.
///
/// Balntas et al., "Learning shallow convolutional feature descriptors with triplet losses", 2016.
///
///     let loss = try tripletMarginLoss(anchor, positive, negative, margin: 0.5)
///
/// - Parameters:
///   - anchor: What is compared.
///   - positive: What should be near the anchor.
///   - negative: What should be far from it.
///   - margin: By how much the negative should be farther than the positive.
///   - p: The norm that distances are measured in.
///   - eps: Added to differences.
///   - swap: Whether the negative is compared with the nearer of anchor and positive.
///   - reduction: How the losses of single elements become the result.
public func tripletMarginLoss(
  _ anchor: Tensor, _ positive: Tensor, _ negative: Tensor, margin: Double = 1, p: Double = 2,
  eps: Double = 1e-6, swap: Bool = false, reduction: LossReduction = .mean
) throws -> Tensor {
  let (anchor, positive, negative) = try Autocast.full(anchor, positive, negative)
  return try tripletMarginLoss(
    anchor, positive, negative, margin: margin, swap: swap, reduction: reduction
  ) { try pairwiseDistance($0, $1, p: p, eps: eps) }
}

/// `tripletMarginLoss` with any distance.
///
///     try tripletMarginLoss(anchor, positive, negative) { try 1 - cosineSimilarity($0, $1) }
///
/// - Parameters:
///   - anchor: What is compared.
///   - positive: What should be near the anchor.
///   - negative: What should be far from it.
///   - margin: By how much the negative should be farther than the positive.
///   - swap: Whether the negative is compared with the nearer of anchor and positive.
///   - reduction: How the losses of single elements become the result.
///   - distance: Of two tensors in the shape of the inputs.
public func tripletMarginLoss(
  _ anchor: Tensor, _ positive: Tensor, _ negative: Tensor, margin: Double = 1, swap: Bool = false,
  reduction: LossReduction = .mean, distance: (Tensor, Tensor) throws -> Tensor
) throws -> Tensor {
  guard anchor.rank == positive.rank, anchor.rank == negative.rank else {
    throw TensorError.shape(
      operation: "tripletMarginLoss", shapes: [anchor.shape, positive.shape, negative.shape],
      reason: "the numbers of dimensions must be equal")
  }
  guard margin > 0 else {
    throw TensorError.argument(
      operation: "tripletMarginLoss", reason: "the margin must be positive (\(margin))")
  }
  let near = try distance(anchor, positive)
  var far = try distance(anchor, negative)
  if swap { far = try far.minimum(distance(positive, negative)) }
  return try reduction.apply((near + margin - far).clamp(min: 0))
}

/// The negative log-likelihood of counts under Poisson distributions, `exp(x) - y x`, reduced.
///
///     let loss = try poissonNLLLoss(logRates, counts)
///
/// - Parameters:
///   - x: Rates or their logarithms.
///   - target: Counts, in the shape of x.
///   - logInput: Whether x holds logarithms of the rates; else it is `x - y log(x + eps)`.
///   - full: Whether Stirling's approximation of `log y!` is added where y exceeds 1.
///   - eps: Keeps logarithms of 0 finite, without `logInput`.
///   - reduction: How the losses of single elements become the result.
public func poissonNLLLoss(
  _ x: Tensor, _ target: Tensor, logInput: Bool = true, full: Bool = false, eps: Double = 1e-8,
  reduction: LossReduction = .mean
) throws -> Tensor {
  let (x, target) = try Autocast.full(x, target)
  return try reduction.apply("poissonNLLLoss", [x, target]) { pair in
    let (x, target) = (pair[0], pair[1])
    let losses = logInput ? try x.exp() - target * x : try x - target * (x + eps).log()
    guard full else { return losses }
    let stirling = try target * target.log() - target + (target * (2 * Double.pi)).log() * 0.5
    return try losses + stirling.filled(0, where: target .<= 1)
  }
}

/// The negative log-likelihood under normal distributions, `(log v + (x - y)^2 / v) / 2` with the
/// variance v at least `eps`, reduced.
///
///     let loss = try gaussianNLLLoss(mean, target, softplus(x))
///
/// - Parameters:
///   - x: Expected values.
///   - target: Observed values, in the shape of x.
///   - variance: In x's shape, or with one dimension of size 1, or without the last dimension.
///   - full: Whether `log(2 pi) / 2` is added.
///   - eps: The least variance that counts.
///   - reduction: How the losses of single elements become the result.
/// - Throws: `TensorError.argument` for a negative variance.
public func gaussianNLLLoss(
  _ x: Tensor, _ target: Tensor, _ variance: Tensor, full: Bool = false, eps: Double = 1e-6,
  reduction: LossReduction = .mean
) throws -> Tensor {
  var (x, target, variance) = try Autocast.full(x, target, variance)
  if variance.shape != x.shape {
    if variance.shape == Array(x.shape.dropLast()), x.rank > 0 {
      variance = try variance.unsqueezed(-1)
    } else if variance.rank != x.rank
      || zip(variance.shape, x.shape).filter({ $0 != $1 }).map(\.0) != [1]
    {
      throw TensorError.shape(
        operation: "gaussianNLLLoss", shapes: [x.shape, variance.shape],
        reason: "the variance does not fit")
    }
  }
  let negative = try (variance .< 0).isTrueAnywhere
  guard !negative, eps > 0 else {
    throw TensorError.argument(
      operation: "gaussianNLLLoss", reason: "a variance is negative, or eps not positive (\(eps))")
  }
  return try reduction.apply("gaussianNLLLoss", [x, target, variance]) { inputs in
    let variance = inputs[2]
    // The bound does not take the gradient away: it acts on the value alone.
    let low = try (variance.detached().clamp(min: eps) - variance.detached())
    let bounded = try variance + low
    let losses = try (bounded.log() + (inputs[0] - inputs[1]).square() / bounded) * 0.5
    return full ? try losses + 0.918938533204672742 : losses
  }
}
