/// The absolute difference `|x - y|`, reduced.
///
///     let loss = try l1Loss(net(x), target)
public func l1Loss(_ x: Tensor, _ target: Tensor, reduction: LossReduction = .mean) throws -> Tensor
{
  let (x, target) = try Autocast.full(x, target)
  return try reduction.apply("l1Loss", [x, target]) { try ($0[0] - $0[1]).abs() }
}

/// With `d = |x - y|`: `d^2 / (2 beta)` below beta, `d - beta / 2` above, reduced. Girshick, "Fast
/// R-CNN", 2015.
///
///     let loss = try smoothL1Loss(net(x), target, beta: 0.5)
///
/// - Throws: `TensorError.argument` for a negative beta.
public func smoothL1Loss(
  _ x: Tensor, _ target: Tensor, beta: Double = 1, reduction: LossReduction = .mean
) throws -> Tensor {
  let (x, target) = try Autocast.full(x, target)
  guard beta >= 0 else {
    throw TensorError.argument(operation: "smoothL1Loss", reason: "beta is negative (\(beta))")
  }
  if beta == 0 { return try l1Loss(x, target, reduction: reduction) }
  return try reduction.apply("smoothL1Loss", [x, target]) { pair in
    let distance = try (pair[0] - pair[1]).abs()
    let near = try distance.square() * (0.5 / beta)
    return try near.where(distance .< beta, else: distance - 0.5 * beta)
  }
}

/// With `d = |x - y|`: `d^2 / 2` up to delta, `delta (d - delta / 2)` above, reduced. Huber,
/// "Robust Estimation of a Location Parameter", 1964.
///
///     let loss = try huberLoss(net(x), target, delta: 2)
///
/// - Throws: `TensorError.argument` unless delta is positive.
public func huberLoss(
  _ x: Tensor, _ target: Tensor, delta: Double = 1, reduction: LossReduction = .mean
) throws -> Tensor {
  let (x, target) = try Autocast.full(x, target)
  guard delta > 0 else {
    throw TensorError.argument(operation: "huberLoss", reason: "delta must be positive (\(delta))")
  }
  return try reduction.apply("huberLoss", [x, target]) { pair in
    let distance = try (pair[0] - pair[1]).abs()
    let near = try distance.square() * 0.5
    return try near.where(distance .<= delta, else: (distance - 0.5 * delta) * delta)
  }
}
