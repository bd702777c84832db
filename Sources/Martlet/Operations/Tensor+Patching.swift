import Glibc

extension Tensor {
  /// A copy with `values` in one slice of a dimension.
  ///
  ///     let patched = try x.selectScatter(row, 0, 2)
  public func selectScatter(_ values: Tensor, _ dim: Int, _ index: Int) throws -> Tensor {
    let slice = try select(dim, index)
    return try patched("selectScatter", values, slice.shape) { parts in
      parts[try normalize(dim, rank, "selectScatter")] = index.tensorIndex
    }
  }

  /// A copy with `values` in the positions `start ..< end`, `step` apart, of a dimension, by
  /// Python's rules.
  ///
  ///     let patched = try x.sliceScatter(rows, 0, start: 1, end: 3)
  public func sliceScatter(
    _ values: Tensor, _ dim: Int = 0, start: Int? = nil, end: Int? = nil, step: Int = 1
  ) throws -> Tensor {
    guard rank > 0 else {
      throw TensorError.rank(operation: "sliceScatter", rank: 0, expected: "at least 1")
    }
    let d = try normalize(dim, rank, "sliceScatter")
    var index = Array(repeating: TensorIndex.all, count: rank)
    index[d] = .slice(from: start, to: end, by: step)
    let shape = try detached()[index].shape
    return try patched("sliceScatter", values, shape) { parts in parts = index }
  }

  private func patched(
    _ name: String, _ values: Tensor, _ shape: [Int], _ choose: (inout [TensorIndex]) throws -> Void
  ) throws -> Tensor {
    guard values.shape == shape else {
      throw TensorError.shape(
        operation: name, shapes: [shape, values.shape], reason: "the values must have this shape")
    }
    var index = Array(repeating: TensorIndex.all, count: rank)
    try choose(&index)
    var result = try clone()
    try result.put(values, at: index, accumulate: false)
    return result
  }

  /// A copy with `values` on the diagonal of two dimensions, which is shifted up by `offset`.
  ///
  ///     let patched = try square.diagonalScatter(Tensor.zeros([n]))
  public func diagonalScatter(
    _ values: Tensor, offset: Int = 0, dim1: Int = 0, dim2: Int = 1
  ) throws -> Tensor {
    let places = try Tensor.arange(count, device: device).reshape(shape)
      .diagonal(offset: offset, dim1: dim1, dim2: dim2)
    guard places.sizes == values.sizes else {
      throw TensorError.shape(
        operation: "diagonalScatter", shapes: [places.shape, values.shape],
        reason: "the values must have the diagonal's shape")
    }
    return try flatten().scatter(0, places.flatten(), values.flatten().to(dtype)).reshape(shape)
  }

  /// A copy with `values` in the view of its memory that `asStrided` would give.
  ///
  ///     let patched = try x.asStridedScatter(values, [2, 2], strides: [4, 1], offset: 5)
  ///
  /// - Throws: `TensorError.argument` if the view would reach outside of the tensor, or the
  ///   tensor's elements do not fill a stretch of memory in the order of some of its dimensions.
  public func asStridedScatter(
    _ values: Tensor, _ shape: [Int], strides: [Int], offset: Int? = nil
  ) throws -> Tensor {
    if hasGapsInExample {
      return try contiguous().asStridedScatter(values, shape, strides: strides, offset: offset)
    }
    // The dimensions as they lie in memory.
    let order = (0..<rank).sorted {
      (self.strides[$0], sizes[$0]) > (self.strides[$1], sizes[$1])
    }
    let memory = try permute(order)
    guard memory.isContiguous else {
      throw TensorError.argument(
        operation: "asStridedScatter",
        reason: "strides \(self.strides) leave gaps in memory; call contiguous() first")
    }
    let start = buffer.memory.start
    let first = (offset ?? start).subtractingReportingOverflow(start)
    guard !first.overflow else {
      throw TensorError.argument(
        operation: "asStridedScatter", reason: "offset \(offset ?? start) is out of range")
    }
    let places = try Tensor.arange(count, device: device)
      .asStrided(shape, strides: strides, offset: first.partialValue)
    guard places.sizes == values.sizes, values.dtype == dtype else {
      throw TensorError.shape(
        operation: "asStridedScatter", shapes: [shape, values.shape],
        reason: "the values must have this shape, and the tensor's dtype")
    }
    let result = try memory.flatten().scatter(0, places.flatten(), values.flatten())
    var inverse = order
    for (i, dim) in order.enumerated() { inverse[dim] = i }
    return try result.reshape(memory.shape).permute(inverse)
  }

  /// A copy with the elements of `values`, in order, where the mask is true.
  ///
  ///     try Tensor([1, 2]).maskedScatter(Tensor([false, true]), Tensor([7]))  // [1, 7]
  ///
  /// - Throws: `TensorError.argument` if there are fewer values than places.
  public func maskedScatter(_ mask: Tensor, _ values: Tensor) throws -> Tensor {
    guard mask.dtype == .bool, values.dtype == dtype else {
      throw TensorError.dtype(
        operation: "maskedScatter", dtypes: [mask.dtype, dtype, values.dtype],
        reason: "needs a bool mask, and values of the tensor's dtype")
    }
    guard let sizes = Dims.broadcast(self.sizes, mask.sizes) else {
      throw TensorError.broadcast("maskedScatter", self.sizes, mask.sizes)
    }
    let x = try View.expand(self, to: sizes)
    let places = try View.expand(mask, to: sizes).flatten().nonzero().flatten()
    guard places.count <= values.count else {
      throw TensorError.argument(
        operation: "maskedScatter", reason: "\(values.count) values for \(places.count) places")
    }
    let chosen = try values.flatten().narrow(0, start: 0, length: places.count)
    return try x.flatten().scatter(0, places, chosen).reshape(sizes.array)
  }

  /// Rounded to a number of decimals, which may be negative; halves to the even digit.
  ///
  ///     try Tensor([1.234, 5.678]).round(decimals: 1)  // [1.2, 5.7]
  public func round(decimals: Int) throws -> Tensor {
    if decimals == 0 { return try round() }
    try requireFloatingPoint("round")
    let factor = Glibc.pow(10, Double(decimals.magnitude))
    return try widened {
      decimals > 0 ? try ($0 * factor).round() / factor : try ($0 / factor).round() * factor
    }
  }

  /// A square matrix with the flattened tensor on a diagonal, counted upwards, and zeros elsewhere.
  ///
  ///     try Tensor([1, 2]).diagFlat()  // [[1, 0], [0, 2]]
  public func diagFlat(_ offset: Int = 0) throws -> Tensor {
    try flatten().diagEmbed(offset: offset)
  }

  /// The p-norm of the difference.
  ///
  ///     try Tensor([1.0, 2.0]).dist(Tensor([4.0, 6.0]))  // 5
  public func dist(_ other: Tensor, _ p: Double = 2) throws -> Tensor {
    let (x, y) = try Autocast.full(self, other)
    return try (x - y).norm(p)
  }

  /// The vector product along a dimension of size 3.
  ///
  ///     try Tensor([1.0, 0.0, 0.0]).cross(Tensor([0.0, 1.0, 0.0]))  // [0, 0, 1]
  public func cross(_ other: Tensor, dim: Int = -1) throws -> Tensor {
    let pair = try broadcastTensors([self, other])
    let (x, y) = (pair[0], pair[1])
    let d = try normalize(dim, x.rank, "cross")
    guard rank > 0, rank == other.rank, sizes[d] == 3, other.sizes[d] == 3 else {
      throw TensorError.shape(
        operation: "cross", shapes: [shape, other.shape],
        reason: "dimension \(dim) must have size 3 in both")
    }
    return try x.roll([-1], [d]) * y.roll([-2], [d]) - x.roll([-2], [d]) * y.roll([-1], [d])
  }

  /// `log2(2^self + 2^other)` without overflow.
  ///
  ///     try Tensor([1000.0]).logaddexp2(Tensor([1000.0]))  // [1001]
  public func logaddexp2(_ other: Tensor) throws -> Tensor {
    try (self * Constants.ln2).logaddexp(other * Constants.ln2) / Constants.ln2
  }

  /// `self 2^exponent`.
  ///
  ///     try Tensor([0.5]).ldexp(Tensor([3]))  // [4]
  public func ldexp(_ exponent: Tensor) throws -> Tensor {
    let two = Tensor.full([], 2.0, device: device)
    return try self * two.pow(exponent)
  }
}

/// Matrices along the diagonal of a larger one, zeros elsewhere; lists are rows.
///
///     try blockDiag([Tensor([[1]]), Tensor([[2, 3]])])  // [[1, 0, 0], [0, 2, 3]]
public func blockDiag(_ tensors: [Tensor]) throws -> Tensor {
  let blocks = try tensors.map { try $0.atLeast2d() }
  for block in blocks where block.rank != 2 {
    throw TensorError.rank(operation: "blockDiag", rank: block.rank, expected: "at most 2")
  }
  guard let first = blocks.first else { return Tensor.zeros([1, 0]) }
  let dtype = blocks.reduce(first.dtype) { $0.promoted(with: $1.dtype) }
  let width = blocks.reduce(0) { $0 + $1.sizes[1] }
  var left = 0
  let rows = try blocks.map { block in
    defer { left += block.sizes[1] }
    return try pad(block.to(dtype), [left, width - left - block.sizes[1]])
  }
  return try cat(rows, dim: 0)
}
