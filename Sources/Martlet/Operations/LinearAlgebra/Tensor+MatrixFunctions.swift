extension Tensor {
  /// Square matrices multiplied with themselves `n` times, their inverses for negative n.
  ///
  ///     let steps = try transitions.matrixPower(10)
  public func matrixPower(_ n: Int) throws -> Tensor {
    try validate()
    guard rank >= 2, sizes[rank - 2] == sizes[rank - 1] else {
      throw TensorError.shape(
        operation: "matrixPower", shapes: [shape], reason: "the matrices must be square")
    }
    if n < 0 {
      return try inv().matrixPower(n.magnitude)
    }
    return try matrixPower(n.magnitude)
  }

  private func matrixPower(_ n: UInt) throws -> Tensor {
    // Not a constant: gradients of 0 arrive.
    if n == 0 { return try filled(0, where: .full([], true, device: device)) + identity() }
    var square = self
    var result: Tensor?
    var rest = n
    while true {
      if rest & 1 == 1 { result = try result.map { try $0.times(square) } ?? square }
      rest >>= 1
      guard rest > 0 else { break }
      square = try square.times(square)
    }
    return result ?? self
  }

  /// The matrix exponential `1 + A + A^2 / 2 + ...` of square matrices `[..., n, n]`.
  ///
  ///     let rotation = try generator.matrixExp()
  ///
  /// Higham, "The scaling and squaring method for the matrix exponential revisited", 2005.
  public func matrixExp() throws -> Tensor {
    try requireSquare("matrixExp")
    return try MatrixExponential()(self)
  }

  /// The symmetric positive semidefinite root of such matrices: `R R = A`. Their lower triangles
  /// are read; eigenvalues that rounding made negative count as 0.
  ///
  ///     let root = try covariance.matrixSqrth()
  public func matrixSqrth() throws -> Tensor {
    try requireSquare("matrixSqrth")
    return try SymmetricRoot()(self)
  }

  /// U with orthonormal columns and symmetric positive semidefinite P with `A = U P`, for matrices
  /// `[..., m, n]` with no fewer rows than columns.
  ///
  ///     let (rotation, stretch) = try deformation.polar()
  public func polar() throws -> (u: Tensor, p: Tensor) {
    try requireMatrices("polar")
    guard sizes[rank - 2] >= sizes[rank - 1] else {
      throw TensorError.shape(
        operation: "polar", shapes: [shape], reason: "there are fewer rows than columns")
    }
    let (u, s, v) = try SVD.factors(self, complete: false)
    return (try u.times(v), try (v.transposedMatrix() * s.unsqueezed(-2)).times(v))
  }

  /// Powers of the elements as the last dimension: `[..., n]` gives `[..., n, count]` with `x^0,
  /// x^1, ...`, where count is n unless given.
  ///
  ///     let polynomial = try x.vander(4).matmul(coefficients)
  public func vander(_ count: Int? = nil) throws -> Tensor {
    let x = rank == 0 ? try unsqueezed(0) : self
    let count = count ?? x.sizes[x.rank - 1]
    guard count >= 1 else {
      throw TensorError.argument(operation: "vander", reason: "\(count) powers")
    }
    let powers = try x.unsqueezed(-1).expanded(x.shape + [count - 1]).cumprod(-1)
    return try cat([x.onesLike(dtype: powers.dtype).unsqueezed(-1), powers], dim: -1)
  }

  /// The sums of the products of two tensors, which broadcast, along a dimension.
  ///
  ///     let similarity = try queries.vecdot(keys)
  public func vecdot(_ other: Tensor, dim: Int = -1) throws -> Tensor {
    let product = try self * other
    return try product.sum([dim], dtype: product.dtype)
  }

  /// The sum of the products of two lists: `dot`, in whose place complex numbers would have their
  /// first list conjugated.
  ///
  ///     let projection = try direction.vdot(gradient)
  public func vdot(_ other: Tensor) throws -> Tensor { try dot(other) }
}

/// The product of a chain of matrices `[n, k]`, in the order that takes the least arithmetic. The
/// first may be a row `[k]`, and the last a column `[n]`.
///
///     let product = try multiDot([a, b, c])
///
/// Cormen, Leiserson, Rivest, Stein, "Introduction to Algorithms", section 14.2.
public func multiDot(_ matrices: [Tensor]) throws -> Tensor {
  guard let first = matrices.first, let last = matrices.last, matrices.count >= 2 else {
    throw TensorError.argument(
      operation: "multiDot", reason: "a product needs at least two matrices")
  }
  for (i, matrix) in matrices.enumerated() {
    let isEnd = i == 0 || i == matrices.count - 1
    guard matrix.rank == 2 || isEnd && matrix.rank == 1 else {
      throw TensorError.rank(
        operation: "multiDot", rank: matrix.rank,
        expected: isEnd ? "1 or 2 at the ends" : "2 between the ends")
    }
  }
  var chain = matrices
  if first.rank == 1 { chain[0] = try first.unsqueezed(0) }
  if last.rank == 1 { chain[chain.count - 1] = try last.unsqueezed(1) }
  for (a, b) in zip(chain, chain.dropFirst()) where a.sizes[1] != b.sizes[0] {
    throw TensorError.innerSizes("multiDot", a, b, a.sizes[1], b.sizes[0])
  }
  let splits = cheapestSplits([chain[0].sizes[0]] + chain.map { $0.sizes[1] })
  func product(_ i: Int, _ j: Int) throws -> Tensor {
    if i == j { return chain[i] }
    let split = splits[i][j]
    return try product(i, split).mm(product(split + 1, j))
  }
  var result = try product(0, chain.count - 1)
  if first.rank == 1 { result = try result.squeeze(0) }
  if last.rank == 1 { result = try result.squeeze(-1) }
  return result
}

/// For matrices i ... j of a chain with these sizes, after which the product is best split.
private func cheapestSplits(_ sizes: [Int]) -> [[Int]] {
  let n = sizes.count - 1
  // Doubles: products of three sizes may overflow.
  var cost = Array(repeating: Array(repeating: 0.0, count: n), count: n)
  var splits = Array(repeating: Array(repeating: 0, count: n), count: n)
  for length in 1..<n {
    for i in 0..<(n - length) {
      let j = i + length
      cost[i][j] = .infinity
      for split in i..<j {
        let own = Double(sizes[i]) * Double(sizes[split + 1]) * Double(sizes[j + 1])
        let total = cost[i][split] + cost[split + 1][j] + own
        if total < cost[i][j] {
          cost[i][j] = total
          splits[i][j] = split
        }
      }
    }
  }
  return splits
}
