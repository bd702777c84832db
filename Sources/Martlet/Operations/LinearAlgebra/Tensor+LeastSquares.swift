/// How least squares problems are solved.
public enum LeastSquaresDriver: Sendable {
  /// By QR, for matrices of full rank.
  case gels
  /// By singular values, of which small ones count as 0. Gives the rank.
  case gelsy
  /// As `gelsy`; gives residuals and singular values as well.
  case gelsd
  /// As `gelsd`.
  case gelss
}

/// What `lstsq` gives.
public struct LeastSquares: Sendable {
  /// X `[..., n, k]` with the least `|A X - B|`, and of these the least |X|.
  public let solution: Tensor
  /// The sums of squares of the columns of `A X - B`, `[..., k]`, where there are more rows than
  /// columns and all matrices have full rank, and the driver is not `.gelsy`; else empty.
  public let residuals: Tensor
  /// The ranks `[...]`, int64; empty with `.gels`.
  public let rank: Tensor
  /// The singular values `[..., min(m, n)]` with `.gelsd` and `.gelss`, else empty.
  public let singularValues: Tensor
}

extension Tensor {
  /// Least squares: the X `[..., n, k]` that brings `A X` closest to B, for these matrices A `[...,
  /// m, n]` and right sides B `[..., m, k]`, or lists `[..., m]` of A's batch sizes.
  ///
  ///     let weights = try features.lstsq(targets).solution
  ///
  /// - Parameters:
  ///   - b: The right-hand sides.
  ///   - rcond: Singular values up to this times the greatest count as 0: by default the dtype's
  ///     epsilon times `max(m, n)`. Of no effect with `.gels`.
  ///   - driver: The method.
  /// - Throws: `TensorError.argument` naming the matrix of the batch that has not full rank, with
  ///   `.gels`.
  public func lstsq(_ b: Tensor, rcond: Double? = nil, driver: LeastSquaresDriver = .gelsy) throws
    -> LeastSquares
  {
    try requireMatrices("lstsq")
    if b.rank >= 1, b.rank == rank - 1, b.shape == Array(shape.dropLast()) {
      let result = try lstsq(b.unsqueezed(-1), rcond: rcond, driver: driver)
      let hasResiduals = result.residuals.rank == rank - 1
      return LeastSquares(
        solution: try result.solution.squeeze(-1),
        residuals: hasResiduals ? try result.residuals.squeeze(-1) : result.residuals,
        rank: result.rank, singularValues: result.singularValues)
    }
    try requireMatching(b, "lstsq")
    let m = sizes[rank - 2]
    let n = sizes[rank - 1]
    guard b.sizes[b.rank - 2] == m else {
      throw TensorError.shape(
        operation: "lstsq", shapes: [shape, b.shape],
        reason: "the numbers of rows differ (\(m) and \(b.sizes[b.rank - 2]))")
    }
    let batch = try sharedBatch(b, "lstsq")
    let a = try overBatch(batch)
    let b = try b.overBatch(batch)
    let none = Tensor.zeros([0], dtype: dtype, device: device)
    if driver == .gels {
      let x = try a.fullRankSolution(b)
      return LeastSquares(
        solution: x, residuals: m > n ? try a.squares(x, b) : none,
        rank: Tensor.zeros([0], dtype: .int64, device: device), singularValues: none)
    }
    let (ranks, values) = try a.ranks(rtol: rcond)
    let full = try (ranks .== Swift.min(m, n)).ofAllExamples
    let isFull = try full.device.hasElements && full.all().item(Bool.self)
    // Where no singular value counts as 0, QR gives the same.
    let x = try isFull && a.count > 0 ? a.fullRankSolution(b) : a.pinv(rtol: rcond).times(b)
    return LeastSquares(
      solution: x, residuals: m > n && isFull && driver != .gelsy ? try a.squares(x, b) : none,
      rank: ranks, singularValues: driver == .gelsy ? none : values)
  }

  /// The singular values of matrices, and how many of them count.
  private func ranks(rtol: Double?) throws -> (ranks: Tensor, values: Tensor) {
    let values = try detached().svdvals()
    let relative = rtol.map { Tensor.full([], $0, dtype: .float64, device: device) }
    return (try countAbove(values, atol: nil, rtol: relative, "lstsq"), values)
  }

  private func squares(_ x: Tensor, _ b: Tensor) throws -> Tensor {
    try (times(x) - b).square().sum(-2)
  }

  private func fullRankSolution(_ b: Tensor) throws -> Tensor {
    let isTall = sizes[rank - 2] >= sizes[rank - 1]
    let (q, r) = try QR.factors(isTall ? self : transposedMatrix(), complete: false)
    try requireFullRank(r.detached())
    if isTall { return try TriangularSolve(upper: true)(r, q.transposedMatrix().times(b)) }
    return try q.times(TriangularSolve(upper: false)(r.transposedMatrix(), b))
  }

  private func requireFullRank(_ r: Tensor) throws {
    let lost = try (r.matrixDiagonal() .== 0).any(-1).ofAllExamples
    guard lost.device.hasElements, r.count > 0 else { return }
    guard let place = try lost.nonzero().unbind(0).first?.array(of: Int.self) else { return }
    throw TensorError.argument(
      operation: "lstsq",
      reason: "\(place.isEmpty ? "the matrix" : "matrix \(place) of the batch") has not full rank;"
        + " use another driver than .gels")
  }
}
