/// The determinant, or the logarithm of its absolute value, by LU factors.
struct Determinant: Primitive {
  static var kind: PrimitiveKind { .determinant }

  var isLogarithm: Bool
  var factors: Factors
  var pivots: Buffer

  var name: String { isLogarithm ? "slogdet" : "det" }
  var fusion: FusionClass { .opaque }

  /// Square matrices of float32 or float64.
  static func callAsFunction(_ x: Tensor, logarithm: Bool) throws -> (value: Tensor, sign: Tensor) {
    let (pivots, factors) = try LU.factor(x.buffer)
    try factors.requireFinite(logarithm ? "slogdet" : "det")
    let (value, sign) = try Mode.with(.unrecorded) {
      let diagonal = try Tensor(factors.out).matrixDiagonal()
      let unmoved = Tensor.arange(1, x.sizes[x.rank - 1] + 1, dtype: .int32, device: x.device)
      let exchanges = try (Tensor(pivots) .!= unmoved).sum(-1)
      let parity = try (1 - exchanges % 2 * 2).to(x.dtype)
      return logarithm
        ? (try diagonal.abs().log().sum(-1), try diagonal.sign().prod(-1) * parity)
        : (try diagonal.prod(-1) * parity, parity)
    }
    let primitive = Determinant(isLogarithm: logarithm, factors: factors, pivots: pivots)
    return (try primitive.record(value.buffer, x), sign)
  }

  func saves(_ needs: Needs) -> Saves { isLogarithm ? .x : [.x, .output] }

  func backward(_ g: Tensor, _ record: Recorded<Determinant>) throws {
    let x = try record.x
    let weight = try g.unsqueezed(-1).unsqueezed(-1)
    if isLogarithm || factors.firstFailure == nil {
      try factors.require(name) { _ in
        "is singular, and there the logarithm of the determinant has no derivative"
      }
      let inverse = try Solve(known: .lu(factors.out, pivots: pivots), transposed: true)(
        x, x.identity())
      let value = isLogarithm ? inverse : try inverse * record.output.unsqueezed(-1).unsqueezed(-1)
      try record.sendX(weight * value)
      return
    }
    // Of singular matrices the cofactors, from the products of all singular values but one.
    let (u, s, v) = try SVD.factors(x, complete: false)
    let sign = try Mode.with(.unrecorded) {
      try Determinant.callAsFunction(u.detached(), logarithm: true).sign
        * Determinant.callAsFunction(v.detached(), logarithm: true).sign
    }
    let n = x.sizes[x.rank - 1]
    let others = try s.reshape([s.count / n, n]).withoutEach().prod(2).reshape(s.shape)
    let cofactors = try (u * others.unsqueezed(-2)).times(v)
    try record.sendX(weight * sign.unsqueezed(-1).unsqueezed(-1) * cofactors)
  }
}

extension Tensor {
  /// Identity matrices of the shape of these matrices: a view of one.
  func identity() throws -> Tensor {
    let one = Tensor.eye(sizes[rank - 1], dtype: dtype, device: device)
    return try View.expand(one, to: sizes)
  }
}
