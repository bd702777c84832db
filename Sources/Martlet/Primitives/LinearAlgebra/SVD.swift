/// Singular values, descending, and vectors of `A = U diag(S) V^T`: packed as S, U, V^T.
struct SVD: Primitive {
  static var kind: PrimitiveKind { .svd }

  /// U and V are square.
  var isComplete: Bool

  var name: String { "svd" }
  var fusion: FusionClass { .opaque }

  /// Matrices of float32 or float64.
  static func factors(_ x: Tensor, complete: Bool) throws -> (u: Tensor, s: Tensor, v: Tensor) {
    let all = try parts(x, complete).split(
      SVD(isComplete: complete).record(packed(x, complete: complete), x))
    return (all[1], all[0], all[2])
  }

  static func packed(_ x: Tensor, complete: Bool) throws -> Buffer {
    let factors = try Factors(complete ? .completeSVD : .svd, x.buffer, parts(x, complete))
    try factors.require("svd")
    return factors.out
  }

  static func parts(_ x: Tensor, _ complete: Bool) -> PackedMatrices {
    let m = x.sizes[x.rank - 2]
    let n = x.sizes[x.rank - 1]
    let k = min(m, n)
    return PackedMatrices(.list(k), .rows(m, complete ? m : k), .rows(complete ? n : k, n))
  }

  func saves(_ needs: Needs) -> Saves { [.x, .output] }

  /// With `E_ij = s_j^2 - s_i^2` and `skew(X) = X - X^T`: `U (skew(U^T G_U) / E S + S skew(V^T G_V)
  /// / E + diag(g_S)) V^T`, and what of G_U and G_V lies outside of the spaces of U and V.
  func backward(_ g: Tensor, _ record: Recorded<SVD>) throws {
    let x = try record.x
    let m = x.sizes[x.rank - 2]
    let n = x.sizes[x.rank - 1]
    let k = min(m, n)
    let parts = SVD.parts(x, isComplete)
    let factors = try parts.split(record.output)
    let gradients = try parts.split(g)
    try requireNoGradient(gradients[1], dim: -1, beyond: k)
    try requireNoGradient(gradients[2], dim: -2, beyond: k)
    let s = factors[0]
    let u = try factors[1].narrow(-1, start: 0, length: k)
    let v = try factors[2].narrow(-2, start: 0, length: k)
    let gU = try gradients[1].narrow(-1, start: 0, length: k)
    let gV = try gradients[2].narrow(-2, start: 0, length: k)
    let (row, column) = (try s.unsqueezed(-2), try s.unsqueezed(-1))
    let gaps = try s.gaps(ofSquares: true)
    let uu = try u.transposedMatrix().times(gU)
    let vv = try v.times(gV.transposedMatrix())
    func turned(_ x: Tensor) throws -> Tensor {
      try (x - x.transposedMatrix()).dividedUnlessZero(by: gaps)
    }
    let inner = try turned(uu) * row + column * turned(vv) + gradients[0].diagEmbed()
    var dx = try u.times(inner).times(v)
    if m > k {
      let outside = try (gU - u.times(uu)).dividedUnlessZero(by: row)
      dx = try dx + outside.times(v)
    }
    if n > k {
      let outside = try (gV - vv.transposedMatrix().times(v)).dividedUnlessZero(by: column)
      dx = try dx + u.times(outside)
    }
    try record.sendX(dx)
  }

  /// The vectors that complete U and V are any: a loss that depends on them has no derivative.
  private func requireNoGradient(_ g: Tensor, dim: Int, beyond k: Int) throws {
    let further = try g.size(dim) - k
    guard further > 0 else { return }
    let rest = try (g.detached().narrow(dim, start: k, length: further) .!= 0).ofAllExamples
    if rest.device.hasElements, try rest.any().item(Bool.self) {
      throw TensorError.autograd(
        "svd: the singular vectors beyond the first \(k) have no derivative; use fullMatrices:"
          + " false")
    }
  }
}

/// The singular values alone, which have derivatives also where some are equal.
struct SingularValues: Primitive {
  static var kind: PrimitiveKind { .singularValues }

  /// Values and vectors, if there will be a derivative.
  var factors: Buffer?

  var name: String { "svdvals" }
  var fusion: FusionClass { .opaque }

  /// Matrices of float32 or float64.
  static func callAsFunction(_ x: Tensor) throws -> Tensor {
    if x.history != nil && Mode.isRecording {
      let packed = try SVD.packed(x, complete: false)
      let values = try SVD.parts(x, false).split(Tensor(packed))[0]
      return try SingularValues(factors: packed).record(values.buffer, x)
    }
    let k = min(x.sizes[x.rank - 2], x.sizes[x.rank - 1])
    let factors = try Factors(.singularValues, x.buffer, PackedMatrices(.list(k)))
    try factors.require("svdvals")
    return Tensor(factors.out)
  }

  func saves(_ needs: Needs) -> Saves { .x }

  func backward(_ g: Tensor, _ record: Recorded<SingularValues>) throws {
    let x = try record.x
    let (u, v): (Tensor, Tensor)
    if let factors, !Mode.isRecording {
      let all = try SVD.parts(x, false).split(Tensor(factors))
      (u, v) = (all[1], all[2])
    } else {
      let all = try SVD.factors(x, complete: false)
      (u, v) = (all.u, all.v)
    }
    try record.sendX((u * g.unsqueezed(-2)).times(v))
  }
}
