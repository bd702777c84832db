extension Tensor {
  /// The covariances of variables, which are rows, given observations, which are columns: `[n, n]`,
  /// or `[]` of a single variable.
  ///
  ///     let spread = try samples.cov(frequencies: counts)
  ///
  /// - Parameters:
  ///   - correction: What is subtracted from the number of observations in the divisor.
  ///   - frequencies: How often each observation occurs; a list of integers, none negative.
  ///   - weights: How much each observation counts; a list of numbers, none negative. With a
  ///     correction c the divisor is `sum(w) - c sum(w^2) / sum(w)`.
  public func cov(
    correction: Int = 1, frequencies: Tensor? = nil, weights: Tensor? = nil
  ) throws -> Tensor {
    guard rank <= 2 else {
      throw TensorError.rank(operation: "cov", rank: rank, expected: "at most 2")
    }
    let rows = try rank == 2 ? self : reshape([1, count])
    let observations = rows.sizes[1]
    if let frequencies {
      guard frequencies.dtype.isInteger else {
        throw TensorError.dtype(
          operation: "cov", dtypes: [frequencies.dtype], reason: "frequencies are integers")
      }
      try requireWeights(frequencies, observations, "frequencies")
    }
    if let weights {
      try weights.requireFloatingPoint("cov")
      try requireWeights(weights, observations, "weights")
    }
    let both = try frequencies.flatMap { counts in try weights.map { try $0 * counts } }
    guard let w = both ?? frequencies ?? weights else {
      let x = try rows.to(dtype.floatingPoint)
      let centered = try x - x.mean(1, keepDim: true)
      let divisor = Double(Swift.max(observations - correction, 0))
      return try (centered.matmul(centered.mT) / divisor).squeeze()
    }
    let total = try w.sum(dtype: w.dtype)
    let mean = try (rows * w).sum([1], keepDim: true) / total
    let centered = try rows - mean
    let lost = try weights.map { try (w * $0).sum() * Double(correction) / total }
    let divisor = try (lost.map { try total - $0 } ?? total - correction).clamp(min: 0)
    let weighted = try centered * w
    return try (centered.to(weighted.dtype).matmul(weighted.mT) / divisor).squeeze()
  }

  private func requireWeights(_ w: Tensor, _ observations: Int, _ name: String) throws {
    guard w.rank == 1, w.count == observations else {
      throw TensorError.shape(
        operation: "cov", shapes: [shape, w.shape],
        reason: "the \(name) must be a list of \(observations)")
    }
    let negative = try (w.detached() .< 0).isTrueAnywhere
    guard !negative else {
      throw TensorError.argument(operation: "cov", reason: "one of the \(name) is negative")
    }
  }

  /// The correlation coefficients of variables, which are rows: `[n, n]`, from -1 to 1.
  ///
  ///     let related = try samples.corrcoef()
  public func corrcoef() throws -> Tensor {
    let c = try cov()
    if c.rank == 0 { return try c / c }
    let deviations = try c.diagonal().sqrt()
    return try (c / deviations.unsqueezed(1) / deviations.unsqueezed(0)).clamp(min: -1, max: 1)
  }
}
