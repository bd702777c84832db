extension Tensor {
  /// With at least `count` dimensions, new ones as NumPy places them: a list becomes a row, and for
  /// three dimensions a matrix `[n, m]` becomes `[n, m, 1]`.
  fileprivate func atLeast(_ count: Int) throws -> Tensor {
    switch (count, rank) {
    case (1, 0): return try reshape(1)
    case (2, 0): return try reshape(1, 1)
    case (2, 1): return try unsqueezed(0)
    case (3, 0): return try reshape(1, 1, 1)
    case (3, 1): return try unsqueezed(0).unsqueezed(2)
    case (3, 2): return try unsqueezed(2)
    default: return self
    }
  }

  /// A view with at least one dimension.
  ///
  ///     try Tensor(3).atLeast1d()  // [3]
  public func atLeast1d() throws -> Tensor { try atLeast(1) }

  /// A view with at least two dimensions; a list becomes a row.
  ///
  ///     try Tensor([1, 2]).atLeast2d()  // [[1, 2]]
  public func atLeast2d() throws -> Tensor { try atLeast(2) }

  /// A view with at least three dimensions; a list becomes `[1, n, 1]`, a matrix `[n, m, 1]`.
  ///
  ///     try Tensor([1, 2]).atLeast3d()  // [[[1], [2]]]
  public func atLeast3d() throws -> Tensor { try atLeast(3) }

  /// The elements moved along dimensions by some places; those that leave at one end come in at the
  /// other. Without dimensions the flattened tensor is moved.
  ///
  ///     try Tensor([1, 2, 3]).roll([1], [0])  // [3, 1, 2]
  public func roll(_ shifts: [Int], _ dims: [Int] = []) throws -> Tensor {
    if dims.isEmpty {
      guard shifts.count == 1 else {
        throw TensorError.argument(
          operation: "roll", reason: "\(shifts.count) shifts without dimensions")
      }
      return try flatten().roll(shifts, [0]).reshape(shape)
    }
    guard shifts.count == dims.count else {
      throw TensorError.argument(
        operation: "roll", reason: "\(shifts.count) shifts along \(dims.count) dimensions")
    }
    guard rank > 0 else {
      throw TensorError.rank(operation: "roll", rank: 0, expected: "at least 1")
    }
    var x = self
    for (shift, dim) in zip(shifts, dims) {
      let size = try x.size(dim)
      if size == 0 { continue }
      let start = (size - shift % size) % size
      if start == 0 { continue }
      x = try cat(
        [
          x.narrow(dim, start: start, length: size - start), x.narrow(dim, start: 0, length: start),
        ],
        dim: dim)
    }
    return x
  }

  /// The tensor repeated along every dimension; where there are fewer counts than dimensions, they
  /// are for the last ones.
  ///
  ///     try Tensor([[1, 2]]).tile([2])  // [[1, 2, 1, 2]]
  public func tile(_ counts: [Int]) throws -> Tensor {
    try `repeat`(Array(repeating: 1, count: Swift.max(rank - counts.count, 0)) + counts)
  }

  /// The columns in reverse order: dimension 1 flipped.
  ///
  ///     try Tensor([[1, 2], [3, 4]]).fliplr()  // [[2, 1], [4, 3]]
  public func fliplr() throws -> Tensor {
    guard rank >= 2 else {
      throw TensorError.rank(operation: "fliplr", rank: rank, expected: "at least 2")
    }
    return try flip(1)
  }

  /// The rows in reverse order: dimension 0 flipped.
  ///
  ///     try Tensor([[1, 2], [3, 4]]).flipud()  // [[3, 4], [1, 2]]
  public func flipud() throws -> Tensor {
    guard rank >= 1 else {
      throw TensorError.rank(operation: "flipud", rank: rank, expected: "at least 1")
    }
    return try flip(0)
  }

  /// Turned by 90 degrees `times` times, from the first of two dimensions towards the second.
  ///
  ///     try Tensor([[1, 2], [3, 4]]).rot90()  // [[2, 4], [1, 3]]
  public func rot90(_ times: Int = 1, _ dims: [Int] = [0, 1]) throws -> Tensor {
    let set = try normalize(dims, rank, "rot90")
    guard dims.count == 2, rank >= 2, !set.isEmpty else {
      throw TensorError.argument(
        operation: "rot90", reason: "dimensions \(dims) of a tensor of \(rank)")
    }
    switch ((times % 4) + 4) % 4 {
    case 1: return try flip(dims[1]).transpose(dims[0], dims[1])
    case 2: return try flip(dims)
    case 3: return try flip(dims[0]).transpose(dims[0], dims[1])
    default: return try clone()
    }
  }

  /// Parts along a dimension that are cut before the given positions, by Python's rules for slices.
  ///
  ///     let parts = try Tensor([1, 2, 3, 4]).tensorSplit(at: [1, 3])  // [1], [2, 3], [4]
  public func tensorSplit(at positions: [Int], _ dim: Int = 0) throws -> [Tensor] {
    guard rank > 0 else {
      throw TensorError.rank(operation: "tensorSplit", rank: 0, expected: "at least 1")
    }
    let size = try size(dim)
    func clipped(_ position: Int) -> Int {
      Swift.min(Swift.max(position < 0 ? Swift.max(position, -size) + size : position, 0), size)
    }
    var parts: [Tensor] = []
    var start = 0
    for position in positions.map(clipped) + [size] {
      parts.append(try narrow(dim, start: start, length: Swift.max(position - start, 0)))
      start = position
    }
    return parts
  }

  /// `count` parts along a dimension whose sizes differ by at most one; the first ones are larger.
  ///
  ///     let parts = try Tensor([1, 2, 3]).tensorSplit(2)  // [1, 2], [3]
  public func tensorSplit(_ count: Int, _ dim: Int = 0) throws -> [Tensor] {
    guard count > 0 else {
      throw TensorError.argument(operation: "tensorSplit", reason: "\(count) parts")
    }
    guard rank > 0 else {
      throw TensorError.rank(operation: "tensorSplit", rank: 0, expected: "at least 1")
    }
    let size = try size(dim)
    return try tensorSplit(
      at: (1..<count).map { $0 * (size / count) + Swift.min($0, size % count) }, dim)
  }
}

/// Tensors side by side: lists end to end, others along dimension 1.
///
///     try hstack([Tensor([1, 2]), Tensor([3])])  // [1, 2, 3]
public func hstack(_ tensors: [Tensor]) throws -> Tensor {
  let parts = try tensors.map { try $0.atLeast(1) }
  return try cat(parts, dim: parts.first?.rank == 1 ? 0 : 1)
}

/// Tensors one below the other: lists are rows.
///
///     try vstack([Tensor([1, 2]), Tensor([3, 4])])  // [[1, 2], [3, 4]]
public func vstack(_ tensors: [Tensor]) throws -> Tensor {
  try cat(tensors.map { try $0.atLeast(2) }, dim: 0)
}

/// Tensors one behind the other along dimension 2.
///
///     try dstack([Tensor([1, 2]), Tensor([3, 4])])  // [[[1, 3], [2, 4]]]
public func dstack(_ tensors: [Tensor]) throws -> Tensor {
  try cat(tensors.map { try $0.atLeast(3) }, dim: 2)
}

/// Tensors side by side, where lists are columns.
///
///     try columnStack([Tensor([1, 2]), Tensor([3, 4])])  // [[1, 3], [2, 4]]
public func columnStack(_ tensors: [Tensor]) throws -> Tensor {
  try hstack(tensors.map { $0.rank <= 1 ? try $0.reshape([$0.count, 1]) : $0 })
}

/// Tensors stretched to the shape that they broadcast to: views.
///
///     let both = try broadcastTensors([Tensor([1, 2]), Tensor([[3], [4]])])  // two of [2, 2]
public func broadcastTensors(_ tensors: [Tensor]) throws -> [Tensor] {
  var sizes = Dims()
  for x in tensors {
    guard let joined = Dims.broadcast(sizes, x.sizes) else {
      throw TensorError.broadcast("broadcastTensors", sizes, x.sizes)
    }
    sizes = joined
  }
  return try tensors.map { try View.expand($0, to: sizes) }
}
