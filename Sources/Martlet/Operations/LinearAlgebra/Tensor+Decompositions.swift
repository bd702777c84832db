/// The parts of a QR decomposition that are wanted.
public enum QRMode: Sendable {
  /// Q of as many columns as A has rows or columns, whichever are fewer.
  case reduced
  /// A square Q.
  case complete
  /// R alone; Q is empty.
  case r
}

/// Which triangle of symmetric matrices is read.
public enum Triangle: Sendable {
  /// The diagonal and what is below.
  case lower
  /// The diagonal and what is above.
  case upper
}

extension Tensor {
  /// The triangular L with `A = L L^T` for each symmetric positive definite matrix `[..., n, n]`,
  /// or with `upper` the U with `A = U^T U`. Only that triangle of A is read.
  ///
  ///     let l = try covariance.cholesky()
  ///
  /// - Throws: `TensorError.argument` naming the matrix of the batch that is not positive definite.
  public func cholesky(upper: Bool = false) throws -> Tensor {
    let (l, factors) = try choleskyFactors(upper, "cholesky")
    try factors.require("cholesky") {
      "is not positive definite (its leading minor of order \($0) is not positive)"
    }
    return l
  }

  /// `cholesky` without an error for matrices that are not positive definite: `info` `[...]`,
  /// int32, is 0 or the order of the leading minor that is not positive, and L means nothing there.
  ///
  ///     let (l, info) = try covariances.choleskyEx()
  public func choleskyEx(upper: Bool = false) throws -> (l: Tensor, info: Tensor) {
    let (l, factors) = try choleskyFactors(upper, "choleskyEx")
    try factors.requireFinite("choleskyEx")
    return (l, Tensor(factors.info))
  }

  private func choleskyFactors(_ upper: Bool, _ operation: String) throws -> (Tensor, Factors) {
    try requireSquare(operation)
    if !upper { return try Cholesky.callAsFunction(self) }
    let (l, factors) = try Cholesky.callAsFunction(transposedMatrix())
    return (try l.transposedMatrix(), factors)
  }

  /// Q with orthonormal columns and upper triangular R with `A = Q R`, for each matrix `[..., m,
  /// n]`: Q `[..., m, k]` and R `[..., k, n]` with `k = min(m, n)`, or m in mode `.complete`.
  ///
  ///     let (q, r) = try x.qr()
  ///
  /// Derivatives need full rank, and in mode `.complete` no more rows than columns.
  public func qr(_ mode: QRMode = .reduced) throws -> (q: Tensor, r: Tensor) {
    try requireMatrices("qr")
    guard mode == .r else { return try QR.factors(self, complete: mode == .complete) }
    let none = try Tensor(Buffer(Dims(repeating: 0, rank: 1), dtype, target))
    if history != nil && Mode.isRecording {
      return (none, try QR.factors(self, complete: false).r)
    }
    let n = sizes[rank - 1]
    let parts = PackedMatrices(.columns(Swift.min(sizes[rank - 2], n), n))
    let factors = try Factors(.r, buffer, parts)
    try factors.require("qr")
    return (none, try parts.split(Tensor(factors.out))[0])
  }

  /// Eigenvalues `[..., n]`, ascending, and orthonormal eigenvectors, as columns, of symmetric
  /// matrices `[..., n, n]`: `A = V diag(L) V^T`. One triangle is read.
  ///
  ///     let (values, vectors) = try covariance.eigh()
  ///
  /// Vectors are unique up to their sign and, for equal eigenvalues, up to rotations: only losses
  /// that do not depend on these have derivatives.
  public func eigh(_ triangle: Triangle = .lower) throws -> (values: Tensor, vectors: Tensor) {
    try requireSquare("eigh")
    return try SymmetricEigen.factors(triangle == .lower ? self : transposedMatrix())
  }

  /// The eigenvalues `[..., n]` of symmetric matrices, ascending.
  ///
  ///     let curvature = try hessian.eigvalsh()
  public func eigvalsh(_ triangle: Triangle = .lower) throws -> Tensor {
    try requireSquare("eigvalsh")
    return try SymmetricEigenvalues.callAsFunction(
      triangle == .lower ? self : transposedMatrix())
  }

  /// Singular values `[..., k]`, descending, with the left singular vectors as columns of U and the
  /// right ones as rows of V^T, of matrices `[..., m, n]`, with `k = min(m, n)`: `A = U[..., :k]
  /// diag(S) V^T[:k]`. With `fullMatrices` U and V^T are square.
  ///
  ///     let (u, s, vh) = try x.svd(fullMatrices: false)
  ///
  /// Derivatives as for `eigh`, and not of losses that depend on the vectors beyond k.
  public func svd(fullMatrices: Bool = true) throws -> (u: Tensor, s: Tensor, vh: Tensor) {
    try requireMatrices("svd")
    let (u, s, v) = try SVD.factors(
      self, complete: fullMatrices && sizes[rank - 2] != sizes[rank - 1])
    return (u, s, v)
  }

  /// The singular values `[..., min(m, n)]` of matrices `[..., m, n]`, descending.
  ///
  ///     let condition = try x.svdvals()
  public func svdvals() throws -> Tensor {
    try requireMatrices("svdvals")
    return try SingularValues.callAsFunction(self)
  }

  /// Eigenvalues `[..., n]` and right eigenvectors of length 1, as columns, of any square matrices
  /// `[..., n, n]` whose eigenvalues are real: `A V = V diag(L)`.
  ///
  ///     let (values, vectors) = try transitions.eig()
  ///
  /// - Throws: `TensorError.argument` naming the matrix of the batch with complex eigenvalues.
  public func eig() throws -> (values: Tensor, vectors: Tensor) {
    try requireSquare("eig")
    return try Eigen.factors(self)
  }

  /// The eigenvalues `[..., n]` of any square matrices, if all are real.
  ///
  ///     let rates = try transitions.eigvals()
  public func eigvals() throws -> Tensor {
    try requireSquare("eigvals")
    if history != nil && Mode.isRecording { return try Eigen.factors(self).values }
    let factors = try Factors(.eigenvalues, buffer, PackedMatrices(.list(sizes[rank - 1])))
    try factors.require("eigvals")
    return Tensor(factors.out)
  }
}
