// Products of Householder reflections `H_i = 1 - tau_i v_i v_i^T`, where v_i is column i of a
// matrix with 1 on the diagonal and 0 above: how `geqrf` gives Q.
extension Tensor {
  /// R and reflections of a QR decomposition in one matrix `[..., m, n]`: R in its upper triangle,
  /// and below the vectors of the reflections, whose factors tau `[..., min(m, n)]` come second.
  /// Not differentiable; `qr` is.
  ///
  ///     let (a, tau) = try x.geqrf()
  public func geqrf() throws -> (a: Tensor, tau: Tensor) {
    try requireMatrices("geqrf")
    let m = sizes[rank - 2]
    let n = sizes[rank - 1]
    let parts = PackedMatrices(.columns(m, n), .list(Swift.min(m, n)))
    let factors = try Factors(.reflectors, buffer, parts)
    try factors.require("geqrf")
    let both = try parts.split(Tensor(factors.out))
    return (both[0], both[1])
  }

  /// The first n columns of the product `H_1 H_2 ... H_k` of the reflections given by these `[...,
  /// m, n]` and tau `[..., k]`, with `m >= n >= k`.
  ///
  ///     let q = try a.householderProduct(tau)
  public func householderProduct(_ tau: Tensor) throws -> Tensor {
    let (v, t) = try reflections(tau, "householderProduct")
    let n = sizes[rank - 1]
    guard sizes[rank - 2] >= n else {
      throw TensorError.shape(
        operation: "householderProduct", shapes: [shape, tau.shape],
        reason: "there are fewer rows than columns")
    }
    let top = try v.narrow(-2, start: 0, length: n).transposedMatrix()
    let eye = Tensor.eye(sizes[rank - 2], n, dtype: dtype, device: device)
    return try eye - v.times(t.times(top))
  }

  /// The product of the orthogonal matrix Q `[..., m, m]`, given by these `[..., m, k]` and tau
  /// `[..., k]` as from `geqrf`, and another: `Q other`, or `other Q` with `left: false`; with
  /// `transpose` with Q^T in place of Q.
  ///
  ///     let rotated = try a.ormqr(tau, x, transpose: true)
  public func ormqr(_ tau: Tensor, _ other: Tensor, left: Bool = true, transpose: Bool = false)
    throws -> Tensor
  {
    try requireMatrices("ormqr")
    try requireMatching(other, "ormqr")
    if !left {
      return try ormqr(tau, other.transposedMatrix(), transpose: !transpose).transposedMatrix()
    }
    guard sizes[rank - 2] == other.sizes[other.rank - 2] else {
      throw TensorError.shape(
        operation: "ormqr", shapes: [shape, other.shape],
        reason: "Q has \(sizes[rank - 2]) rows, the other \(other.sizes[other.rank - 2])")
    }
    let (v, t) = try reflections(tau, "ormqr")
    let inner = try v.transposedMatrix().matmul(other)
    return try other - v.matmul((transpose ? t.transposedMatrix() : t).matmul(inner))
  }

  /// V `[..., m, k]` and T `[..., k, k]` with `H_1 H_2 ... H_k = 1 - V T V^T`, where `(1 + D S) T =
  /// D` for D with tau on its diagonal and S the part of `V^T V` above its diagonal.
  ///
  /// Schreiber, Van Loan, "A storage-efficient WY representation for products of Householder
  /// transformations", 1989.
  private func reflections(_ tau: Tensor, _ operation: String) throws -> (v: Tensor, t: Tensor) {
    try requireMatrices(operation)
    try sameDevice(self, tau, operation)
    guard dtype == tau.dtype else {
      throw TensorError.dtype(
        operation: operation, dtypes: [dtype, tau.dtype], reason: "the dtypes must be equal")
    }
    let m = sizes[rank - 2]
    guard tau.rank == rank - 1, tau.shape.dropLast() == shape.dropLast(2),
      tau.sizes[tau.rank - 1] <= Swift.min(m, sizes[rank - 1])
    else {
      throw TensorError.shape(
        operation: operation, shapes: [shape, tau.shape],
        reason: "there is no factor for each of at most as many columns")
    }
    let k = tau.sizes[tau.rank - 1]
    let eye = Tensor.eye(m, k, dtype: dtype, device: device)
    let v = try narrow(-1, start: 0, length: k).tril(-1) + eye
    let above = try v.transposedMatrix().times(v).triu(1)
    let system = try tau.unsqueezed(-1) * above
    return (v, try TriangularSolve(upper: true, unit: true)(system, tau.diagEmbed()))
  }
}
