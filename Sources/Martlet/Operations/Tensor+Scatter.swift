import CKernels

// Values put to, or combined with, what is at chosen places. In order, so that no result depends on
// threads.
extension Tensor {
  /// How values are combined with what is there.
  public enum ScatterReduction: Sendable {
    /// The sum.
    case add
    /// The product.
    case prod
    /// The greatest.
    case max
    /// The least.
    case min
    /// The sum divided by the number of values (and of what was there before, if that counts).
    case mean
  }

  /// A copy with `values` at the places that `index` names along `dim`, the reverse of `gather`. Of
  /// several values for one place the last one stays.
  ///
  ///     try Tensor.zeros([3]).scatter(0, Tensor([2, 0]), Tensor([9.0, 7.0]))  // [7, 0, 9]
  public func scatter(_ dim: Int, _ index: Tensor, _ values: Tensor) throws -> Tensor {
    try scattered(.set, dim, index, values)
  }

  /// A copy with a number at the places that `index` names along `dim`.
  ///
  ///     let oneHot = try Tensor.zeros([n, 10]).scatter(1, labels.unsqueezed(1), 1)
  public func scatter(_ dim: Int, _ index: Tensor, _ value: some ScalarConvertible) throws -> Tensor
  {
    try scattered(.set, dim, index, index.fullLike(value, dtype: dtype))
  }

  /// A copy with `values` added at the places that `index` names along `dim`.
  ///
  ///     let sums = try Tensor.zeros([groups]).scatterAdd(0, group, values)
  public func scatterAdd(_ dim: Int, _ index: Tensor, _ values: Tensor) throws -> Tensor {
    try scattered(.add, dim, index, values)
  }

  /// A copy with `values` combined with what is at the places that `index` names along `dim`, or,
  /// without `includeSelf`, with each other alone.
  ///
  ///     let peaks = try x.scatterReduce(0, group, values, .max)
  public func scatterReduce(
    _ dim: Int, _ index: Tensor, _ values: Tensor, _ reduction: ScatterReduction,
    includeSelf: Bool = true
  ) throws -> Tensor {
    try scattering(dim, index, values) { try $0.combined($1, $2, reduction, includeSelf) }
  }

  /// A copy with the slices of `values` combined with those slices of `dim` that a list chooses,
  /// or, without `includeSelf`, with each other alone.
  ///
  ///     let peaks = try x.indexReduce(0, group, rows, .max)
  public func indexReduce(
    _ dim: Int, _ index: Tensor, _ values: Tensor, _ reduction: ScatterReduction,
    includeSelf: Bool = true
  ) throws -> Tensor {
    try choosingSlices("indexReduce", dim, index, values) {
      try $0.combined($1, $2, reduction, includeSelf)
    }
  }

  /// A copy with `alpha` times the slices of `values` added to the slices of `dim` that a list
  /// chooses.
  ///
  ///     let sums = try Tensor.zeros([groups, n]).indexAdd(0, group, rows)
  public func indexAdd(_ dim: Int, _ index: Tensor, _ values: Tensor, alpha: Double = 1) throws
    -> Tensor
  {
    let scaled = alpha == 1 ? values : try values * Scalar(alpha, fitting: values.dtype)
    return try choosingSlices("indexAdd", dim, index, scaled) {
      try Scatter(op: .add, plan: $1)($0, $2)
    }
  }

  /// A copy with the slices of `values` in place of those of a dimension that a list chooses.
  ///
  ///     let updated = try table.indexCopy(0, rows, values)
  public func indexCopy(_ dim: Int, _ index: Tensor, _ values: Tensor) throws -> Tensor {
    try choosingSlices("indexCopy", dim, index, values) {
      try Scatter(op: .set, plan: $1)($0, $2)
    }
  }

  /// A copy with `values` at positions of the flattened tensor, negative ones counted from its end,
  /// or, with `accumulate`, added to what is there. Of several values for one place the last one
  /// stays.
  ///
  ///     let marked = try board.put(Tensor([0, -1]), Tensor([1.0, 2.0]))
  ///
  /// - Throws: `TensorError.shape` unless there are as many values as positions.
  public func put(_ positions: Tensor, _ values: Tensor, accumulate: Bool = false) throws -> Tensor
  {
    let places = try checkedIndex(positions, "put")
    try requireSameDType(values, "put")
    guard values.count == places.count else {
      throw TensorError.shape(
        operation: "put", shapes: [places.shape, values.shape],
        reason: "there must be as many values as positions")
    }
    let flat = try flatten()
    var plan = IndexPlan(gathering: try places.flatten().buffer, dim: 0, from: flat.sizes)
    plan.countsFromEnd = true
    let result = try Scatter(op: accumulate ? .add : .set, plan: plan)(flat, values.flatten())
    return try result.reshape(shape)
  }

  // MARK: What they share

  private func requireSameDType(_ values: Tensor, _ operation: String) throws {
    try sameDevice(self, values, operation)
    guard values.dtype == dtype else {
      throw TensorError.dtype(
        operation: operation, dtypes: [dtype, values.dtype],
        reason: "the values must have the tensor's dtype")
    }
  }

  private func scattered(
    _ op: mk_scatter_op, _ dim: Int, _ index: Tensor, _ values: Tensor
  ) throws -> Tensor {
    try scattering(dim, index, values) { try Scatter(op: op, plan: $1)($0, $2) }
  }

  /// Calls `body` with this tensor, the places that `index` names, and the values for them.
  private func scattering(
    _ dim: Int, _ index: Tensor, _ values: Tensor,
    _ body: (Tensor, IndexPlan, Tensor) throws -> Tensor
  ) throws -> Tensor {
    try requireSameDType(values, "scatter")
    if rank == 0 {
      let one = try values.rank == 0 ? values.unsqueezed(0) : values
      return try unsqueezed(0).scattering(dim, index, one, body).squeeze(0)
    }
    if index.count == 0, index.rank != rank || values.history == nil { return try clone() }
    let plan = try gatherPlan(dim, index, "scatter")
    let values = values.rank == 0 ? try values.unsqueezed(0) : values
    guard values.rank == plan.sizes.rank,
      (0..<values.rank).allSatisfy({ plan.sizes[$0] <= values.sizes[$0] })
    else {
      throw TensorError.shape(
        operation: "scatter", shapes: [index.shape, values.shape],
        reason: "the index is larger than the values")
    }
    let part = try View.slice(
      values, starts: Dims(repeating: 0, rank: values.rank),
      steps: Dims(repeating: 1, rank: values.rank), sizes: plan.sizes)
    return try body(self, plan, part)
  }

  /// Calls `body` with this tensor, the slices of `dim` that a list chooses, and values for them.
  private func choosingSlices(
    _ operation: String, _ dim: Int, _ index: Tensor, _ values: Tensor,
    _ body: (Tensor, IndexPlan, Tensor) throws -> Tensor
  ) throws -> Tensor {
    let d = try normalize(dim, rank, operation)
    let list = try checkedIndex(index, operation)
    guard list.rank <= 1 else {
      throw TensorError.rank(operation: operation, rank: list.rank, expected: "a list")
    }
    try requireSameDType(values, operation)
    if rank == 0 {
      let one = try values.rank == 0 ? values.unsqueezed(0) : values
      return try unsqueezed(0).choosingSlices(operation, 0, list, one, body).squeeze(0)
    }
    let plan = IndexPlan(selecting: list.buffer, dim: d, from: sizes)
    guard values.sizes == plan.sizes else {
      throw TensorError.shape(
        operation: operation, shapes: [shape, index.shape, values.shape],
        reason:
          "the values must have the tensor's sizes, and the list's length along dimension \(dim)")
    }
    return try body(self, plan, values)
  }

  private func combined(
    _ plan: IndexPlan, _ values: Tensor, _ reduction: ScatterReduction, _ includeSelf: Bool
  ) throws -> Tensor {
    let op: mk_scatter_op
    let neutral: Tensor
    switch reduction {
    case .add, .mean: (op, neutral) = (.add, try Tensor(.int(0), dtype: dtype, device: device))
    case .prod: (op, neutral) = (.prod, try Tensor(.int(1), dtype: dtype, device: device))
    case .max: (op, neutral) = (.max, try smallest())
    case .min: (op, neutral) = (.min, try largest())
    }
    let start =
      includeSelf
      ? self : try Scatter(op: .set, plan: plan)(self, View.expand(neutral, to: plan.sizes))
    let result = try Scatter(op: op, plan: plan)(start, values)
    guard reduction == .mean else { return result }
    let ones = try Tensor.filled(plan.sizes, .int(1), .int64, device)
    let hits = try Scatter(op: .add, plan: plan)(zerosLike(dtype: .int64), ones)
    // Places that nothing is added to keep what they have.
    let counts = try includeSelf ? hits + 1 : hits.clamp(min: 1)
    return try dtype.isFloatingPoint
      ? result / counts.to(dtype) : result.div(counts.to(dtype), rounding: .floor)
  }
}
