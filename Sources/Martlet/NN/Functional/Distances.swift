/// The p-norms of the differences of all pairs of rows: x `[..., n, d]` and y `[..., m, d]`, result
/// `[..., n, m]`.
///
///     let nearest = try cdist(points, centres).argmin(-1)
public func cdist(_ x: Tensor, _ y: Tensor, p: Double = 2) throws -> Tensor {
  if Mode.isAutocasting {
    return try Autocast.full(x, y) {
      try cdist($0, $1, p: p)
    }
  }
  guard x.rank >= 2, y.rank >= 2, x.sizes[x.rank - 1] == y.sizes[y.rank - 1], p >= 0 else {
    throw TensorError.shape(
      operation: "cdist", shapes: [x.shape, y.shape],
      reason: "needs rows of one length, and a p that is not negative (\(p))")
  }
  return try (x.unsqueezed(-2) - y.unsqueezed(-3)).norm(p, -1)
}

/// The p-norms of the differences of all pairs of different rows of x `[n, d]`: the upper triangle
/// of `cdist(x, x)` row by row, `[n (n - 1) / 2]`.
///
///     let closest = try pdist(points).min()
public func pdist(_ x: Tensor, p: Double = 2) throws -> Tensor {
  if Mode.isAutocasting {
    return try Autocast.full(x) {
      try pdist($0, p: p)
    }
  }
  guard x.rank == 2, p >= 0 else {
    throw TensorError.shape(
      operation: "pdist", shapes: [x.shape],
      reason: "needs rows of one length, and a p that is not negative (\(p))")
  }
  let pairs = try Tensor.triuIndices(x.sizes[0], x.sizes[0], diagonal: 1)
  return try (x.indexSelect(0, pairs.select(0, 0)) - x.indexSelect(0, pairs.select(0, 1)))
    .norm(p, -1)
}
