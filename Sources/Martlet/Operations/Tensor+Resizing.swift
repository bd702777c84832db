extension Tensor {
  /// Summed to a shape that broadcasts to this one: the derivative of broadcasting.
  ///
  ///     let bias = try gradient.sumToSize([1, features])
  ///
  /// - Throws: `TensorError.shape` if the shape does not broadcast to this one.
  public func sumToSize(_ shape: [Int]) throws -> Tensor {
    let target = try checkedSizes(shape, "sumToSize")
    guard Dims.broadcast(target, sizes) == sizes else {
      throw TensorError.shape(
        operation: "sumToSize", shapes: [self.shape, shape],
        reason: "the second shape does not broadcast to the first")
    }
    return try summed(to: target)
  }

  /// The elements in row-major order under another shape, which may need fewer of them, or more:
  /// these are zeros.
  ///
  ///     let padded = try x.resized([4, 4])
  public func resized(_ shape: [Int]) throws -> Tensor {
    let target = try checkedSizes(shape, "resized")
    let flat = try flatten()
    let missing = target.product - count
    if missing <= 0 {
      return try View.reshape(flat.narrow(0, start: 0, length: target.product), to: target)
    }
    let zeros = try Tensor.zeros(Dims(repeating: missing, rank: 1), dtype, device)
    return try View.reshape(cat([flat, zeros]), to: target)
  }

  /// The elements in row-major order under the shape of another tensor, cut off or filled up with
  /// zeros.
  ///
  ///     let same = try x.resized(as: y)
  public func resized(as other: Tensor) throws -> Tensor { try resized(other.shape) }

  /// Each slice of a dimension whose p-norm exceeds `maxNorm` scaled down to that norm.
  ///
  ///     let rows = try weight.renorm(2, dim: 0, maxNorm: 1)
  public func renorm(_ p: Double, dim: Int, maxNorm: Double) throws -> Tensor {
    try requireFloatingPoint("renorm")
    guard rank >= 2 else {
      throw TensorError.rank(operation: "renorm", rank: rank, expected: "at least 2")
    }
    guard p > 0, maxNorm >= 0 else {
      throw TensorError.argument(
        operation: "renorm", reason: "norm \(p) limited to \(maxNorm)")
    }
    let d = try normalize(dim, rank, "renorm")
    return try Autocast.full(self).widened { x in
      let norms = try x.norm(p, (0..<rank).filter { $0 != d }, keepDim: true)
      let scale = try (maxNorm / (norms + 1e-7)).filled(1, where: norms .<= maxNorm)
      return try x * scale
    }
  }
}

/// The shape that all of the given shapes broadcast to.
///
///     try broadcastShapes([[5, 1], [3]]) == [5, 3]
///
/// - Throws: `TensorError.shape` naming the first that does not fit.
public func broadcastShapes(_ shapes: [[Int]]) throws -> [Int] {
  var sizes = Dims()
  for shape in shapes {
    let next = try checkedSizes(shape, "broadcastShapes")
    guard let joined = Dims.broadcast(sizes, next) else {
      throw TensorError.broadcast("broadcastShapes", sizes, next)
    }
    sizes = joined
  }
  return sizes.array
}
