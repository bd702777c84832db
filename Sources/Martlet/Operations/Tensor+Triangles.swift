extension Tensor {
  /// The lower triangle of each matrix in the last two dimensions, zeros above: up to diagonal
  /// `diagonal`, counted upwards.
  ///
  ///     try Tensor([[1, 2], [3, 4]]).tril()  // [[1, 0], [3, 4]]
  public func tril(_ diagonal: Int = 0) throws -> Tensor {
    try triangle("tril") { rows, columns in try columns .<= rows + diagonal }
  }

  /// The upper triangle of each matrix in the last two dimensions, zeros below: from diagonal
  /// `diagonal` on, counted upwards.
  ///
  ///     try Tensor([[1, 2], [3, 4]]).triu()  // [[1, 2], [0, 4]]
  public func triu(_ diagonal: Int = 0) throws -> Tensor {
    try triangle("triu") { rows, columns in try columns .>= rows + diagonal }
  }

  private func triangle(_ name: String, _ mask: (Tensor, Tensor) throws -> Tensor) throws -> Tensor
  {
    guard rank >= 2 else {
      throw TensorError.rank(operation: name, rank: rank, expected: "at least 2")
    }
    let rows = try Tensor.arange(sizes[rank - 2], device: device).unsqueezed(1)
    let columns = Tensor.arange(sizes[rank - 1], device: device)
    return try masked(by: mask(rows, columns))
  }

  /// Of a list a matrix with it on a diagonal and zeros elsewhere; of a matrix a diagonal.
  /// Diagonals count upwards.
  ///
  ///     try Tensor([1, 2]).diag()  // [[1, 0], [0, 2]]
  public func diag(_ diagonal: Int = 0) throws -> Tensor {
    switch rank {
    case 1: return try diagEmbed(offset: diagonal)
    case 2:
      guard diagonal >= -sizes[0], diagonal <= sizes[1] else {
        throw TensorError.argument(
          operation: "diag", reason: "a matrix \(shape) has no diagonal \(diagonal)")
      }
      return try self.diagonal(offset: diagonal).clone()
    default: throw TensorError.rank(operation: "diag", rank: rank, expected: "1 or 2")
    }
  }

  /// Matrices in dimensions `dim1` and `dim2` of the result with the lines of the last dimension on
  /// a diagonal, counted upwards, and zeros elsewhere.
  ///
  ///     try Tensor.ones([5, 3]).diagEmbed().shape  // [5, 3, 3]
  public func diagEmbed(offset: Int = 0, dim1: Int = -2, dim2: Int = -1) throws -> Tensor {
    guard rank >= 1 else {
      throw TensorError.rank(operation: "diagEmbed", rank: rank, expected: "at least 1")
    }
    let a = try normalize(dim1, rank + 1, "diagEmbed")
    let b = try normalize(dim2, rank + 1, "diagEmbed")
    guard a != b else {
      throw TensorError.argument(
        operation: "diagEmbed", reason: "dimensions \(dim1) and \(dim2) are the same")
    }
    let (side, overflow) = sizes[rank - 1].addingReportingOverflow(
      Int(clamping: offset.magnitude))
    guard !overflow else {
      throw TensorError.argument(operation: "diagEmbed", reason: "an offset of \(offset)")
    }
    var shape = Array(self.shape.dropLast())
    for dim in [Swift.min(a, b), Swift.max(a, b)] { shape.insert(side, at: dim) }
    let target = try checkedSizes(shape, "diagEmbed")
    let steps = target.rowMajorStrides
    var strides = Dims()
    for dim in 0..<target.rank where dim != a && dim != b { strides.append(steps[dim]) }
    strides.append(steps[a] + steps[b])
    let start = offset >= 0 ? offset * steps[b] : -offset * steps[a]
    return try Embed(
      selection: Selection(
        source: target, sizes: sizes, strides: strides, offset: count == 0 ? 0 : start))(self)
  }

  /// The sum of the diagonal of a matrix; of integers in int64.
  ///
  ///     try Tensor([[1, 2], [3, 4]]).trace()  // 5
  public func trace() throws -> Tensor {
    guard rank == 2 else { throw TensorError.rank(operation: "trace", rank: rank, expected: "2") }
    return try diagonal().sum()
  }

  /// The rows and columns of the lower triangle of a matrix, in row-major order, up to a diagonal
  /// counted upwards: `[2, count]`.
  ///
  ///     try Tensor.trilIndices(2, 2)  // [[0, 1, 1], [0, 0, 1]]
  public static func trilIndices(_ rows: Int, _ columns: Int, diagonal: Int = 0) throws -> Tensor {
    try Tensor.ones([rows, columns], dtype: .bool).tril(diagonal).nonzero().t().contiguous()
  }

  /// The rows and columns of the upper triangle of a matrix, in row-major order, from a diagonal
  /// on: `[2, count]`.
  ///
  ///     try Tensor.triuIndices(2, 2)  // [[0, 0, 1], [0, 1, 1]]
  public static func triuIndices(_ rows: Int, _ columns: Int, diagonal: Int = 0) throws -> Tensor {
    try Tensor.ones([rows, columns], dtype: .bool).triu(diagonal).nonzero().t().contiguous()
  }
}
