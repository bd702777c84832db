import CKernels

/// L and U, in one matrix, of `A = P L U` with rows exchanged by pivots.
struct LU: Primitive {
  static var kind: PrimitiveKind { .lu }

  /// int32 [..., k], counted from 1 as LAPACK does: row i was exchanged with row `pivots[i]`.
  var pivots: Buffer

  var name: String { "lu" }
  var fusion: FusionClass { .opaque }

  /// Matrices of float32 or float64.
  static func callAsFunction(_ x: Tensor) throws -> (lu: Tensor, pivots: Buffer, factors: Factors) {
    let (pivots, factors) = try factor(x.buffer)
    return (try LU(pivots: pivots).record(factors.out, x), pivots, factors)
  }

  static func factor(_ x: Buffer) throws -> (pivots: Buffer, factors: Factors) {
    var sizes = x.batchSizes
    sizes.append(min(x.sizes[x.rank - 2], x.sizes[x.rank - 1]))
    let pivots = try Buffer(sizes, .int32, x.target)
    let out = try Buffer(x.sizes, x.dtype, x.target)
    return (pivots, try Factors(.lu, x, out: out, pivots: pivots))
  }

  /// Where each row of `P^T A` comes from, int64 [..., rows].
  static func order(_ pivots: Buffer, rows: Int) throws -> Tensor {
    var sizes = pivots.sizes
    sizes[sizes.rank - 1] = rows
    let order = try Buffer(sizes, .int64, pivots.target)
    try order.backend.pivotOrder(order, pivots.contiguous())
    return Tensor(order)
  }

  func saves(_ needs: Needs) -> Saves { .output }

  /// With `F = L1^-1 dA1 U1^-1`, where L1 and U1 are the square parts, `dL1 = L1 tril(F, -1)` and
  /// `dU1 = triu(F) U1`; what is below L1 or right of U1 follows from `dA = dL U + L dU`.
  func backward(_ g: Tensor, _ record: Recorded<LU>) throws {
    let lu = try record.output
    let m = lu.sizes[lu.rank - 2]
    let n = lu.sizes[lu.rank - 1]
    let k = min(m, n)
    let square = try lu.narrow(-2, start: 0, length: k).narrow(-1, start: 0, length: k)
    let gSquare = try g.narrow(-2, start: 0, length: k).narrow(-1, start: 0, length: k)
    let l = try square.tril(-1) + Tensor.eye(k, dtype: lu.dtype, device: lu.device)
    let u = try square.triu()
    var lower = try l.transposedMatrix().times(gSquare.tril(-1))
    var upper = try gSquare.triu().times(u.transposedMatrix())
    if n > k {
      let right = try lu.narrow(-1, start: k, length: n - k)
      lower = try lower - g.narrow(-1, start: k, length: n - k).times(right.transposedMatrix())
    }
    if m > k {
      let below = try lu.narrow(-2, start: k, length: m - k)
      upper = try upper - below.transposedMatrix().times(g.narrow(-2, start: k, length: m - k))
    }
    let solveL = TriangularSolve(upper: true, unit: true)
    let solveU = TriangularSolve(upper: true)
    let lT = try l.transposedMatrix()
    /// `x U^-T`, as the transpose of `U^-1 x^T`.
    func fromRight(_ x: Tensor) throws -> Tensor {
      try solveU(u, x.transposedMatrix()).transposedMatrix()
    }
    var permuted = try fromRight(solveL(lT, lower.tril(-1) + upper.triu()))
    if n > k {
      permuted = try cat([permuted, solveL(lT, g.narrow(-1, start: k, length: n - k))], dim: -1)
    }
    if m > k {
      permuted = try cat([permuted, fromRight(g.narrow(-2, start: k, length: m - k))], dim: -2)
    }
    let back = try LU.order(pivots, rows: m).argsort()
    try record.sendX(permuted.takeAlong(back.unsqueezed(-1), -2))
  }
}
