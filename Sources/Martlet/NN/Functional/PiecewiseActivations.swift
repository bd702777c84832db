// Activations of straight pieces. The functions keep NaN.

/// Every element kept between two numbers. At and beyond a bound the gradient is 0. Of integers,
/// the bounds are rounded towards zero.
///
///     try hardtanh(Tensor([-2.0, 0.5, 2.0]))  // [-1, 0.5, 1]
///
/// - Throws: `TensorError.argument` if the bounds cross.
public func hardtanh(_ x: Tensor, min low: Double = -1, max high: Double = 1) throws -> Tensor {
  guard low <= high else {
    throw TensorError.argument(operation: "hardtanh", reason: "bounds \(low) and \(high) cross")
  }
  guard x.dtype != .bool else {
    throw TensorError.dtype(operation: "hardtanh", dtypes: [x.dtype], reason: "takes numbers")
  }
  if x.dtype.isInteger { return try x.clamp(min: Int(clamping: low), max: Int(clamping: high)) }
  if x.history == nil { return try x.clamp(min: low, max: high) }
  return try x.fused("hardtanh") {
    try $0.filled(low, where: $0 .<= low).filled(high, where: $0 .>= high)
  }
}

/// `min(max(x, 0), 6)`.
///
///     try relu6(Tensor([-1.0, 3.0, 8.0]))  // [0, 3, 6]
public func relu6(_ x: Tensor) throws -> Tensor { try hardtanh(x, min: 0, max: 6) }

/// x where it is positive, `slope x` elsewhere.
///
///     try leakyRelu(Tensor([-1.0, 2.0]), slope: 0.1)  // [-0.1, 2]
public func leakyRelu(_ x: Tensor, slope: Double = 0.01) throws -> Tensor {
  try x.fused("leakyRelu") { try $0.where($0 .> 0, else: $0 * slope) }
}

/// x where it is positive, `a x` elsewhere, with an `a` for each element: random between `lower`
/// and `upper` while training, their mean otherwise. Xu et al., "Empirical Evaluation of Rectified
/// Activations in Convolutional Network", 2015.
///
///     let h = try rrelu(x, training: true)
///
/// - Throws: `TensorError.argument` if the bounds cross.
public func rrelu(
  _ x: Tensor, lower: Double = 1.0 / 8, upper: Double = 1.0 / 3, training: Bool = false
) throws -> Tensor {
  guard lower <= upper, (upper - lower).isFinite else {
    throw TensorError.argument(
      operation: "rrelu", reason: "bounds \(lower) and \(upper) cross, or are not finite")
  }
  try x.requireFloatingPoint("rrelu")
  if !training { return try leakyRelu(x, slope: (lower + upper) / 2) }
  let slopes = Tensor.uniform(x.shape, lower, upper, dtype: x.dtype, device: x.device)
  return try leaky("rrelu", x, slopes)
}

/// x where it is positive, `weight x` elsewhere, with one weight, or one for each channel
/// (dimension 1): He et al., "Delving Deep into Rectifiers", 2015.
///
///     let h = try prelu(images, Tensor.full([3], 0.25))
///
/// - Parameters:
///   - x: Features by channel, `[N, C, ...]`, or any tensor for a single weight.
///   - weight: `[]`, `[1]` or `[C]`.
public func prelu(_ x: Tensor, _ weight: Tensor) throws -> Tensor {
  if let (x, weight) = try Autocast.lowering(x, weight) { return try prelu(x, weight) }
  try requireDevice(x, weight, operation: "prelu")
  guard weight.rank <= 1 else {
    throw TensorError.rank(operation: "prelu", rank: weight.rank, expected: "a list of weights")
  }
  if weight.count == 1 {
    return try leaky("prelu", x, View.reshape(weight, to: Dims()))
  }
  let channels = x.rank == 0 ? 0 : x.rank == 1 ? 1 : x.sizes[1]
  guard weight.count == channels else {
    throw TensorError.shape(
      operation: "prelu", shapes: [x.shape, weight.shape],
      reason: "needs one weight, or one for each of \(channels) channels")
  }
  let column = try weight.reshape([channels] + Array(repeating: 1, count: max(x.rank - 2, 0)))
  return try leaky("prelu", x, column)
}

/// x where it is positive, elsewhere times slopes that broadcast.
private func leaky(_ name: String, _ x: Tensor, _ slopes: Tensor) throws -> Tensor {
  try x.fused(name, with: slopes) { x, slopes in try x.where(x .> 0, else: x * slopes) }
}

/// x where it exceeds `threshold`, `value` elsewhere.
///
///     try threshold(Tensor([0.5, 2.0]), 1, value: 0)  // [0, 2]
public func threshold(_ x: Tensor, _ threshold: Double, value: Double) throws -> Tensor {
  try x.fused("threshold") { x in
    try x.filled(Scalar(value, fitting: x.dtype), where: x .<= Scalar(threshold, fitting: x.dtype))
  }
}

/// `relu6(x + 3) / 6`: Howard et al., "Searching for MobileNetV3", 2019.
///
///     try hardsigmoid(Tensor([-4.0, 0.0, 4.0]))  // [0, 0.5, 1]
public func hardsigmoid(_ x: Tensor) throws -> Tensor {
  try x.requireFloatingPoint("hardsigmoid")
  return try x.fused("hardsigmoid") { try $0.widened { try relu6($0 + 3) / 6 } }
}

/// `x relu6(x + 3) / 6`: Howard et al., "Searching for MobileNetV3", 2019.
///
///     try hardswish(Tensor([-4.0, 1.0, 4.0]))  // [0, 0.6667, 4]
public func hardswish(_ x: Tensor) throws -> Tensor {
  try x.requireFloatingPoint("hardswish")
  return try x.fused("hardswish") { try $0.widened { try $0 * relu6($0 + 3) / 6 } }
}

/// x where its size exceeds `bound`, 0 elsewhere.
///
///     try hardshrink(Tensor([0.3, -2.0]))  // [0, -2]
public func hardshrink(_ x: Tensor, _ bound: Double = 0.5) throws -> Tensor {
  try x.fused("hardshrink") { try $0.filled(0, where: $0.abs() .<= bound) }
}

/// x moved towards 0 by `bound`, and 0 where it is nearer than that.
///
///     try softshrink(Tensor([0.3, -2.0]))  // [0, -1.5]
///
/// - Throws: `TensorError.argument` for a negative bound.
public func softshrink(_ x: Tensor, _ bound: Double = 0.5) throws -> Tensor {
  guard bound >= 0 else {
    throw TensorError.argument(operation: "softshrink", reason: "the bound \(bound) is negative")
  }
  try x.requireFloatingPoint("softshrink")
  return try x.fused("softshrink") { try $0 - $0.clamp(min: -bound, max: bound) }
}
