/// Brings every channel to mean 0 and variance 1, then scales and shifts it: x `[N, C, ...]`,
/// weight and bias `[C]`.
///
/// Ioffe, Szegedy, "Batch Normalization", 2015.
///
///     let y = try batchNorm(images, runningMean: &mean, runningVar: &variance, training: true)
///
/// - Parameters:
///   - x: Features by channel, `[N, C, ...]`.
///   - runningMean: Statistics `[C]` to use when not training; while training they are moved
///     towards the batch's by `momentum`, the variance in its unbiased form.
///   - runningVar: As `runningMean`, for the variance.
///   - weight: What normalized channels are multiplied by; nil for 1.
///   - bias: What is added after that; nil for 0.
///   - training: Whether the batch's own statistics are used. Always without running ones.
///   - momentum: How far running statistics move, from 0 to 1.
///   - eps: Added to variances.
public func batchNorm(
  _ x: Tensor, runningMean: inout Tensor?, runningVar: inout Tensor?, weight: Tensor? = nil,
  bias: Tensor? = nil, training: Bool = false, momentum: Double = 0.1, eps: Double = 1e-5
) throws -> Tensor {
  try requireDevice(x, weight, bias, runningMean, runningVar, operation: "batchNorm")
  try x.requireFloatingPoint("batchNorm")
  if x.rank == 1 && x.count == 0 { return try x.clone() }
  guard x.rank >= 2 else {
    throw TensorError.rank(operation: "batchNorm", rank: x.rank, expected: "at least 2")
  }
  let channels = x.sizes[1]
  try requireChannels("batchNorm", x, weight, "weight")
  try requireChannels("batchNorm", x, bias, "bias")
  try requireChannels("batchNorm", x, runningMean, "running mean")
  try requireChannels("batchNorm", x, runningVar, "running variance")
  let count = channels == 0 ? 0 : x.count / channels
  if !training, let mean = runningMean, let variance = runningVar {
    let statistics: DType = x.dtype == .float64 ? .float64 : .float32
    let rstd = try noGrad { try (variance.to(statistics) + eps).rsqrt() }
    return try BatchNormalize(
      training: false, mean: mean.to(statistics).buffer, rstd: rstd.buffer, eps: eps
    )(x, weight?.to(x.dtype), bias?.to(x.dtype))
  }
  guard eps > 0 else {
    throw TensorError.argument(
      operation: "batchNorm", reason: "eps must be positive in training (\(eps))")
  }
  if count == 0 {
    // No values, no statistics: nothing but the gradients' zeros is left.
    let shape = [channels] + Array(repeating: 1, count: x.rank - 2)
    var result = try x.clone()
    if let weight { result = try result * weight.to(x.dtype).reshape(shape) }
    if let bias { result = try result + bias.to(x.dtype).reshape(shape) }
    return result
  }
  guard count > 1 else {
    throw TensorError.shape(
      operation: "batchNorm", shapes: [x.shape],
      reason: "training needs more than one value per channel")
  }
  let (mean, variance) = try BatchNormalize.statistics(x)
  let rstd = try noGrad { try (Tensor(variance) + eps).rsqrt() }
  try noGrad {
    if let old = runningMean {
      runningMean = try (old * (1 - momentum) + Tensor(mean) * momentum).to(old.dtype)
    }
    if let old = runningVar {
      let unbiased = Double(count) / Double(count - 1)
      runningVar = try (old * (1 - momentum) + Tensor(variance) * (momentum * unbiased)).to(
        old.dtype)
    }
  }
  return try BatchNormalize(training: true, mean: mean, rstd: rstd.buffer, eps: eps)(
    x, weight?.to(x.dtype), bias?.to(x.dtype))
}

/// Brings the last dimensions, of sizes `normalizedShape`, to mean 0 and variance 1 for each
/// position in the others, then scales and shifts: weight and bias have the shape
/// `normalizedShape`.
///
/// Ba, Kiros, Hinton, "Layer Normalization", 2016.
///
///     let y = try layerNorm(hidden, normalizedShape: [64])
public func layerNorm(
  _ x: Tensor, normalizedShape: [Int], weight: Tensor? = nil, bias: Tensor? = nil,
  eps: Double = 1e-5
) throws -> Tensor {
  if let (x, weight, bias) = try Autocast.widening(x, weight, bias) {
    return try layerNorm(
      x, normalizedShape: normalizedShape, weight: weight, bias: bias, eps: eps)
  }
  return try normalizeLast("layerNorm", x, normalizedShape, weight, bias, rms: false, eps)
}

/// Brings the last dimensions, of sizes `normalizedShape`, to a root mean square of 1 for each
/// position in the others, then scales.
///
/// Zhang, Sennrich, "Root Mean Square Layer Normalization", 2019.
///
///     let y = try rmsNorm(hidden, normalizedShape: [64])
///
/// - Parameters:
///   - x: Any tensor whose last sizes are `normalizedShape`.
///   - normalizedShape: The sizes of the dimensions that are brought together.
///   - weight: What the result is multiplied by; nil for 1.
///   - eps: Added to the mean square; by default the spacing of the dtype's numbers at 1.
public func rmsNorm(
  _ x: Tensor, normalizedShape: [Int], weight: Tensor? = nil, eps: Double? = nil
) throws -> Tensor {
  if let (x, weight) = try Autocast.widening(x, weight) {
    return try rmsNorm(x, normalizedShape: normalizedShape, weight: weight, eps: eps)
  }
  let epsilon: Double =
    switch x.dtype {
    case .float64: 0x1p-52
    case .float16: 0x1p-10
    case .bfloat16: 0x1p-7
    default: 0x1p-23
    }
  return try normalizeLast("rmsNorm", x, normalizedShape, weight, nil, rms: true, eps ?? epsilon)
}

/// Brings groups of channels to mean 0 and variance 1 for each element of the batch, then scales
/// and shifts: x `[N, C, ...]`, weight and bias `[C]`.
///
/// Wu, He, "Group Normalization", 2018.
///
///     let y = try groupNorm(Tensor.randn([2, 8, 5, 5]), groups: 4)
///
/// - Throws: `TensorError.argument` unless the groups divide the channels.
public func groupNorm(
  _ x: Tensor, groups: Int, weight: Tensor? = nil, bias: Tensor? = nil, eps: Double = 1e-5
) throws -> Tensor {
  if let (x, weight, bias) = try Autocast.widening(x, weight, bias) {
    return try groupNorm(x, groups: groups, weight: weight, bias: bias, eps: eps)
  }
  guard x.rank >= 2 else {
    throw TensorError.rank(operation: "groupNorm", rank: x.rank, expected: "at least 2")
  }
  try requireDevice(x, weight, bias, operation: "groupNorm")
  try x.requireFloatingPoint("groupNorm")
  let channels = x.sizes[1]
  guard groups > 0, channels > 0, channels % groups == 0 else {
    throw TensorError.argument(
      operation: "groupNorm", reason: "\(channels) channels in \(groups) groups")
  }
  try requireChannels("groupNorm", x, weight, "weight")
  try requireChannels("groupNorm", x, bias, "bias")
  var width = channels / groups
  for i in 2..<max(x.rank, 2) { width *= x.sizes[i] }
  guard width > 0 else {
    throw TensorError.shape(
      operation: "groupNorm", shapes: [x.shape], reason: "only the batch may be empty")
  }
  return try GroupNormalize.callAsFunction(
    x, weight?.to(x.dtype), bias?.to(x.dtype), groups: groups, eps: eps)
}

/// x over a power of the mean square of its neighbours in the channels: `x / (k + alpha mean(x^2))^
/// beta`, with zeros beyond the edges: x `[N, C, ...]`.
///
/// Krizhevsky et al., "ImageNet Classification with Deep Convolutional Neural Networks", 2012.
///
///     let y = try localResponseNorm(x, size: 5)
///
/// - Parameters:
///   - x: Features by channel, `[N, C, ...]`.
///   - size: How many channels count, half of them (rounded down) before the own one.
///   - alpha: The factor of the mean square.
///   - beta: The power.
///   - k: What the mean square is added to.
public func localResponseNorm(
  _ x: Tensor, size: Int, alpha: Double = 1e-4, beta: Double = 0.75, k: Double = 1
) throws -> Tensor {
  guard x.rank >= 3 else {
    throw TensorError.rank(operation: "localResponseNorm", rank: x.rank, expected: "at least 3")
  }
  guard size > 0, size <= Int(Int32.max) else {
    throw TensorError.argument(
      operation: "localResponseNorm", reason: "\(size) channels, expected at least 1")
  }
  if x.count == 0 { return x }
  try x.requireFloatingPoint("localResponseNorm")
  return try x.widened { x in
    let squares = try x.square().flatten(from: 2).unsqueezed(1)
    let edges = try pad(squares, [0, 0, size / 2, (size - 1) / 2])
    let means = try avgPool2d(edges, kernelSize: [size, 1], stride: 1).reshape(x.shape)
    return try x / (means * alpha + k).pow(beta)
  }
}

/// Refuses a tensor that is not of one element a channel.
func requireChannels(_ operation: String, _ x: Tensor, _ value: Tensor?, _ name: String) throws {
  if let value, value.rank != 1 || value.sizes[0] != x.sizes[1] {
    throw TensorError.shape(
      operation: operation, shapes: [x.shape, value.shape],
      reason: "the \(name) needs one element for each of \(x.sizes[1]) channels")
  }
}

private func normalizeLast(
  _ name: String, _ x: Tensor, _ shape: [Int], _ weight: Tensor?, _ bias: Tensor?, rms: Bool,
  _ eps: Double
) throws -> Tensor {
  try requireDevice(x, weight, bias, operation: name)
  try x.requireFloatingPoint(name)
  // Without lists of their own, since this is most of the time that small layers take.
  let lead = x.rank - shape.count
  guard !shape.isEmpty, lead >= 0, shape.indices.allSatisfy({ x.sizes[lead + $0] == shape[$0] })
  else {
    throw TensorError.shape(
      operation: name, shapes: [x.shape, shape],
      reason: "the tensor does not end in the normalised shape")
  }
  func fits(_ value: Tensor?) -> Bool {
    guard let value else { return true }
    return value.rank == shape.count && shape.indices.allSatisfy { value.sizes[$0] == shape[$0] }
  }
  guard fits(weight), fits(bias) else {
    throw TensorError.shape(
      operation: name, shapes: [shape] + [weight, bias].compactMap { $0?.shape },
      reason: "weight and bias need the normalised shape")
  }
  return try LayerNormalize.callAsFunction(
    x, weight?.to(x.dtype), bias?.to(x.dtype), firstDim: lead, rms: rms, eps: eps)
}
