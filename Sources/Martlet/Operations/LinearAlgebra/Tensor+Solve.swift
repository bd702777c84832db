extension Tensor {
  /// The solution X of `A X = B` for these square matrices A `[..., n, n]` and right sides B `[...,
  /// n, k]`, or lists `[..., n]` of A's batch sizes; with `left: false` of `X A = B`. Batches
  /// broadcast.
  ///
  ///     let x = try a.solve(b)
  ///
  /// - Throws: `TensorError.argument` naming the matrix of the batch that is singular.
  public func solve(_ b: Tensor, left: Bool = true) throws -> Tensor {
    let (x, factors) = try solved(b, left, "solve")
    try factors.require("solve", Self.singular)
    return x
  }

  /// `solve` without an error for singular matrices: `info` `[...]`, int32, is 0 or the number,
  /// from 1, of the first 0 on the diagonal of U, and X means nothing there.
  ///
  ///     let (x, info) = try a.solveEx(b)
  public func solveEx(_ b: Tensor, left: Bool = true) throws -> (x: Tensor, info: Tensor) {
    let (x, factors) = try solved(b, left, "solveEx")
    try factors.requireFinite("solveEx")
    return (x, Tensor(factors.info))
  }

  /// The inverses of square matrices `[..., n, n]`. To solve equations, `solve` is faster and more
  /// accurate.
  ///
  ///     let precision = try covariance.inv()
  ///
  /// - Throws: `TensorError.argument` naming the matrix of the batch that is singular.
  public func inv() throws -> Tensor {
    let (x, factors) = try inverted("inv")
    try factors.require("inv", Self.singular)
    return x
  }

  /// `inv` without an error for singular matrices; `info` as in `solveEx`.
  ///
  ///     let (inverse, info) = try a.invEx()
  public func invEx() throws -> (inverse: Tensor, info: Tensor) {
    let (x, factors) = try inverted("invEx")
    try factors.requireFinite("invEx")
    return (x, Tensor(factors.info))
  }

  private func inverted(_ operation: String) throws -> (Tensor, Factors) {
    try requireSquare(operation)
    return try solved(identity(), true, operation)
  }

  private static func singular(_ code: Int) -> String {
    "is singular (U[\(code - 1), \(code - 1)] of its LU factors is 0)"
  }

  private func solved(_ b: Tensor, _ left: Bool, _ operation: String) throws -> (Tensor, Factors) {
    try requireSquare(operation)
    if b.rank == 1 || b.rank == rank - 1 && b.shape == Array(shape.dropLast()) {
      guard left else {
        throw TensorError.shape(
          operation: operation, shapes: [shape, b.shape],
          reason: "on the left of A there are matrices, not lists")
      }
      let (x, factors) = try solved(b.unsqueezed(-1), true, operation)
      return (try x.squeeze(-1), factors)
    }
    try requireMatching(b, operation)
    if !left {
      let (x, factors) = try transposedMatrix().solved(b.transposedMatrix(), true, operation)
      return (try x.transposedMatrix(), factors)
    }
    try requireRows(b, operation)
    let batch = try sharedBatch(b, operation)
    let (pivots, factors) = try LU.factor(buffer)
    let a = try overBatch(batch)
    var pivotSizes = batch
    pivotSizes.append(sizes[rank - 1])
    let solve = Solve(
      known: .lu(factors.out.expanded(to: a.sizes), pivots: pivots.expanded(to: pivotSizes)))
    return (try solve(a, b.overBatch(batch)), factors)
  }

  /// The solution of `A X = B`, or with `left: false` of `X A = B`, for triangular A `[..., n, n]`,
  /// of which the other triangle is not read. With `unitriangular` nor is its diagonal, which
  /// counts as ones. Batches broadcast.
  ///
  ///     let y = try l.solveTriangular(b, upper: false)
  ///
  /// A zero on the diagonal gives infinities and NaN.
  public func solveTriangular(
    _ b: Tensor, upper: Bool, left: Bool = true, unitriangular: Bool = false
  ) throws -> Tensor {
    try requireSquare("solveTriangular")
    try requireMatching(b, "solveTriangular")
    if !left {
      return try transposedMatrix().solveTriangular(
        b.transposedMatrix(), upper: !upper, unitriangular: unitriangular
      ).transposedMatrix()
    }
    try requireRows(b, "solveTriangular")
    let batch = try sharedBatch(b, "solveTriangular")
    return try TriangularSolve(upper: upper, unit: unitriangular)(
      overBatch(batch), b.overBatch(batch))
  }

  /// The solution X `[..., n, k]` of `A X = B` for these B `[..., n, k]` and A given by its factor
  /// L of `cholesky`, or U if `upper`. Batches broadcast.
  ///
  ///     let x = try b.choleskySolve(covariance.cholesky())
  ///
  /// The other triangle of L is not read; it has a gradient as if `A = L L^T` were multiplied out.
  public func choleskySolve(_ l: Tensor, upper: Bool = false) throws -> Tensor {
    if upper { return try choleskySolve(l.mT) }
    try l.requireSquare("choleskySolve")
    try l.requireRows(self, "choleskySolve")
    let batch = try l.sharedBatch(self, "choleskySolve")
    let l = try l.overBatch(batch)
    // The matrix itself is only needed for derivatives.
    let isRecorded = (l.history != nil || history != nil) && Mode.isRecording
    let a = isRecorded ? try l.times(l.transposedMatrix()) : l
    return try Solve(known: .cholesky(l.buffer))(a, overBatch(batch))
  }

  /// The inverses of matrices given by their factors L of `cholesky`, or U if `upper`.
  ///
  ///     let precision = try covariance.cholesky().choleskyInverse()
  public func choleskyInverse(upper: Bool = false) throws -> Tensor {
    try requireSquare("choleskyInverse")
    return try identity().choleskySolve(self, upper: upper)
  }

  /// The tensor X with `tensordot(A, X, X.rank) = B`, where the product of B's sizes, with which
  /// A's begin, is that of A's further ones. `dims` are moved to A's end first.
  ///
  ///     let x = try a.tensorsolve(b)   // a [2, 3, 6], b [2, 3], x [6]
  public func tensorsolve(_ b: Tensor, dims: [Int] = []) throws -> Tensor {
    let a = dims.isEmpty ? self : try movedim(dims, Array((rank - dims.count)..<rank))
    guard b.rank <= a.rank else {
      throw TensorError.shape(
        operation: "tensorsolve", shapes: [shape, b.shape], reason: "A has too few dimensions")
    }
    let result = Array(a.shape[b.rank...])
    let size = result.reduce(1, *)
    guard Array(a.shape[..<b.rank]) == b.shape || b.count == size, size == b.count else {
      throw TensorError.shape(
        operation: "tensorsolve", shapes: [shape, b.shape],
        reason: "the further sizes of A make \(size) unknowns for \(b.count) equations")
    }
    return try a.reshape([size, size]).solve(b.reshape(size)).reshape(result)
  }

  /// The inverse of the map that tensordot over the last dimensions from `count` on makes: sizes
  /// before and after have the same product, and change places.
  ///
  ///     let inverse = try a.tensorinv(2)   // a [4, 6, 8, 3], inverse [8, 3, 4, 6]
  public func tensorinv(_ count: Int = 2) throws -> Tensor {
    guard count > 0, count < rank else {
      throw TensorError.argument(
        operation: "tensorinv", reason: "\(count) of \(rank) dimensions in front")
    }
    let first = Array(shape[..<count])
    let last = Array(shape[count...])
    let size = first.reduce(1, *)
    guard last.reduce(1, *) == size else {
      throw TensorError.shape(
        operation: "tensorinv", shapes: [shape],
        reason: "sizes \(first) and \(last) have different products")
    }
    return try reshape([size, size]).inv().reshape(last + first)
  }
}
