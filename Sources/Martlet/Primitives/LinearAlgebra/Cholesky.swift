/// L in `A = L L^T`, from the lower triangles.
struct Cholesky: Primitive {
  static var kind: PrimitiveKind { .cholesky }
  var name: String { "cholesky" }
  var fusion: FusionClass { .opaque }

  /// Square matrices of float32 or float64.
  static func callAsFunction(_ x: Tensor) throws -> (l: Tensor, factors: Factors) {
    let factors = try Factors(.cholesky, x.buffer, out: Buffer(x.sizes, x.dtype, x.target))
    return (try Cholesky().record(factors.out, x), factors)
  }

  func saves(_ needs: Needs) -> Saves { .output }

  /// Murray, "Differentiation of the Cholesky decomposition", 2016: the symmetric `L^-T
  /// Phi(L^T G) L^-1`.
  func backward(_ g: Tensor, _ record: Recorded<Cholesky>) throws {
    let l = try record.output
    let product = try l.transposedMatrix().times(g)
    let phi = try (product.tril() + product.tril(-1).transposedMatrix()) * 0.5
    let upper = try l.transposedMatrix()
    let left = try TriangularSolve(upper: true)(upper, phi)
    // From the right, as the transpose from the left.
    try record.sendX(
      TriangularSolve(upper: true)(upper, left.transposedMatrix()).transposedMatrix())
  }
}
