/// The symmetric root of symmetric positive semidefinite matrices, from their lower triangles.
struct SymmetricRoot: Primitive {
  static var kind: PrimitiveKind { .symmetricRoot }
  var name: String { "matrixSqrth" }
  var fusion: FusionClass { .opaque }

  /// Square matrices of float32 or float64.
  func callAsFunction(_ x: Tensor) throws -> Tensor {
    let root = try Mode.with(.unrecorded) {
      let (values, vectors) = try SymmetricEigen.factors(x.detached())
      let roots = try values.clamp(min: 0).sqrt()
      return try (vectors * roots.unsqueezed(-2)).times(vectors.transposedMatrix())
    }
    return try record(root.buffer, x)
  }

  func saves(_ needs: Needs) -> Saves { .output }

  /// `R dR + dR R = dA`, which the eigenvectors of R make diagonal: also where eigenvalues are
  /// equal, unlike the derivative of these.
  func backward(_ g: Tensor, _ record: Recorded<SymmetricRoot>) throws {
    let (roots, vectors) = try SymmetricEigen.factors(record.output)
    let transposed = try vectors.transposedMatrix()
    let symmetric = try (g + g.transposedMatrix()) * 0.5
    let turned = try transposed.times(symmetric).times(vectors)
    let sums = try roots.unsqueezed(-1) + roots.unsqueezed(-2)
    try record.sendX(vectors.times(turned.dividedUnlessZero(by: sums)).times(transposed))
  }
}
