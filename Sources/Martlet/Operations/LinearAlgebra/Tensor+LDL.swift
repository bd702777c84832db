extension Tensor {
  /// L and block diagonal D in one matrix, of `A = L D L^T` with exchanges, for each symmetric
  /// matrix `[..., n, n]`, and these exchanges, int32 `[..., n]`, as LAPACK's `sytrf` gives them.
  /// The lower triangle is read. Not differentiable.
  ///
  ///     let (ld, pivots) = try a.ldlFactor()
  ///     let x = try ld.ldlSolve(pivots, b)
  ///
  /// - Throws: `TensorError.argument` naming the matrix of the batch that is singular.
  public func ldlFactor() throws -> (ld: Tensor, pivots: Tensor) {
    let (ld, pivots, factors) = try ldlFactors("ldlFactor")
    try factors.require("ldlFactor") { "is singular (D[\($0 - 1), \($0 - 1)] is 0)" }
    return (ld, pivots)
  }

  /// `ldlFactor` without an error for singular matrices: `info` `[...]`, int32, is 0 or the number,
  /// from 1, of the first 0 on D's diagonal.
  ///
  ///     let (ld, pivots, info) = try a.ldlFactorEx()
  public func ldlFactorEx() throws -> (ld: Tensor, pivots: Tensor, info: Tensor) {
    let (ld, pivots, factors) = try ldlFactors("ldlFactorEx")
    try factors.requireFinite("ldlFactorEx")
    return (ld, pivots, Tensor(factors.info))
  }

  private func ldlFactors(_ operation: String) throws -> (Tensor, Tensor, Factors) {
    try requireSquare(operation)
    var sizes = buffer.batchSizes
    sizes.append(self.sizes[rank - 1])
    let pivots = try Buffer(sizes, .int32, target)
    let out = try Buffer(columns: self.sizes, dtype, target)
    let factors = try Factors(.ldl, buffer, out: out, pivots: pivots)
    return (Tensor(out), Tensor(pivots), factors)
  }

  /// The solution of `A X = B` for symmetric A of which these, and the pivots, are the factors that
  /// `ldlFactor` gives. Batches broadcast. Not differentiable.
  ///
  ///     let x = try ld.ldlSolve(pivots, b)
  public func ldlSolve(_ pivots: Tensor, _ b: Tensor) throws -> Tensor {
    try requireSquare("ldlSolve")
    try requireRows(b, "ldlSolve")
    guard pivots.dtype == .int32, pivots.shape == Array(shape.dropLast()) else {
      throw TensorError.shape(
        operation: "ldlSolve", shapes: [shape, pivots.shape],
        reason: "the pivots must be int32, of shape \(Array(shape.dropLast()))")
    }
    try sameDevice(self, pivots, "ldlSolve")
    guard !Mode.isRecording || history == nil && b.history == nil else {
      throw TensorError.autograd("ldlSolve has no derivative; use solve")
    }
    let batch = try sharedBatch(b, "ldlSolve")
    let (ld, b) = try aligned(
      overBatch(batch).along(pivots.buffer, "ldlSolve"), b.overBatch(batch), "ldlSolve")
    var pivotSizes = batch
    pivotSizes.append(sizes[rank - 1])
    let out = try Buffer(columns: b.sizes, dtype, b.target)
    try out.backend.solve(
      .ldl, out, ld.buffer, pivots.buffer.contiguous().expanded(to: pivotSizes), b.buffer)
    return Tensor(out)
  }
}
