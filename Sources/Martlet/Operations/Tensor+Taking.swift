extension Tensor {
  /// Elements by their positions in the flattened tensor, negative ones counted from its end; in
  /// the shape of the positions.
  ///
  ///     try Tensor([[1, 2], [3, 4]]).take(Tensor([0, -1]))  // [1, 4]
  public func take(_ positions: Tensor) throws -> Tensor {
    let list = try checkedIndex(positions, "take")
    return try flatten().picked(0, list.flatten()).reshape(positions.shape)
  }

  /// `gather` along a dimension, where negative positions count from the end.
  private func picked(_ dim: Int, _ positions: Tensor) throws -> Tensor {
    var plan = IndexPlan(gathering: positions.buffer, dim: dim, from: sizes)
    plan.countsFromEnd = true
    return try Gather(plan: plan)(self)
  }

  /// Picks along a dimension as `gather`, where other dimensions broadcast and negative positions
  /// count from the end. Without a dimension, elements of the flattened tensor.
  ///
  ///     let sorted = try x.takeAlong(x.argsort(1), 1)
  public func takeAlong(_ indices: Tensor, _ dim: Int? = nil) throws -> Tensor {
    let indices = try checkedIndex(indices, "takeAlong")
    guard let dim else { return try flatten().picked(0, indices.flatten()) }
    let d = try normalize(dim, rank, "takeAlong")
    guard rank > 0, indices.rank == rank else {
      throw TensorError.shape(
        operation: "takeAlong", shapes: [shape, indices.shape],
        reason: "the indices must have as many dimensions as the tensor")
    }
    var own = sizes
    var other = indices.sizes
    own[d] = 1
    other[d] = 1
    guard var target = Dims.broadcast(own, other) else {
      throw TensorError.broadcast("takeAlong", own, other)
    }
    target[d] = sizes[d]
    let x = try View.expand(self, to: target)
    target[d] = indices.sizes[d]
    return try x.picked(d, View.expand(indices, to: target))
  }

  /// A copy with `value` in the slices of a dimension that a list chooses.
  ///
  ///     let cleared = try x.indexFill(0, rows, 0)
  public func indexFill(_ dim: Int, _ index: Tensor, _ value: some ScalarConvertible) throws
    -> Tensor
  {
    try indexFilled(dim, index) { try $0.filled(value, where: $1) }
  }

  /// A copy with `value`, which has no dimensions, in the slices of a dimension that a list
  /// chooses.
  ///
  ///     let padded = try x.indexFill(1, columns, filler)
  public func indexFill(_ dim: Int, _ index: Tensor, _ value: Tensor) throws -> Tensor {
    try indexFilled(dim, index) { try $0.filled(value, where: $1) }
  }

  private func indexFilled(
    _ dim: Int, _ index: Tensor, _ fill: (Tensor, Tensor) throws -> Tensor
  ) throws -> Tensor {
    let d = try normalize(dim, rank, "indexFill")
    let list = try checkedIndex(index, "indexFill")
    guard list.rank <= 1 else {
      throw TensorError.rank(operation: "indexFill", rank: list.rank, expected: "a list")
    }
    if rank == 0 { return try unsqueezed(0).indexFilled(0, list, fill).squeeze(0) }
    let size = sizes[d]
    var chosen = Tensor.zeros([size], dtype: .bool, device: device)
    let yes = Tensor.full([], true, device: device)
    try chosen.assign(yes, at: list.rank == 0 ? list.unsqueezed(0) : list)
    var shape = Array(repeating: 1, count: rank)
    shape[d] = size
    return try fill(self, chosen.reshape(shape))
  }

  /// Which elements are among `values`; bool.
  ///
  ///     try Tensor([1, 2, 3]).isIn(Tensor([2, 5]))  // [false, true, false]
  public func isIn(_ values: Tensor) throws -> Tensor {
    if values.count == 0 { return try fullLike(false, dtype: .bool) }
    let dtype = dtype.promoted(with: values.dtype)
    let sorted = try values.detached().to(dtype).flatten().sort().values
    let x = try detached().to(dtype)
    let place = try x.searchSorted(sorted).clamp(max: sorted.count - 1)
    return try sorted.take(place) .== x
  }

  /// In which of the intervals between sorted edges each element lies: how many edges are below it,
  /// counting equal ones with `right`.
  ///
  ///     let band = try ages.bucketize(Tensor([18.0, 65.0]))
  public func bucketize(_ edges: Tensor, right: Bool = false, dtype: DType = .int64) throws
    -> Tensor
  {
    guard edges.rank == 1 else {
      throw TensorError.rank(operation: "bucketize", rank: edges.rank, expected: "1 for the edges")
    }
    return try searchSorted(edges, right: right, dtype: dtype)
  }

  /// All products of an element of one tensor with one of the other, block by block: Kronecker's
  /// product.
  ///
  ///     try Tensor([1, 10]).kron(Tensor([1, 2]))  // [1, 2, 10, 20]
  public func kron(_ other: Tensor) throws -> Tensor {
    let rank = Swift.max(self.rank, other.rank)
    let a = Array(repeating: 1, count: rank - self.rank) + shape
    let b = Array(repeating: 1, count: rank - other.rank) + other.shape
    guard rank * 2 <= Dims.maxRank else {
      throw TensorError.rank(operation: "kron", rank: rank, expected: "at most 6")
    }
    let left = try reshape(a.flatMap { [$0, 1] })
    let right = try other.reshape(b.flatMap { [1, $0] })
    return try (left * right).reshape(zip(a, b).map { $0 * $1 })
  }

  /// The sum of products over the last `count` dimensions of this tensor and the first of the
  /// other.
  ///
  ///     try x.tensordot(weight, 1)
  public func tensordot(_ other: Tensor, _ count: Int = 2) throws -> Tensor {
    guard count >= 0, count <= rank, count <= other.rank else {
      throw TensorError.argument(
        operation: "tensordot",
        reason: "\(count) dimensions of tensors with \(rank) and \(other.rank)")
    }
    return try tensordot(other, Array(rank - count..<rank), Array(0..<count))
  }

  /// The sum of products over pairs of dimensions of this tensor and the other. One of size 1
  /// stretches.
  ///
  ///     try x.tensordot(weight, [1], [0])
  public func tensordot(_ other: Tensor, _ dims: [Int], _ otherDims: [Int]) throws -> Tensor {
    let a = try dims.map { try normalize($0, rank, "tensordot") }
    let b = try otherDims.map { try normalize($0, other.rank, "tensordot") }
    guard a.count == b.count, Set(a).count == a.count, Set(b).count == b.count,
      zip(a, b).allSatisfy({
        sizes[$0] == other.sizes[$1] || sizes[$0] == 1 || other.sizes[$1] == 1
      })
    else {
      throw TensorError.shape(
        operation: "tensordot", shapes: [shape, other.shape],
        reason: "dimensions \(dims) and \(otherDims) do not match")
    }
    var x = self
    var y = other
    for (i, j) in zip(a, b) where sizes[i] != other.sizes[j] {
      if sizes[i] == 1 {
        y = try y.sum([j], keepDim: true, dtype: y.dtype)
      } else {
        x = try x.sum([i], keepDim: true, dtype: x.dtype)
      }
    }
    let rows = (0..<rank).filter { !a.contains($0) }
    let columns = (0..<other.rank).filter { !b.contains($0) }
    let inner = a.reduce(1) { $0 * x.sizes[$1] }
    let m = rows.reduce(1) { $0 * sizes[$1] }
    let n = columns.reduce(1) { $0 * other.sizes[$1] }
    let left = try x.permute(rows + a).reshape([m, inner])
    let right = try y.permute(b + columns).reshape([inner, n])
    return try left.matmul(right)
      .reshape(rows.map { sizes[$0] } + columns.map { other.sizes[$0] })
  }

  /// The sums of products over the last dimension of both.
  ///
  ///     try Tensor([1, 2]).inner(Tensor([3, 4]))  // 11
  public func inner(_ other: Tensor) throws -> Tensor {
    if rank == 0 || other.rank == 0 { return try self * other }
    return try tensordot(other, [-1], [-1])
  }

  /// Degrees as radians.
  ///
  ///     try Tensor([180.0]).deg2rad()  // [3.1416]
  public func deg2rad() throws -> Tensor { try self * (Double.pi / 180) }

  /// Radians as degrees.
  ///
  ///     try Tensor([Double.pi]).rad2deg()  // [180]
  public func rad2deg() throws -> Tensor { try self * (180 / Double.pi) }
}
