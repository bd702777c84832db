extension Tensor {
  /// How a quantile between two elements is found.
  public enum QuantileInterpolation: Sendable { case linear, lower, higher, midpoint, nearest }

  /// The elements below which fractions `q` of a dimension lie, without a dimension of all
  /// elements: `q`'s shape, then the others. A NaN makes its quantiles NaN.
  ///
  /// - Parameter q: Fractions from 0 to 1, at most a list, in this dtype.
  /// - Throws: `TensorError.argument` for a fraction outside of [0, 1].
  public func quantile(
    _ q: Tensor, _ dim: Int? = nil, keepDim: Bool = false,
    interpolation: QuantileInterpolation = .linear
  ) throws -> Tensor {
    guard dtype == .float32 || dtype == .float64, q.dtype == dtype, q.rank <= 1 else {
      throw TensorError.dtype(
        operation: "quantile", dtypes: [dtype, q.dtype],
        reason: "takes float32 or float64, and a number or list of fractions of the same dtype")
    }
    guard count > 0 else {
      throw TensorError.shape(
        operation: "quantile", shapes: [shape], reason: "no quantile of no elements")
    }
    let valid = try (q .>= 0).logicalAnd(q .<= 1).all().item(Bool.self)
    guard valid else {
      throw TensorError.argument(
        operation: "quantile", reason: "a fraction is not between 0 and 1")
    }
    // The dimension in question last: [..., n].
    let d = try dim.map { try normalize($0, rank, "quantile") }
    let lines = try d == nil || rank == 0 ? flatten() : movedim(d ?? 0, -1)
    let sorted = try lines.sort(-1).values
    let n = lines.sizes[lines.rank - 1]
    let fractions = try q.flatten()
    let places = try fractions * Double(n - 1)
    func at(_ position: Tensor) throws -> Tensor {
      try sorted.indexSelect(-1, position.detached().to(.int64))
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
    let spoilt = try lines.detached().isNaN().any(-1, keepDim: true)
    values = try values.filled(Double.nan, where: spoilt)
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

  /// The covariances of variables, which are rows, given observations, which are columns: `[n, n]`,
  /// or `[]` of a single variable.
  ///
  /// - Parameter correction: What is subtracted from the number of observations in the divisor.
  public func cov(correction: Int = 1) throws -> Tensor {
    guard rank <= 2 else {
      throw TensorError.rank(operation: "cov", rank: rank, expected: "at most 2")
    }
    let x = try to(dtype.floatingPoint)
    let rows = rank == 2 ? x : try x.reshape([1, count])
    let centered = try rows - rows.mean(1, keepDim: true)
    let divisor = Double(Swift.max(rows.sizes[1] - correction, 0))
    let result = try centered.matmul(centered.mT) / divisor
    return try result.squeeze()
  }

  /// The correlation coefficients of variables, which are rows: `[n, n]`, from -1 to 1.
  public func corrcoef() throws -> Tensor {
    let c = try cov()
    if c.rank == 0 { return try c / c }
    let deviations = try c.diagonal().sqrt()
    return try (c / deviations.unsqueezed(1) / deviations.unsqueezed(0)).clamp(min: -1, max: 1)
  }

  /// How often each of the integers 0, 1, ... occurs, or the sums of their weights: as long as the
  /// greatest demands, at least `least`.
  ///
  /// - Throws: `TensorError.argument` unless this is a list of integers that are not negative.
  public func bincount(weights: Tensor? = nil, least: Int = 0) throws -> Tensor {
    guard rank == 1, dtype.isInteger, least >= 0 else {
      throw TensorError.argument(
        operation: "bincount",
        reason: "takes a list of integers and a length, not \(dtype) \(shape)")
    }
    guard weights == nil || weights?.shape == shape else {
      throw TensorError.shape(
        operation: "bincount", shapes: [shape, weights?.shape ?? []],
        reason: "the weights must have the list's shape")
    }
    if count > 0, try min().item(Int.self) < 0 {
      throw TensorError.argument(operation: "bincount", reason: "a number is negative")
    }
    let (length, overflow) = (count == 0 ? -1 : try max().item(Int.self)).addingReportingOverflow(1)
    guard !overflow else {
      throw TensorError.argument(operation: "bincount", reason: "the greatest number is too large")
    }
    let values: Tensor
    if let weights {
      values = weights.dtype == .float32 ? weights : try weights.to(.float64)
    } else {
      values = try onesLike(dtype: .int64)
    }
    let bins = Tensor.zeros([Swift.max(length, least)], dtype: values.dtype, device: device)
    return try bins.scatterAdd(0, to(.int64), values)
  }

  /// The rows and columns of the lower triangle of a matrix, in row-major order, up to a diagonal
  /// counted upwards: `[2, count]`.
  public static func trilIndices(_ rows: Int, _ columns: Int, diagonal: Int = 0) throws -> Tensor {
    try Tensor.ones([rows, columns], dtype: .bool).tril(diagonal).nonzero().t().contiguous()
  }

  /// The rows and columns of the upper triangle of a matrix, in row-major order, from a diagonal
  /// on: `[2, count]`.
  public static func triuIndices(_ rows: Int, _ columns: Int, diagonal: Int = 0) throws -> Tensor {
    try Tensor.ones([rows, columns], dtype: .bool).triu(diagonal).nonzero().t().contiguous()
  }
}
