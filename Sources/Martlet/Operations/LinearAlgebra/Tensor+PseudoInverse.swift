extension Tensor {
  /// The Moore-Penrose inverses `[..., n, m]` of matrices `[..., m, n]`. Singular values up to
  /// `max(atol, rtol * greatest)` count as 0; without tolerances `rtol` is the dtype's epsilon
  /// times `max(m, n)`. With `hermitian` matrices are symmetric, and only their lower triangles are
  /// read.
  ///
  ///     let inverse = try design.pinv()
  ///
  /// The derivative is that with the rank kept.
  public func pinv(atol: Double? = nil, rtol: Double? = nil, hermitian: Bool = false) throws
    -> Tensor
  {
    try pinv(
      atol: atol.map { Tensor.full([], $0, dtype: .float64, device: device) },
      rtol: rtol.map { Tensor.full([], $0, dtype: .float64, device: device) }, hermitian: hermitian)
  }

  /// `pinv` with tolerances for each matrix, which broadcast to the batch.
  ///
  ///     let inverse = try design.pinv(atol: nil, rtol: Tensor(1e-4))
  public func pinv(atol: Tensor?, rtol: Tensor?, hermitian: Bool = false) throws -> Tensor {
    try hermitian ? requireSquare("pinv") : requireMatrices("pinv")
    return try PseudoInverse()(self) { x in
      if hermitian {
        let (values, vectors) = try SymmetricEigen.factors(x)
        let inverse = try values.inverted(above: x.tolerance(values.abs(), atol, rtol, "pinv"))
        return try (vectors * inverse.unsqueezed(-2)).times(vectors.transposedMatrix())
      }
      let (u, s, v) = try SVD.factors(x, complete: false)
      let inverse = try s.inverted(above: x.tolerance(s, atol, rtol, "pinv"))
      return try (v.transposedMatrix() * inverse.unsqueezed(-2)).times(u.transposedMatrix())
    }
  }

  /// How many singular values, or absolute eigenvalues with `hermitian`, are greater than the
  /// tolerance, which is as in `pinv`: int64 `[...]`.
  ///
  ///     let independent = try features.matrixRank()
  public func matrixRank(atol: Double? = nil, rtol: Double? = nil, hermitian: Bool = false) throws
    -> Tensor
  {
    try matrixRank(
      atol: atol.map { Tensor.full([], $0, dtype: .float64, device: device) },
      rtol: rtol.map { Tensor.full([], $0, dtype: .float64, device: device) }, hermitian: hermitian)
  }

  /// `matrixRank` with tolerances for each matrix, which broadcast with the batch.
  ///
  ///     let independent = try features.matrixRank(atol: Tensor(1e-3), rtol: nil)
  public func matrixRank(atol: Tensor?, rtol: Tensor?, hermitian: Bool = false) throws -> Tensor {
    let x = detached()
    let values = try hermitian ? x.eigvalsh().abs() : x.svdvals()
    return try x.countAbove(values, atol: atol, rtol: rtol, "matrixRank")
  }

  /// How many of the singular or eigenvalues of these matrices do not count as 0.
  func countAbove(_ values: Tensor, atol: Tensor?, rtol: Tensor?, _ operation: String) throws
    -> Tensor
  {
    try (values .> tolerance(values, atol, rtol, operation)).sum(-1)
  }

  /// Up to which absolute value `[..., 1]` singular or eigenvalues of these matrices count as 0.
  private func tolerance(
    _ values: Tensor, _ atol: Tensor?, _ rtol: Tensor?, _ operation: String
  ) throws -> Tensor {
    try requireDevice(self, atol, rtol, operation: operation)
    let epsilon = dtype == .float32 ? Double(Float.ulpOfOne) : Double.ulpOfOne
    let usual = epsilon * Double(Swift.max(sizes[rank - 1], sizes[rank - 2]))
    let greatest =
      values.sizes[values.rank - 1] == 0
      ? Tensor.zeros(values.shape.dropLast() + [1], dtype: dtype, device: device)
      : try values.amax(-1, keepDim: true)
    let absolute = try (atol ?? Tensor.zeros([], device: device)).to(dtype).unsqueezed(-1)
    let relative =
      try rtol.map { try $0.to(dtype).unsqueezed(-1) }
      ?? Tensor.full([], usual, dtype: dtype, device: device).filled(0, where: absolute .> 0)
    return try absolute.maximum(relative * greatest)
  }

  /// Reciprocals of the values whose absolute value is above a tolerance, zeros for the others.
  private func inverted(above tolerance: Tensor) throws -> Tensor {
    let none = try abs() .<= tolerance
    return try filled(1, where: none).reciprocal().filled(0, where: none)
  }
}
