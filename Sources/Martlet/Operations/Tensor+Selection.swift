import CKernels

extension Tensor {
  /// These elements where the condition is true, those of `other` elsewhere.
  ///
  /// - Throws: `TensorError.dtype` if the condition is not bool.
  public func `where`(_ condition: Tensor, else other: Tensor) throws -> Tensor {
    try Ternary.where(condition, self, other)
  }

  public func `where`(_ condition: Tensor, else other: some ScalarConvertible) throws -> Tensor {
    let dtype = dtype.category >= other.scalar.category ? dtype : other.scalar.defaultDType
    return try Ternary.where(
      condition, self, Tensor(other.scalar, dtype: dtype, device: device))
  }

  /// A copy with `value` where the mask is true.
  public func filled(_ value: some ScalarConvertible, where mask: Tensor) throws -> Tensor {
    guard mask.dtype == .bool else {
      throw TensorError.dtype(
        operation: "filled", dtypes: [mask.dtype], reason: "the mask must be bool")
    }
    return try Ternary.where(mask, Tensor(value.scalar, dtype: dtype, device: device), self)
  }

  /// The elements where the mask is true, zero elsewhere; the mask has this shape.
  func masked(by mask: Tensor) throws -> Tensor {
    try Ternary.where(mask, self, Tensor(.int(0), dtype: dtype, device: device))
  }

  /// The elements where the mask, which broadcasts with this tensor, is true: a list.
  public func maskedSelect(_ mask: Tensor) throws -> Tensor {
    guard mask.dtype == .bool else {
      throw TensorError.dtype(
        operation: "maskedSelect", dtypes: [mask.dtype], reason: "the mask must be bool")
    }
    _ = try sameDevice(self, mask, "maskedSelect")
    guard let sizes = Dims.broadcast(self.sizes, mask.sizes) else {
      throw TensorError.broadcast("maskedSelect", self.sizes, mask.sizes)
    }
    let x = self.sizes == sizes ? self : try View.expand(self, to: sizes)
    let mask = mask.sizes == sizes ? mask : try View.expand(mask, to: sizes)
    if x.history == nil || !Mode.isRecording {
      return Tensor(try x.buffer.backend.maskedSelect(x.buffer, mask.buffer))
    }
    let positions = try mask.buffer.backend.nonzero(mask.buffer)
    let flat = try x.flatten()
    return try Gather(plan: IndexPlan(selecting: positions, dim: 0, from: flat.sizes))(flat)
  }

  /// The index of every element that is not zero, int64 `[count, rank]`, in row-major order.
  public func nonzero() throws -> Tensor {
    let positions = Tensor(try buffer.backend.nonzero((self .!= 0).buffer))
    if rank == 0 { return Tensor.empty([positions.count, 0], dtype: .int64, device: device) }
    var columns: [Tensor] = []
    var step = 1
    for dim in (0..<rank).reversed() {
      let size = Swift.max(sizes[dim], 1)
      columns.append(try positions.div(step, rounding: .floor) % size)
      step *= size
    }
    return try stack(columns.reversed(), dim: 1)
  }

  /// Picks along `dim`: `result[i][j] = self[index[i][j]][j]` for dim 0. The index has as many
  /// dimensions as this tensor, and none longer than here but that of `dim`; its values may not be
  /// negative. The result has the shape of the index. An empty index may have any number of
  /// dimensions.
  ///
  /// - Throws: `TensorError.index` for an index out of range.
  public func gather(_ dim: Int, _ index: Tensor) throws -> Tensor {
    if index.count == 0, index.rank != rank {
      _ = try normalize(dim, rank, "gather")
      _ = try checkedIndex(index, "gather")
      return try View.reshape(flatten().narrow(0, start: 0, length: 0), to: index.sizes)
    }
    let plan = try gatherPlan(dim, index, "gather")
    if rank == 0 { return try View.reshape(Gather(plan: plan)(unsqueezed(0)), to: index.sizes) }
    return try Gather(plan: plan)(self)
  }

  private func gatherPlan(_ dim: Int, _ index: Tensor, _ operation: String) throws -> IndexPlan {
    let dim = try normalize(dim, rank, operation)
    let index = try checkedIndex(index, operation)
    let x = rank == 0 ? try unsqueezed(0) : self
    let list = index.rank == 0 ? try index.unsqueezed(0) : index
    guard list.rank == x.rank else {
      throw TensorError.shape(
        operation: operation, shapes: [shape, index.shape],
        reason: "the index must have as many dimensions as the tensor")
    }
    for i in 0..<x.rank where i != dim && list.sizes[i] > x.sizes[i] && list.count > 0 {
      throw TensorError.shape(
        operation: operation, shapes: [shape, index.shape],
        reason: "the index is longer than the tensor in dimension \(i)")
    }
    return IndexPlan(gathering: list.buffer, dim: dim, from: x.sizes)
  }

  func checkedIndex(_ index: Tensor, _ operation: String) throws -> Tensor {
    _ = try sameDevice(self, index, operation)
    guard index.dtype.isInteger else {
      throw TensorError.dtype(
        operation: operation, dtypes: [index.dtype], reason: "an index must hold integers")
    }
    return try index.to(.int64)
  }

  /// The slices of `dim` that a list chooses: dimension `dim` of the result is as long as the list.
  ///
  /// - Throws: `TensorError.index` for an index out of range.
  public func indexSelect(_ dim: Int, _ index: Tensor) throws -> Tensor {
    let dim = try normalize(dim, rank, "indexSelect")
    let index = try checkedIndex(index, "indexSelect")
    guard index.rank <= 1 else {
      throw TensorError.rank(operation: "indexSelect", rank: index.rank, expected: "a list")
    }
    if rank == 0 { return try unsqueezed(0).indexSelect(0, index).squeeze(0) }
    return try Gather(plan: IndexPlan(selecting: index.buffer, dim: dim, from: sizes))(self)
  }

  /// How values are combined with what is there.
  public enum ScatterReduction: Sendable {
    case add, prod, max, min
    /// The sum divided by the number of values (and of what was there before, if that counts).
    case mean
  }

  /// A copy with `values` at the places that `index` names along `dim`, the reverse of `gather`. Of
  /// several values for one place the last one stays.
  public func scatter(_ dim: Int, _ index: Tensor, _ values: Tensor) throws -> Tensor {
    try scattered(.set, dim, index, values)
  }

  public func scatter(_ dim: Int, _ index: Tensor, _ value: some ScalarConvertible) throws -> Tensor
  {
    try scattered(.set, dim, index, index.fullLike(value, dtype: dtype))
  }

  /// A copy with `values` added at the places that `index` names along `dim`. In order, so that the
  /// result does not depend on threads.
  public func scatterAdd(_ dim: Int, _ index: Tensor, _ values: Tensor) throws -> Tensor {
    try scattered(.add, dim, index, values)
  }

  /// A copy with `values` combined with what is at the places that `index` names along `dim`, or,
  /// without `includeSelf`, with each other alone.
  public func scatterReduce(
    _ dim: Int, _ index: Tensor, _ values: Tensor, _ reduction: ScatterReduction,
    includeSelf: Bool = true
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
      ? self : try scattered(.set, dim, index, View.expand(neutral, to: index.sizes))
    let result = try start.scattered(op, dim, index, values)
    guard reduction == .mean else { return result }
    let ones = try Tensor.filled(index.sizes, .int(1), .int64, device)
    let hits = try zerosLike(dtype: .int64).scattered(.add, dim, index, ones)
    // Places that nothing is added to keep what they have.
    let counts = try includeSelf ? hits + 1 : hits.clamp(min: 1)
    return try dtype.isFloatingPoint
      ? result / counts.to(dtype) : result.div(counts.to(dtype), rounding: .floor)
  }

  private func scattered(
    _ op: mk_scatter_op, _ dim: Int, _ index: Tensor, _ values: Tensor
  ) throws -> Tensor {
    _ = try sameDevice(self, values, "scatter")
    guard values.dtype == dtype else {
      throw TensorError.dtype(
        operation: "scatter", dtypes: [dtype, values.dtype],
        reason: "the values must have the tensor's dtype")
    }
    if rank == 0 {
      let one = try values.rank == 0 ? values.unsqueezed(0) : values
      return try unsqueezed(0).scattered(op, dim, index, one).squeeze(0)
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
    return try Scatter(op: op, plan: plan)(self, part)
  }

  /// A copy with `alpha` times the slices of `values` added to the slices of `dim` that a list
  /// chooses.
  public func indexAdd(_ dim: Int, _ index: Tensor, _ values: Tensor, alpha: Double = 1) throws
    -> Tensor
  {
    let dim = try normalize(dim, rank, "indexAdd")
    let index = try checkedIndex(index, "indexAdd")
    _ = try sameDevice(self, values, "indexAdd")
    guard values.dtype == dtype else {
      throw TensorError.dtype(
        operation: "indexAdd", dtypes: [dtype, values.dtype],
        reason: "the values must have the tensor's dtype")
    }
    let scaled = alpha == 1 ? values : try values * Scalar(alpha, fitting: values.dtype)
    if rank == 0 {
      let one = try scaled.rank == 0 ? scaled.unsqueezed(0) : scaled
      return try unsqueezed(0).indexAdd(0, index, one).squeeze(0)
    }
    guard index.rank <= 1 else {
      throw TensorError.rank(operation: "indexAdd", rank: index.rank, expected: "a list")
    }
    let plan = IndexPlan(selecting: index.buffer, dim: dim, from: sizes)
    guard scaled.sizes == plan.sizes else {
      throw TensorError.shape(
        operation: "indexAdd", shapes: [shape, index.shape, values.shape],
        reason:
          "the values must have the tensor's sizes, and the list's length along dimension \(dim)")
    }
    return try Scatter(op: .add, plan: plan)(self, scaled)
  }
}
