/// Q and R of `A = Q R`, packed: Q with orthonormal columns, R upper triangular.
struct QR: Primitive {
  static var kind: PrimitiveKind { .qr }

  /// Q is square, and R has A's shape.
  var isComplete: Bool

  var name: String { "qr" }
  var fusion: FusionClass { .opaque }

  /// Matrices of float32 or float64.
  static func factors(_ x: Tensor, complete: Bool) throws -> (q: Tensor, r: Tensor) {
    let parts = QR(isComplete: complete).parts(x)
    let factors = try Factors(complete ? .completeQR : .qr, x.buffer, parts)
    try factors.require("qr")
    let both = try parts.split(QR(isComplete: complete).record(factors.out, x))
    return (both[0], both[1])
  }

  private func parts(_ x: Tensor) -> PackedMatrices {
    let m = x.sizes[x.rank - 2]
    let n = x.sizes[x.rank - 1]
    let k = isComplete ? m : min(m, n)
    return PackedMatrices(.columns(m, k), .columns(k, n))
  }

  func saves(_ needs: Needs) -> Saves { [.x, .output] }

  /// For as many columns as rows or fewer, with `M = R G_R^T - G_Q^T Q`: `(G_Q + Q M') R^-T`, where
  /// M' is the symmetric matrix with M's lower triangle. Further columns B of `A = [A1, B]` are `Q
  /// R_B`, so that they add `B G_RB^T` to Q's gradient, and have `Q G_RB` themselves.
  func backward(_ g: Tensor, _ record: Recorded<QR>) throws {
    let x = try record.x
    let m = x.sizes[x.rank - 2]
    let n = x.sizes[x.rank - 1]
    guard !isComplete || m <= n else {
      throw TensorError.autograd(
        "qr: the complete Q of matrices with more rows than columns has no derivative; use"
          + " mode .reduced")
    }
    let parts = parts(x)
    let factors = try parts.split(record.output)
    let gradients = try parts.split(g)
    let (q, r) = (factors[0], factors[1])
    var gQ = gradients[0]
    let gR = gradients[1]
    if m < n {
      let further = try x.narrow(-1, start: m, length: n - m)
      let gFurther = try gR.narrow(-1, start: m, length: n - m)
      gQ = try gQ + further.times(gFurther.transposedMatrix())
      let first = try QR.gradient(
        q, r.narrow(-1, start: 0, length: m), gQ, gR.narrow(-1, start: 0, length: m))
      try record.sendX(cat([first, q.times(gFurther)], dim: -1))
    } else {
      try record.sendX(QR.gradient(q, r, gQ, gR))
    }
  }

  private static func gradient(_ q: Tensor, _ r: Tensor, _ gQ: Tensor, _ gR: Tensor) throws
    -> Tensor
  {
    let m = try r.times(gR.transposedMatrix()) - gQ.transposedMatrix().times(q)
    let symmetric = try m.tril() + m.tril(-1).transposedMatrix()
    let inner = try gQ + q.times(symmetric)
    return try TriangularSolve(upper: true)(r, inner.transposedMatrix()).transposedMatrix()
  }
}
