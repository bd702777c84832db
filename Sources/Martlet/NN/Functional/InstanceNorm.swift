/// Brings every channel of every element of the batch to mean 0 and variance 1, then scales and
/// shifts it: x `[N, C, ...]` with at least one spatial dimension, weight and bias `[C]`.
///
/// Ulyanov et al., "Instance Normalization: The Missing Ingredient for Fast Stylization", 2016.
///
///     let y = try instanceNorm(images)
public func instanceNorm(
  _ x: Tensor, weight: Tensor? = nil, bias: Tensor? = nil, eps: Double = 1e-5
) throws -> Tensor {
  var mean: Tensor?
  var variance: Tensor?
  return try instanceNorm(
    x, runningMean: &mean, runningVar: &variance, weight: weight, bias: bias, eps: eps)
}

/// `instanceNorm` with running statistics.
///
///     let y = try instanceNorm(images, runningMean: &mean, runningVar: &variance)
///
/// - Parameters:
///   - x: Features by channel, `[N, C, ...]`.
///   - runningMean: Statistics `[C]`, moved by `momentum` towards the mean over the batch of those
///     of its elements, the variance in its unbiased form.
///   - runningVar: As `runningMean`, for the variance.
///   - weight: What normalized channels are multiplied by; nil for 1.
///   - bias: What is added after that; nil for 0.
///   - useInputStatistics: Whether x is normalised by its own statistics; by the running ones
///     otherwise, which then stay.
///   - momentum: How far running statistics move, from 0 to 1.
///   - eps: Added to variances.
public func instanceNorm(
  _ x: Tensor, runningMean: inout Tensor?, runningVar: inout Tensor?, weight: Tensor? = nil,
  bias: Tensor? = nil, useInputStatistics: Bool = true, momentum: Double = 0.1, eps: Double = 1e-5
) throws -> Tensor {
  let name = "instanceNorm"
  guard x.rank >= 3 else {
    throw TensorError.rank(operation: name, rank: x.rank, expected: "at least 3")
  }
  let (batch, channels) = (x.sizes[0], x.sizes[1])
  guard useInputStatistics || runningMean != nil && runningVar != nil else {
    throw TensorError.argument(
      operation: name, reason: "without statistics of the input it needs running ones")
  }
  let values = x.shape.dropFirst(2).reduce(1, *)
  guard values > 1 || !useInputStatistics else {
    throw TensorError.shape(
      operation: name, shapes: [x.shape], reason: "needs more than one value per channel")
  }
  try requireChannels(name, x, weight, "weight")
  try requireChannels(name, x, bias, "bias")
  try requireChannels(name, x, runningMean, "running mean")
  try requireChannels(name, x, runningVar, "running variance")
  if !useInputStatistics {
    return try batchNorm(
      x, runningMean: &runningMean, runningVar: &runningVar, weight: weight, bias: bias, eps: eps)
  }
  // Every channel of every element is a channel of one batch.
  var mean = try runningMean?.repeat(batch)
  var variance = try runningVar?.repeat(batch)
  let result = try batchNorm(
    x.reshape([1, batch * channels] + x.shape.dropFirst(2)), runningMean: &mean,
    runningVar: &variance, weight: weight?.repeat(batch), bias: bias?.repeat(batch),
    training: true, momentum: momentum, eps: eps)
  if batch > 0 {
    runningMean = try mean?.reshape([batch, channels]).mean(0)
    runningVar = try variance?.reshape([batch, channels]).mean(0)
  }
  return try result.reshape(x.shape)
}
