extension Tensor {
  /// One with the probability that each element says, else zero, in this dtype.
  ///
  ///     let spikes = try Tensor.full([100], 0.2).bernoulli()
  ///
  /// - Throws: `TensorError.argument` for an element that is not between 0 and 1.
  public func bernoulli() throws -> Tensor {
    try requireFloatingPoint("bernoulli")
    let p = detached()
    let valid = try (p .>= 0).logicalAnd(p .<= 1).ofAllExamples.all().item(Bool.self)
    guard valid else {
      throw TensorError.argument(
        operation: "bernoulli", reason: "a probability is not between 0 and 1")
    }
    let draws = try (p.randLike() .< p).to(dtype)
    if history == nil { return draws }
    // Recorded, with the gradient that a draw has: zero.
    let everywhere = try Tensor(.bool(true), dtype: .bool, device: device)
    return try draws.where(everywhere, else: self)
  }

  /// Numbers drawn from normal distributions with these means and standard deviations, which
  /// broadcast.
  ///
  ///     let noise = try Tensor.normal(mean: Tensor.zeros([3]), std: Tensor([0.1, 1.0, 10.0]))
  ///
  /// - Throws: `TensorError.argument` for a negative standard deviation.
  public static func normal(mean: Tensor, std: Tensor) throws -> Tensor {
    try mean.requireFloatingPoint("normal")
    try std.requireFloatingPoint("normal")
    let negative = try (std .< 0).isTrueAnywhere
    guard !negative else {
      throw TensorError.argument(operation: "normal", reason: "a standard deviation is negative")
    }
    guard let sizes = Dims.broadcast(mean.sizes, std.sizes) else {
      throw TensorError.broadcast("normal", mean.sizes, std.sizes)
    }
    let dtype = Promotion(mean, std).result
    let normal = Tensor.randn(sizes.array, dtype: dtype, device: mean.device)
    return try mean.to(dtype) + std.to(dtype) * normal
  }

  /// `count` categories drawn by their weights, for each row: of weights `[categories]` or `[rows,
  /// categories]`, which need not add up to 1, int64 `[count]` or `[rows, count]`.
  ///
  /// Without replacement, the categories with the greatest `weight / e` are drawn, where e is
  /// exponentially distributed: Efraimidis, Spirakis, "Weighted random sampling with a reservoir",
  /// 2006.
  ///
  ///     let drawn = try Tensor([1.0, 2.0, 7.0]).multinomial(10, replacement: true)
  ///
  /// - Throws: `TensorError.argument` for weights that are negative, not finite or all zero, or
  ///   fewer positive ones than are to be drawn without replacement.
  public func multinomial(_ count: Int, replacement: Bool = false) throws -> Tensor {
    try requireFloatingPoint("multinomial")
    guard rank == 1 || rank == 2 else {
      throw TensorError.rank(operation: "multinomial", rank: rank, expected: "1 or 2")
    }
    let categories = sizes[rank - 1]
    guard count > 0, categories > 0, replacement || count <= categories else {
      throw TensorError.argument(
        operation: "multinomial", reason: "\(count) draws from \(categories) categories")
    }
    let weights = try detached().to(.float64)
    // NaN is the least and the greatest of all.
    let isEmpty = weights.count == 0
    let (low, high) =
      try isEmpty
      ? (0, 0)
      : (weights.ofAllExamples.amin().item(), weights.ofAllExamples.amax().item())
    guard low >= 0, high < .infinity else {
      throw TensorError.argument(
        operation: "multinomial", reason: "a weight is negative or not finite")
    }
    let least = replacement ? 1 : count
    let enough =
      replacement
      ? try (weights.amax([-1]) .> 0).ofAllExamples.all().item(Bool.self)
      : try (weights.countNonzero(-1) .>= least).ofAllExamples.all().item(Bool.self)
    guard enough else {
      throw TensorError.argument(
        operation: "multinomial", reason: "fewer than \(least) weights are positive")
    }
    if !replacement {
      // 1 - u is never 0, so the logarithm is finite; it can be -0, which makes its category
      // certain.
      let e = try -(1 - weights.randLike()).log()
      return try (weights / e).filled(0, where: weights .== 0).topk(count).indices
    }
    let sums = try weights.cumsum(-1)
    let total = try sums.narrow(-1, start: categories - 1, length: 1)
    let draws = Tensor.rand(
      Array(shape.dropLast()) + [count], dtype: .float64, device: device)
    // Rounding may reach the total, which lies beyond the last category with a weight.
    let last = try total.searchSorted(sums)
    return try (draws * total).searchSorted(sums, right: true).minimum(last)
  }
}
