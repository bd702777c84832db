/// The p-norms of the differences of all pairs of rows: x `[..., n, d]` and y `[..., m, d]`, result
/// `[..., n, m]`.
///
///     let nearest = try cdist(points, centres).argmin(-1)
///
/// Euclidean distances (p = 2) of more than 25 rows are found by a matrix product, as `|x|^2 +
/// |y|^2 - 2 x y`: in memory for the result alone, but to an absolute error that grows with the
/// rows' length. Where a distance is 0, so is its gradient.
///
/// - Throws: `TensorError.shape` for rows of different lengths, or a negative p.
public func cdist(_ x: Tensor, _ y: Tensor, p: Double = 2) throws -> Tensor {
  let (x, y) = try Autocast.full(x, y)
  guard x.rank >= 2, y.rank >= 2, x.sizes[x.rank - 1] == y.sizes[y.rank - 1], p >= 0 else {
    throw TensorError.shape(
      operation: "cdist", shapes: [x.shape, y.shape],
      reason: "needs rows of one length, and a p that is not negative (\(p))")
  }
  if p == 2, x.sizes[x.rank - 2] > 25 || y.sizes[y.rank - 2] > 25 {
    return try Autocast.without { try euclideanDistances(x, y) }
  }
  return try (x.unsqueezed(-2) - y.unsqueezed(-3)).norm(p, -1)
}

private func euclideanDistances(_ x: Tensor, _ y: Tensor) throws -> Tensor {
  let squares = try x.square().sum([-1], keepDim: true) + y.square().sum([-1]).unsqueezed(-2)
  let distances = try (squares - 2 * x.matmul(y.transpose(-1, -2))).clamp(min: 0)
  // The root has no slope at 0: gradients must not pass through it there.
  let zero = try distances .== 0
  return try distances.filled(1, where: zero).sqrt().filled(0, where: zero)
}

/// The p-norms of the differences of all pairs of different rows of x `[n, d]`: the upper triangle
/// of `cdist(x, x)` row by row, `[n (n - 1) / 2]`.
///
///     let closest = try pdist(points).min()
public func pdist(_ x: Tensor, p: Double = 2) throws -> Tensor {
  let x = try Autocast.full(x)
  guard x.rank == 2, p >= 0 else {
    throw TensorError.shape(
      operation: "pdist", shapes: [x.shape],
      reason: "needs rows of one length, and a p that is not negative (\(p))")
  }
  let pairs = try Tensor.triuIndices(x.sizes[0], x.sizes[0], diagonal: 1)
  return try (x.indexSelect(0, pairs.select(0, 0)) - x.indexSelect(0, pairs.select(0, 1)))
    .norm(p, -1)
}
