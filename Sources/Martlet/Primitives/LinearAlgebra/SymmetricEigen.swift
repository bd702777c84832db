/// Eigenvalues, ascending, and eigenvectors of symmetric matrices, from their lower triangles:
/// packed.
struct SymmetricEigen: Primitive {
  static var kind: PrimitiveKind { .symmetricEigen }
  var name: String { "eigh" }
  var fusion: FusionClass { .opaque }

  /// Square matrices of float32 or float64.
  static func factors(_ x: Tensor) throws -> (values: Tensor, vectors: Tensor) {
    let both = try parts(x).split(SymmetricEigen().record(packed(x), x))
    return (both[0], both[1])
  }

  static func packed(_ x: Tensor) throws -> Buffer {
    let factors = try Factors(.symmetricEigen, x.buffer, parts(x))
    try factors.require("eigh")
    return factors.out
  }

  static func parts(_ x: Tensor) -> PackedMatrices {
    let n = x.sizes[x.rank - 1]
    return PackedMatrices(.list(n), .columns(n, n))
  }

  func saves(_ needs: Needs) -> Saves { [.x, .output] }

  /// The symmetric `V (diag(g_L) + skew(V^T G_V) / E) V^T` with `E_ij = l_j - l_i` and `skew(X) =
  /// (X
  /// - X^T) / 2`.
  func backward(_ g: Tensor, _ record: Recorded<SymmetricEigen>) throws {
    let parts = try SymmetricEigen.parts(record.x)
    let factors = try parts.split(record.output)
    let gradients = try parts.split(g)
    let (values, vectors) = (factors[0], factors[1])
    let turned = try vectors.transposedMatrix().times(gradients[1])
    let skew = try (turned - turned.transposedMatrix()) * 0.5
    let inner = try skew.dividedUnlessZero(by: values.gaps()) + gradients[0].diagEmbed()
    try record.sendX(vectors.times(inner).times(vectors.transposedMatrix()))
  }
}

/// The eigenvalues alone, which have derivatives also where some are equal.
struct SymmetricEigenvalues: Primitive {
  static var kind: PrimitiveKind { .symmetricEigenvalues }

  /// Values and vectors, if there will be a derivative.
  var factors: Buffer?

  var name: String { "eigvalsh" }
  var fusion: FusionClass { .opaque }

  /// Square matrices of float32 or float64.
  static func callAsFunction(_ x: Tensor) throws -> Tensor {
    if x.history != nil && Mode.isRecording {
      let packed = try SymmetricEigen.packed(x)
      let values = try SymmetricEigen.parts(x).split(Tensor(packed))[0]
      return try SymmetricEigenvalues(factors: packed).record(values.buffer, x)
    }
    let factors = try Factors(
      .symmetricEigenvalues, x.buffer, PackedMatrices(.list(x.sizes[x.rank - 1])))
    try factors.require("eigvalsh")
    return Tensor(factors.out)
  }

  func saves(_ needs: Needs) -> Saves { .x }

  func backward(_ g: Tensor, _ record: Recorded<SymmetricEigenvalues>) throws {
    let x = try record.x
    let vectors =
      if let factors, !Mode.isRecording {
        try SymmetricEigen.parts(x).split(Tensor(factors))[1]
      } else {
        try SymmetricEigen.factors(x).vectors
      }
    try record.sendX((vectors * g.unsqueezed(-2)).times(vectors.transposedMatrix()))
  }
}
