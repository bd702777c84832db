extension Tensor {
  /// L `[..., m, k]`, with ones on its diagonal, and U `[..., k, n]` in one matrix `[..., m, n]`,
  /// and the exchanges of rows: row i with row `pivots[i]`, int32 `[..., k]`, counted from 1. Of
  /// each matrix `A = P L U`, with `k = min(m, n)`.
  ///
  ///     let (lu, pivots) = try a.luFactor()
  ///     let x = try lu.luSolve(pivots, b)
  ///
  /// - Throws: `TensorError.argument` naming the matrix of the batch that is singular.
  public func luFactor() throws -> (lu: Tensor, pivots: Tensor) {
    let (lu, pivots, factors) = try luFactors("luFactor")
    try factors.require("luFactor") { "is singular (U[\($0 - 1), \($0 - 1)] is 0)" }
    return (lu, pivots)
  }

  /// `luFactor` without an error for singular matrices: `info` `[...]`, int32, is 0 or the number,
  /// from 1, of the first 0 on U's diagonal.
  ///
  ///     let (lu, pivots, info) = try a.luFactorEx()
  public func luFactorEx() throws -> (lu: Tensor, pivots: Tensor, info: Tensor) {
    let (lu, pivots, factors) = try luFactors("luFactorEx")
    try factors.requireFinite("luFactorEx")
    return (lu, pivots, Tensor(factors.info))
  }

  private func luFactors(_ operation: String) throws -> (Tensor, Tensor, Factors) {
    try requireMatrices(operation)
    let (lu, pivots, factors) = try LU.callAsFunction(self)
    return (lu, Tensor(pivots), factors)
  }

  /// A permutation P `[..., m, m]`, L `[..., m, k]` with ones on its diagonal and upper triangular
  /// U `[..., k, n]` with `A = P L U`.
  ///
  ///     let (p, l, u) = try a.lu()
  public func lu() throws -> (p: Tensor, l: Tensor, u: Tensor) {
    let (lu, pivots, factors) = try luFactors("lu")
    try factors.requireFinite("lu")
    return try lu.luUnpack(pivots)
  }

  /// P, L and U of what `luFactor` gives.
  ///
  ///     let (p, l, u) = try lu.luUnpack(pivots)
  public func luUnpack(_ pivots: Tensor) throws -> (p: Tensor, l: Tensor, u: Tensor) {
    try requirePivots(pivots, "luUnpack")
    let m = sizes[rank - 2]
    let n = sizes[rank - 1]
    let k = Swift.min(m, n)
    let order = try LU.order(pivots.buffer, rows: m)
    let rows = Tensor.arange(m, device: device)
    let p = try (rows.unsqueezed(-1) .== order.unsqueezed(-2)).to(dtype)
    let left = n > k ? try narrow(-1, start: 0, length: k) : self
    let top = m > k ? try narrow(-2, start: 0, length: k) : self
    return (p, try left.tril(-1) + Tensor.eye(m, k, dtype: dtype, device: device), try top.triu())
  }

  private func requirePivots(_ pivots: Tensor, _ operation: String) throws {
    try requireMatrices(operation)
    try sameDevice(self, pivots, operation)
    guard pivots.dtype == .int32 else {
      throw TensorError.dtype(
        operation: operation, dtypes: [pivots.dtype], reason: "pivots are int32")
    }
    var expected = buffer.batchSizes
    expected.append(Swift.min(sizes[rank - 2], sizes[rank - 1]))
    guard pivots.sizes == expected else {
      throw TensorError.shape(
        operation: operation, shapes: [shape, pivots.shape],
        reason: "the pivots of these matrices have shape \(expected)")
    }
  }

  /// The solution of `A X = B`, or with `left: false` of `X A = B`, for A of which this and the
  /// pivots are the factors that `luFactor` gives; with `adjoint` for A^T in place of A. Batches
  /// broadcast.
  ///
  ///     let x = try lu.luSolve(pivots, b)
  public func luSolve(
    _ pivots: Tensor, _ b: Tensor, left: Bool = true, adjoint: Bool = false
  ) throws -> Tensor {
    try requireSquare("luSolve")
    try requirePivots(pivots, "luSolve")
    if !left {
      try requireMatching(b, "luSolve")
      return try luSolve(pivots, b.transposedMatrix(), adjoint: !adjoint).transposedMatrix()
    }
    try requireRows(b, "luSolve")
    let batch = try sharedBatch(b, "luSolve")
    let lu = try overBatch(batch)
    let b = try b.overBatch(batch)
    let order = try LU.order(pivots.buffer, rows: sizes[rank - 1]).unsqueezed(-1).overBatch(batch)
    if adjoint {
      let transposed = try lu.transposedMatrix()
      let y = try TriangularSolve(upper: false)(transposed, b)
      let x = try TriangularSolve(upper: true, unit: true)(transposed, y)
      return try x.takeAlong(order.argsort(-2), -2)
    }
    let permuted = try b.takeAlong(order, -2)
    return try TriangularSolve(upper: true)(
      lu, TriangularSolve(upper: false, unit: true)(lu, permuted))
  }
}
