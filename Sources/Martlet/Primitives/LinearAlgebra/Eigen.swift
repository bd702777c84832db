/// Eigenvalues and right eigenvectors of any square matrices, if all are real: packed.
struct Eigen: Primitive {
  static var kind: PrimitiveKind { .eigen }
  var name: String { "eig" }
  var fusion: FusionClass { .opaque }

  /// Square matrices of float32 or float64.
  static func factors(_ x: Tensor) throws -> (values: Tensor, vectors: Tensor) {
    let factors = try Factors(.eigen, x.buffer, parts(x))
    try factors.require("eig")
    let both = try parts(x).split(Eigen().record(factors.out, x))
    return (both[0], both[1])
  }

  private static func parts(_ x: Tensor) -> PackedMatrices {
    let n = x.sizes[x.rank - 1]
    return PackedMatrices(.list(n), .columns(n, n))
  }

  func saves(_ needs: Needs) -> Saves { [.x, .output] }

  /// `V^-T (diag(g_L) + (V^T G_V - V^T V diag(V^T G_V)) / E) V^T` with `E_ij = l_j - l_i`: the
  /// vectors keep their length.
  func backward(_ g: Tensor, _ record: Recorded<Eigen>) throws {
    let parts = try Eigen.parts(record.x)
    let factors = try parts.split(record.output)
    let gradients = try parts.split(g)
    let (values, vectors) = (factors[0], factors[1])
    let transposed = try vectors.transposedMatrix()
    let turned = try transposed.times(gradients[1])
    let lengths = try turned.matrixDiagonal().unsqueezed(-2)
    let free = try turned - transposed.times(vectors * lengths)
    let inner = try free.dividedUnlessZero(by: values.gaps()) + gradients[0].diagEmbed()
    try record.sendX(transposed.solve(inner.times(transposed)))
  }
}
