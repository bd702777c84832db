extension Tensor {
  /// How a quantile between two elements is found.
  public enum QuantileInterpolation: Sendable {
    /// In proportion to the distances from both.
    case linear
    /// The lesser of both.
    case lower
    /// The greater of both.
    case higher
    /// Their mean.
    case midpoint
    /// The nearer of both; of equally near ones that with the even position.
    case nearest
  }

  /// The elements below which fractions `q` of a dimension lie, without a dimension of all
  /// elements: `q`'s shape, then the others. A NaN makes its quantiles NaN.
  ///
  ///     try Tensor([1.0, 2.0, 3.0]).quantile(Tensor([0.25, 0.5]))  // [1.5, 2]
  ///
  /// - Parameters:
  ///   - q: Fractions from 0 to 1, at most a list, in this dtype.
  ///   - dim: The dimension to reduce; nil for all elements.
  ///   - keepDim: Whether dimensions that are reduced stay, with size 1.
  ///   - interpolation: What lies between two elements.
  /// - Throws: `TensorError.argument` for a fraction outside of [0, 1].
  public func quantile(
    _ q: Tensor, _ dim: Int? = nil, keepDim: Bool = false,
    interpolation: QuantileInterpolation = .linear
  ) throws -> Tensor {
    try quantile(q, dim, keepDim, interpolation, "quantile", ignoresNaN: false)
  }

  /// `quantile` among the elements that are not NaN; where all are, NaN.
  ///
  ///     let middle = try x.nanquantile(Tensor([0.25, 0.75]), 1)
  public func nanquantile(
    _ q: Tensor, _ dim: Int? = nil, keepDim: Bool = false,
    interpolation: QuantileInterpolation = .linear
  ) throws -> Tensor {
    try quantile(q, dim, keepDim, interpolation, "nanquantile", ignoresNaN: true)
  }

  private func quantile(
    _ q: Tensor, _ dim: Int?, _ keepDim: Bool, _ interpolation: QuantileInterpolation,
    _ operation: String, ignoresNaN: Bool
  ) throws -> Tensor {
    guard dtype == .float32 || dtype == .float64, q.dtype == dtype, q.rank <= 1 else {
      throw TensorError.dtype(
        operation: operation, dtypes: [dtype, q.dtype],
        reason: "takes float32 or float64, and a number or list of fractions of the same dtype")
    }
    guard count > 0 else {
      throw TensorError.shape(
        operation: operation, shapes: [shape], reason: "no quantile of no elements")
    }
    let valid = try (q .>= 0).logicalAnd(q .<= 1).ofAllExamples.all().item(Bool.self)
    guard valid else {
      throw TensorError.argument(
        operation: operation, reason: "a fraction is not between 0 and 1")
    }
    // The dimension in question last: [..., n].
    let d = try dim.map { try normalize($0, rank, operation) }
    let lines = try d == nil || rank == 0 ? flatten() : movedim(d ?? 0, -1)
    let sorted = try lines.sort(-1).values
    let fractions = try q.flatten()
    // NaN sorts last, so that the others are counted from the start of each line.
    let missing = try lines.detached().isNaN()
    let size = lines.sizes[lines.rank - 1]
    let last =
      ignoresNaN
      ? try (size - missing.sum([-1], keepDim: true) - 1).clamp(min: 0).to(dtype)
      : try Tensor(.int(size - 1), dtype: dtype, device: device)
    let places = try fractions * last
    func at(_ position: Tensor) throws -> Tensor {
      let position = try position.detached().to(.int64)
      return try ignoresNaN ? sorted.gather(-1, position) : sorted.indexSelect(-1, position)
    }
    var values: Tensor
    switch interpolation {
    case .lower: values = try at(places.floor())
    case .higher: values = try at(places.ceil())
    case .nearest: values = try at(places.round())
    case .midpoint: values = try at(places.floor()).lerp(at(places.ceil()), 0.5)
    case .linear:
      values = try at(places.floor()).lerp(at(places.ceil()), places - places.floor())
    }
    if !ignoresNaN { values = try values.filled(Double.nan, where: missing.any(-1, keepDim: true)) }
    // [..., q] becomes [q, ...].
    var result = try values.movedim(-1, 0)
    if keepDim {
      if let d, rank > 0 {
        result = try result.unsqueezed(d + 1)
      } else {
        result = try result.reshape([q.count] + Array(repeating: 1, count: rank))
      }
    }
    return q.rank == 0 ? try result.squeeze(0) : result
  }
}
