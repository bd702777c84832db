import CKernels

extension Tensor {
  /// These elements where the condition is true, those of `other` elsewhere; all three broadcast.
  ///
  ///     let larger = try x.where(x .> y, else: y)
  ///
  /// - Throws: `TensorError.dtype` if the condition is not bool.
  public func `where`(_ condition: Tensor, else other: Tensor) throws -> Tensor {
    try Ternary.where(condition, self, other)
  }

  /// As `where` with a tensor: `x.where(x .> 0, else: 0)`.
  public func `where`(_ condition: Tensor, else other: some ScalarConvertible) throws -> Tensor {
    let dtype = dtype.category >= other.scalar.category ? dtype : other.scalar.defaultDType
    return try Ternary.where(
      condition, self, Tensor(other.scalar, dtype: dtype, device: device))
  }

  /// A copy with `value` where the mask is true.
  ///
  ///     let masked = try scores.filled(-Double.infinity, where: mask)
  public func filled(_ value: some ScalarConvertible, where mask: Tensor) throws -> Tensor {
    guard mask.dtype == .bool else {
      throw TensorError.dtype(
        operation: "filled", dtypes: [mask.dtype], reason: "the mask must be bool")
    }
    return try Ternary.where(mask, Tensor(value.scalar, dtype: dtype, device: device), self)
  }

  /// A copy with `value`, which has no dimensions, where the mask is true.
  ///
  ///     let masked = try scores.filled(floor, where: mask)
  public func filled(_ value: Tensor, where mask: Tensor) throws -> Tensor {
    try value.asFilling(dtype, "filled").where(mask, else: self)
  }

  /// A tensor without dimensions as what elements of `dtype` are replaced by.
  func asFilling(_ dtype: DType, _ operation: String) throws -> Tensor {
    guard rank == 0 else {
      throw TensorError.rank(operation: operation, rank: rank, expected: "0 for the value")
    }
    guard self.dtype.category <= dtype.category else {
      throw TensorError.dtype(
        operation: operation, dtypes: [dtype, self.dtype],
        reason: "the value does not fit into the tensor's dtype")
    }
    return try to(dtype)
  }

  /// The elements where the mask is true, zero elsewhere; the mask has this shape.
  func masked(by mask: Tensor) throws -> Tensor {
    try Ternary.where(mask, self, Tensor(.int(0), dtype: dtype, device: device))
  }

  /// The elements where the mask, which broadcasts with this tensor, is true: a list.
  ///
  ///     try Tensor([1, 2, 3]).maskedSelect(Tensor([true, false, true]))  // [1, 3]
  public func maskedSelect(_ mask: Tensor) throws -> Tensor {
    guard mask.dtype == .bool else {
      throw TensorError.dtype(
        operation: "maskedSelect", dtypes: [mask.dtype], reason: "the mask must be bool")
    }
    try sameDevice(self, mask, "maskedSelect")
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
  ///
  ///     try Tensor([[0, 1], [2, 0]]).nonzero()  // [[0, 1], [1, 0]]
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

  /// The index of the first `count` elements that are not zero, int64 `[count, rank]`; rows of
  /// `fill` where there are fewer.
  ///
  ///     let places = try mask.nonzeroStatic(16)
  public func nonzeroStatic(_ count: Int, fill: Int = -1) throws -> Tensor {
    guard count >= 0 else {
      throw TensorError.argument(operation: "nonzeroStatic", reason: "\(count) elements")
    }
    let found = try nonzero()
    let known = Swift.min(count, found.sizes[0])
    let rest = try checkedSizes([count - known, rank], "nonzeroStatic")
    return try cat([
      found.narrow(0, start: 0, length: known),
      Tensor.filled(rest, .int(fill), .int64, device),
    ])
  }

  /// Picks along `dim`: `result[i][j] = self[index[i][j]][j]` for dim 0. The index has as many
  /// dimensions as this tensor, and none longer than here but that of `dim`; its values may not be
  /// negative. The result has the shape of the index. An empty index may have any number of
  /// dimensions.
  ///
  ///     let picked = try scores.gather(1, labels.unsqueezed(1))
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

  func gatherPlan(_ dim: Int, _ index: Tensor, _ operation: String) throws -> IndexPlan {
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
    try sameDevice(self, index, operation)
    guard index.dtype.isInteger else {
      throw TensorError.dtype(
        operation: operation, dtypes: [index.dtype], reason: "an index must hold integers")
    }
    return try index.to(.int64)
  }

  /// The slices of `dim` that a list chooses: dimension `dim` of the result is as long as the list.
  ///
  ///     let chosen = try x.indexSelect(0, Tensor([2, 0]))
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
}
