/// The Moore-Penrose inverse, whose derivative needs no more than itself while the rank stays.
struct PseudoInverse: Primitive {
  static var kind: PrimitiveKind { .pseudoInverse }
  var name: String { "pinv" }
  var fusion: FusionClass { .opaque }

  /// - Parameter compute: Gives the inverse of x, unrecorded.
  func callAsFunction(_ x: Tensor, _ compute: (Tensor) throws -> Tensor) throws -> Tensor {
    let inverse = try Mode.with(.unrecorded) { try compute(x.detached()) }
    return try record(inverse.buffer, x)
  }

  func saves(_ needs: Needs) -> Saves { [.x, .output] }

  /// Golub, Pereyra, "The differentiation of pseudo-inverses and nonlinear least squares problems
  /// whose variables separate", 1973: `dX = -X dA X + X X^T dA^T (1 - A X) + (1 - X A) dA^T X^T X`.
  func backward(_ g: Tensor, _ record: Recorded<PseudoInverse>) throws {
    let a = try record.x
    let x = try record.output
    let xT = try x.transposedMatrix()
    let gT = try g.transposedMatrix()
    let left = try gT.times(x)
    let right = try x.times(gT)
    let first = try xT.times(g).times(xT)
    let second = try (left - a.times(x.times(left))).times(xT)
    let third = try xT.times(right - right.times(x).times(a))
    try record.sendX(second + third - first)
  }
}
