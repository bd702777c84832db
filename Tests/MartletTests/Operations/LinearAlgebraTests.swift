import Testing

@testable import Martlet

/// Factors multiplied give the matrix again, and solutions solve: over shapes, dtypes and layouts.
@Suite struct LinearAlgebraTests {
  static let shapes = [
    [1, 1], [5, 3], [3, 5], [17, 17], [2, 3, 8, 8], [3, 1, 6, 4], [130, 70], [70, 130], [200, 200],
    [0, 0], [3, 0], [0, 3], [0, 4, 4], [2, 0, 3], [2, 3, 0],
  ]
  static let dtypes = [DType.float32, .float64]
  /// Other memory layouts of the same matrices.
  static let layouts: [@Sendable (Tensor) throws -> Tensor] = [
    { $0 }, { try $0.mT.contiguous().mT }, { try stack([$0, $0], dim: -1)[.ellipsis, 0] },
    { try $0.flip(-1).contiguous().flip(-1) },
    { $0.rank == 2 ? $0 : try $0.transpose(0, -1).contiguous().transpose(0, -1) },
  ]

  private func random(_ shape: [Int], _ dtype: DType, seed: UInt64 = 1) -> Tensor {
    withSeed(seed) { Tensor.randn(shape, dtype: dtype) }
  }

  private func expectClose(
    _ x: Tensor, _ y: Tensor, _ comment: String = "",
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    #expect(x.shape == y.shape, "\(comment)", sourceLocation: sourceLocation)
    #expect(x.dtype == y.dtype, "\(comment)", sourceLocation: sourceLocation)
    guard x.shape == y.shape, x.count > 0 else { return }
    let size = try y.abs().max().item()
    let largest = try (x - y).abs().max().item()
    #expect(
      largest <= (x.dtype == .float32 ? 5e-4 : 1e-11) * (1 + size), "\(comment)",
      sourceLocation: sourceLocation)
  }

  private func identity(_ n: Int, like x: Tensor) throws -> Tensor {
    try Tensor.eye(n, dtype: x.dtype).expanded(Array(x.shape.dropLast(2)) + [n, n])
  }

  @Test(arguments: shapes, dtypes) func decompositions(_ shape: [Int], _ dtype: DType) throws {
    let a = random(shape, dtype)
    let k = min(shape[shape.count - 2], shape[shape.count - 1])
    for layout in Self.layouts {
      let x = try layout(a)
      for mode in [QRMode.reduced, .complete] {
        let (q, r) = try x.qr(mode)
        try expectClose(q.matmul(r), a)
        try expectClose(q.mT.matmul(q), identity(q.shape[q.rank - 1], like: a))
        #expect(try r.tril(-1) == r.zerosLike())
      }
      let r = try x.qr(.r).r
      try expectClose(r.mT.matmul(r), a.mT.matmul(a))
      for full in [false, true] {
        let (u, s, vh) = try x.svd(fullMatrices: full)
        let values = try u.narrow(-1, start: 0, length: k) * s.unsqueezed(-2)
        try expectClose(values.matmul(vh.narrow(-2, start: 0, length: k)), a)
        try expectClose(u.mT.matmul(u), identity(u.shape[u.rank - 1], like: a))
        try expectClose(vh.matmul(vh.mT), identity(vh.shape[vh.rank - 2], like: a))
        try expectClose(x.svdvals(), s)
      }
      let (p, l, u) = try x.lu()
      try expectClose(p.matmul(l).matmul(u), a)
      #expect(try l.triu(1) == l.zerosLike() && u.tril(-1) == u.zerosLike())
      if shape[shape.count - 2] >= shape[shape.count - 1] {
        let (reflectors, tau) = try x.geqrf()
        try expectClose(
          reflectors.householderProduct(tau).matmul(
            reflectors.triu()[
              .ellipsis, .slice(to: k), .all]), a)
        try expectClose(
          reflectors.ormqr(tau, a, transpose: true).narrow(-2, start: 0, length: k),
          reflectors.triu().narrow(-2, start: 0, length: k))
      }
    }
  }

  static let squares = shapes.filter { $0[$0.count - 1] == $0[$0.count - 2] }

  @Test(arguments: squares, dtypes) func ofSquares(_ shape: [Int], _ dtype: DType) throws {
    let n = shape[shape.count - 1]
    let a = random(shape, dtype)
    let positive = try a.matmul(a.mT) + identity(n, like: a) * Double(n + 1)
    let b = random(Array(shape.dropLast()) + [3], dtype, seed: 2)
    for layout in Self.layouts {
      let x = try layout(positive)
      let l = try x.cholesky()
      try expectClose(l.matmul(l.mT), positive)
      #expect(try l.triu(1) == l.zerosLike())
      try expectClose(x.cholesky(upper: true), l.mT)
      try expectClose(x.matmul(layout(b).choleskySolve(layout(l))), b)
      try expectClose(x.matmul(l.choleskyInverse()), identity(n, like: a))
      for triangle in [Triangle.lower, .upper] {
        let (values, vectors) = try x.eigh(triangle)
        try expectClose((vectors * values.unsqueezed(-2)).matmul(vectors.mT), positive)
        try expectClose(x.eigvalsh(triangle), values)
      }
      let (values, vectors) = try x.eig()
      try expectClose(x.matmul(vectors), vectors * values.unsqueezed(-2))
      try expectClose(x.eigvals().sort().values, values.sort().values)
      try expectClose(positive.matmul(x.solve(layout(b))), b)
      try expectClose(x.solve(layout(b.mT), left: false).matmul(positive), b.mT)
      try expectClose(x.matmul(x.inv()), identity(n, like: a))
      let (lu, pivots) = try x.luFactor()
      try expectClose(positive.matmul(layout(lu).luSolve(pivots, layout(b))), b)
      let (ld, exchanges) = try layout(a + a.mT).ldlFactor()
      try expectClose((a + a.mT).matmul(layout(ld).ldlSolve(exchanges, layout(b))), b)
      let root = try x.matrixSqrth()
      try expectClose(root.matmul(root), positive)
      try expectClose(x.logdet(), l.diagonal(dim1: -2, dim2: -1).log().sum(-1) * 2)
      let (rotation, stretch) = try layout(a).polar()
      try expectClose(rotation.matmul(stretch), a)
      try expectClose(rotation.mT.matmul(rotation), identity(n, like: a))
    }
  }

  /// Equations with the transpose, too large for one block, and their derivatives.
  @Test(arguments: [[40, 40], [2, 101, 101]]) func transposedEquations(_ shape: [Int]) throws {
    let a = random(shape, .float64)
    let b = try random(shape, .float64, seed: 2).requiringGrad()
    let (lu, pivots) = try a.luFactor()
    let expected = try a.mT.solve(b.detached())
    try expectClose(a.mT.matmul(expected), b)
    try expectClose(lu.luSolve(pivots, b, adjoint: true), expected)
    try expectClose(lu.luSolve(pivots, b.mT, left: false).mT, expected)
    let gradient = try gradients(of: (a.solve(b) * b.detached()).sum(), for: [b])[0]
    try expectClose(#require(gradient), expected)
    for layout in Self.layouts {
      for upper in [false, true] {
        let dense = try a * 0.01 + a.identity()
        let x = try layout(dense).solveTriangular(b, upper: upper)
        try expectClose((upper ? dense.triu() : dense.tril()).matmul(x), b)
      }
    }
  }

  /// A single thread has to give the bits of several, also where there is one matrix only.
  @Test(arguments: [[600, 8, 8], [40, 64, 64], [300, 300]], dtypes)
  func threads(_ shape: [Int], _ dtype: DType) throws {
    let threads = Threads.count
    defer { Threads.count = threads }
    let x = random(shape, dtype)
    let b = random(shape, dtype, seed: 2)
    let results = try [1, 2, 3].map { count -> [Tensor] in
      Threads.count = count
      let (values, vectors) = try x.eigh()
      let (u, s, vh) = try x.svd()
      let (q, r) = try x.qr()
      let (lu, pivots) = try x.luFactor()
      let l = try (x.matmul(x.mT) + x.identity()).cholesky()
      return try [
        values, vectors, u, s, vh, q, r, lu, pivots, l, x.solve(b), x.inv(), x.slogdet().logabsdet,
        lu.solveTriangular(b, upper: true), b.choleskySolve(l), x.svdvals(), x.eigvalsh(),
      ]
    }
    for other in results.dropFirst() {
      for (i, (a, b)) in zip(results[0], other).enumerated() { #expect(a == b, "result \(i)") }
    }
  }

  @Test func determinants() throws {
    let x = random([4, 3, 3], .float64)
    let (p, _, u) = try x.lu()
    // By Leibniz' formula.
    func entry(_ i: Int, _ j: Int) throws -> Tensor { try x[.all, i, j] }
    var expected = try entry(0, 0) * 0
    for (a, b, c) in [(0, 1, 2), (1, 2, 0), (2, 0, 1)] {
      expected =
        try expected + entry(0, a) * entry(1, b) * entry(2, c)
        - entry(0, a) * entry(1, c) * entry(2, b)
    }
    try expectClose(x.det(), expected)
    let (sign, logarithm) = try x.slogdet()
    try expectClose(sign * logarithm.exp(), expected)
    try expectClose(p.det() * u.det(), expected)
    // Too large to be a float32 number.
    let large = try Tensor.eye(50) * 1e3
    #expect(try large.det().item() == .infinity)
    #expect(abs(try large.slogdet().logabsdet.item() - 50 * 6.907755) < 1e-3)
  }

  @Test func leastSquares() throws {
    for driver in [LeastSquaresDriver.gels, .gelsy, .gelsd, .gelss] {
      let a = random([2, 7, 3], .float64)
      let b = random([2, 7, 4], .float64, seed: 2)
      let tall = try a.lstsq(b, driver: driver)
      try expectClose(tall.solution, a.mT.matmul(a).solve(a.mT.matmul(b)))
      if driver != .gelsy {
        try expectClose(tall.residuals, (a.matmul(tall.solution) - b).square().sum(-2))
      }
      let wide = try a.mT.lstsq(b[.all, .slice(to: 3)], driver: driver).solution
      try expectClose(wide, a.matmul(a.mT.matmul(a).solve(b[.all, .slice(to: 3)])))
      if driver != .gels {
        #expect(try tall.rank.array(of: Int.self) == [3, 3])
        // Of rank 1: the least of all solutions.
        let flat = try a[.ellipsis, .slice(to: 1)].expanded(2, 7, 3)
        let solution = try flat.lstsq(b, rcond: 1e-10, driver: driver)
        #expect(try solution.rank.array(of: Int.self) == [1, 1])
        try expectClose(solution.solution, flat.pinv(rtol: 1e-10).matmul(b))
        try expectClose(
          solution.solution.narrow(-2, start: 0, length: 1),
          solution.solution.narrow(-2, start: 2, length: 1))
      }
    }
    let line = try Tensor([[1.0, 0], [1, 1], [1, 2]], dtype: .float64).lstsq(
      Tensor([1.0, 3, 5], dtype: .float64), driver: .gelsd)
    try expectClose(line.solution, Tensor([1.0, 2], dtype: .float64))
    #expect(line.residuals.shape == [])
  }

  @Test func pseudoInverses() throws {
    let a = try random([3, 6, 2], .float64).matmul(random([3, 2, 5], .float64, seed: 2))
    let x = try a.pinv(rtol: 1e-10)
    // Penrose's four equations.
    try expectClose(a.matmul(x).matmul(a), a)
    try expectClose(x.matmul(a).matmul(x), x)
    try expectClose(a.matmul(x), a.matmul(x).mT)
    try expectClose(x.matmul(a), x.matmul(a).mT)
    #expect(try a.matrixRank().array(of: Int.self) == [2, 2, 2])
    let gram = try a.matmul(a.mT)
    try expectClose(gram.pinv(rtol: 1e-10, hermitian: true), gram.pinv(rtol: 1e-10))
    let scales = try Tensor([0.0, 1e3, 1e-20], dtype: .float64)
    #expect(try a.matrixRank(atol: scales, rtol: nil).array(of: Int.self) == [2, 0, 5])
    #expect(try Tensor.zeros([2, 0, 3]).matrixRank().array(of: Int.self) == [0, 0])
  }

  @Test func norms() throws {
    let a = try Tensor([[1.0, -2], [3, 4], [5, -6]], dtype: .float64)
    let cases: [(MatrixNorm, Double)] = [
      (.frobenius, 91.0.squareRoot()), (.order(1), 12), (.order(-1), 9), (.order(.infinity), 11),
      (.order(-.infinity), 3),
    ]
    for (norm, expected) in cases {
      #expect(abs(try a.matrixNorm(norm).item() - expected) < 1e-12, "\(norm)")
      #expect(try a.matrixNorm(norm, keepDim: true).shape == [1, 1])
    }
    // Singular values are the roots of the eigenvalues of A^T A: 36.36 and 54.64 or so.
    let values = try a.mT.matmul(a).eigvalsh().sqrt()
    try expectClose(a.matrixNorm(.order(2)), values[1])
    try expectClose(a.matrixNorm(.order(-2)), values[0])
    try expectClose(a.matrixNorm(.nuclear), values.sum())
    try expectClose(a.cond(), values[1] / values[0])
    let batch = random([3, 4, 2], .float64)
    try expectClose(
      batch.matrixNorm(.order(1), [2, 0]), batch.movedim([2, 0], [-2, -1]).matrixNorm(.order(1)))
    try expectClose(
      batch.matrixNorm(.nuclear, [0, 1], keepDim: true).reshape(2),
      batch.movedim(2, 0).matrixNorm(.nuclear))
    #expect(try Tensor.zeros([2, 2]).cond(.order(1)).item() == .infinity)
    #expect(try Tensor.zeros([2, 0, 0]).cond(.frobenius) == Tensor.zeros([2]))
  }

  @Test func functions() throws {
    let a = try random([2, 5, 5], .float64) * 0.2 + Tensor.eye(5, dtype: .float64)
    var power = try identity(5, like: a)
    for n in 0..<9 {
      try expectClose(a.matrixPower(n), power)
      try expectClose(a.matrixPower(-n).matmul(power), identity(5, like: a))
      power = try power.matmul(a)
    }
    for scale in [1e-3, 0.1, 3] {
      let x = try (a + a.mT) * scale
      let (values, vectors) = try x.eigh()
      try expectClose(x.matrixExp(), (vectors * values.exp().unsqueezed(-2)).matmul(vectors.mT))
    }
    let chain = [[7, 2], [2, 9], [9, 1], [1, 4]].map { random($0, .float64) }
    try expectClose(multiDot(chain), chain[0].mm(chain[1]).mm(chain[2]).mm(chain[3]))
    let row = random([7], .float64)
    let column = random([4], .float64)
    try expectClose(
      multiDot([row] + chain + [column]), row.dot(multiDot(chain).mv(column)))
    let t = random([4, 6, 8, 3], .float64)
    let inverse = try t.tensorinv()
    #expect(inverse.shape == [8, 3, 4, 6])
    let b = random([4, 6], .float64)
    try expectClose(t.tensorsolve(b), inverse.tensordot(b))
    #expect(try Tensor([2.0, 3]).vander(3) == Tensor([[1.0, 2, 4], [1, 3, 9]]))
  }

  /// Where eigenvalues or singular values are equal, functions of them alone have derivatives.
  @Test func equalEigenvalues() throws {
    let x = Tensor.eye(3, dtype: .float64, requiresGrad: true)
    let two = Tensor.eye(3, dtype: .float64)
    func gradient(_ f: (Tensor) throws -> Tensor) throws -> Tensor {
      try #require(try gradients(of: f(x), for: [x])[0])
    }
    try expectClose(gradient { try $0.svdvals().sum() }, two)
    try expectClose(gradient { try $0.svd().s.sum() }, two)
    try expectClose(gradient { try $0.eigvalsh().square().sum() }, two * 2)
    try expectClose(gradient { try $0.eigh().values.sum() }, two)
    try expectClose(
      gradient { try $0.matrixSqrth().sum() }, Tensor.full([3, 3], 0.5, dtype: .float64))
    let zero = Tensor.zeros([3, 3], dtype: .float64, requiresGrad: true)
    let none = try gradients(of: zero.det(), for: [zero])[0]
    #expect(none == Tensor.zeros([3, 3], dtype: .float64))
  }

  /// Shapes, dtypes and devices without elements.
  @Test func shapesOnly() throws {
    let x = Tensor.zeros([1 << 20, 1 << 10, 1 << 10], device: .null, requiresGrad: true)
    let b = Tensor.zeros([1 << 10, 3], device: .null)
    let wide = Tensor.zeros([5, 1 << 20, 1 << 30], device: .null)
    #expect(try wide.svd(fullMatrices: false).vh.shape == [5, 1 << 20, 1 << 30])
    #expect(try wide.qr().q.shape == [5, 1 << 20, 1 << 20])
    #expect(try wide.luFactor().pivots.shape == [5, 1 << 20])
    #expect(try x.solve(b).shape == [1 << 20, 1 << 10, 3])
    #expect(try x.pinv().shape == x.shape)
    #expect(try x.lstsq(b).rank.shape == [1 << 20])
    let sum =
      try x.det().sum() + x.eigh().values.sum() + x.svd().s.sum() + x.cholesky().sum()
      + x.lu().l.sum() + x.qr().r.sum() + x.matrixExp().sum() + x.inv().sum() + x.eig().values.sum()
    #expect(sum.shape == [] && sum.device == .null)
    #expect(try gradients(of: sum, for: [x])[0]?.shape == x.shape)
  }
}
