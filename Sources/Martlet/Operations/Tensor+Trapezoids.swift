// Integrals of sampled values by the trapezoidal rule. Half precision is computed in float32,
// integers as floating point.
extension Tensor {
  /// The integral along a dimension of samples that are `spacing` apart: without that dimension.
  ///
  ///     let work = try force.trapezoid(spacing: 0.1)
  public func trapezoid(spacing: Double = 1, _ dim: Int = -1) throws -> Tensor {
    try integrated(dim, "trapezoid") { x, d in
      if x.sizes[d] == 0 { return try x.sum(d) }
      // All samples but half of the first and the last.
      return try (x.sum(d) - (x.select(d, 0) + x.select(d, -1)) * 0.5) * spacing
    }
  }

  /// The integral along a dimension of samples at the given coordinates: a list as long as the
  /// dimension, or a tensor that broadcasts with this one.
  ///
  ///     let work = try force.trapezoid(at: position)
  public func trapezoid(at coordinates: Tensor, _ dim: Int = -1) throws -> Tensor {
    try integrated(dim, "trapezoid", coordinates) { try ($0.trapezoids($1) * $2 / 2).sum($1) }
  }

  /// The integral up to each but the first of samples that are `spacing` apart: one less along the
  /// dimension.
  ///
  ///     let distance = try speed.cumulativeTrapezoid(spacing: 0.1)
  public func cumulativeTrapezoid(spacing: Double = 1, _ dim: Int = -1) throws -> Tensor {
    try integrated(dim, "cumulativeTrapezoid") {
      try ($0.trapezoids($1) * (spacing / 2)).cumsum($1)
    }
  }

  /// The integral up to each but the first of samples at the given coordinates.
  ///
  ///     let distance = try speed.cumulativeTrapezoid(at: time)
  public func cumulativeTrapezoid(at coordinates: Tensor, _ dim: Int = -1) throws -> Tensor {
    try integrated(dim, "cumulativeTrapezoid", coordinates) {
      try ($0.trapezoids($1) * $2 / 2).cumsum($1)
    }
  }

  /// The sums of neighbours along a dimension.
  private func trapezoids(_ d: Int) throws -> Tensor {
    let n = Swift.max(sizes[d] - 1, 0)
    return try narrow(d, start: sizes[d] - n, length: n) + narrow(d, start: 0, length: n)
  }

  private func integrated(
    _ dim: Int, _ operation: String, _ body: (Tensor, Int) throws -> Tensor
  ) throws -> Tensor {
    let d = try normalize(dim, rank, operation)
    guard rank > 0 else {
      throw TensorError.rank(operation: operation, rank: 0, expected: "at least 1")
    }
    return try to(dtype.floatingPoint).widened { try body($0, d) }
  }

  private func integrated(
    _ dim: Int, _ operation: String, _ coordinates: Tensor,
    _ body: (Tensor, Int, Tensor) throws -> Tensor
  ) throws -> Tensor {
    let d = try normalize(dim, rank, operation)
    guard rank > 0, coordinates.rank > 0, coordinates.rank <= rank else {
      throw TensorError.shape(
        operation: operation, shapes: [shape, coordinates.shape],
        reason: "the coordinates must be a list, or broadcast with the values")
    }
    var line = Array(repeating: 1, count: rank - coordinates.rank) + coordinates.shape
    if coordinates.rank == 1 {
      line = Array(repeating: 1, count: rank)
      line[d] = coordinates.count
    }
    guard line[d] == sizes[d] else {
      throw TensorError.shape(
        operation: operation, shapes: [shape, coordinates.shape],
        reason: "there must be as many coordinates as values along dimension \(d)")
    }
    let dtype = dtype.promoted(with: coordinates.dtype).floatingPoint
    let wide = dtype.itemSize == 2 ? .float32 : dtype
    let steps = try coordinates.to(wide).reshape(line).diff(1, d)
    return try body(to(wide), d, steps).to(dtype)
  }
}
