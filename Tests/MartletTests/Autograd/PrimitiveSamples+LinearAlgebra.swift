@testable import Martlet

/// Symmetric positive definite matrices.
func positiveDefinite(_ x: Tensor) throws -> Tensor {
  try x.matmul(x.mT) + x.identity()
}

/// Matrices with eigenvalues, or singular values, that are far apart.
func spread(_ x: Tensor) throws -> Tensor {
  let (m, n) = (x.shape[x.rank - 2], x.shape[x.rank - 1])
  let places = try Tensor.arange(m, dtype: x.dtype).unsqueezed(1)
  return try x * 0.2 + Tensor.eye(m, n, dtype: x.dtype) * (places.square() + 1)
}

func symmetric(_ x: Tensor) throws -> Tensor { try (x + x.mT) * 0.5 }

extension PrimitiveSample {
  static func linearAlgebra(_ kind: PrimitiveKind) throws -> [PrimitiveSample] {
    switch kind {
    case .cholesky:
      try squares("lower") { try positiveDefinite($0).cholesky() }
        + squares("upper") { try positiveDefinite($0).cholesky(upper: true) }
    case .lu:
      try matrices("LU") { try $0.luFactor().lu }
        + squares("solve") { x in
          let (lu, pivots) = try spread(x).luFactor()
          return try lu.luSolve(pivots, x) + lu.luSolve(pivots, x, left: false, adjoint: true)
        }
    case .qr:
      try matrices("Q") { try spread($0).qr().q } + matrices("R") { try spread($0).qr().r }
        + matrices("R alone") { try spread($0).qr(.r).r }
        + matrices("complete Q of a wide one", [[2, 3], [2, 1, 3]]) {
          let (q, r) = try spread($0).qr(.complete)
          return try q.matmul(r.square())
        }
    case .symmetricEigen:
      try squares("both") { x in
        let (values, vectors) = try symmetric(spread(x)).eigh()
        return try vectors.square() * values.unsqueezed(-2)
      }
        + squares("upper") { try symmetric(spread($0)).eigh(.upper).vectors.square() }
    case .symmetricEigenvalues:
      try squares("values") { try symmetric(spread($0)).eigvalsh() }
    case .svd:
      try matrices("U") { try spread($0).svd(fullMatrices: false).u.square() }
        + matrices("V") { try spread($0).svd(fullMatrices: false).vh.square() }
        + matrices("S of all") { try spread($0).svd().s.square() }
        + matrices("a product") { x in
          let (u, s, vh) = try spread(x).svd(fullMatrices: false)
          return try (u * s.exp().unsqueezed(-2)).matmul(vh)
        }
    case .singularValues: try matrices("values") { try spread($0).svdvals() }
    case .eigen:
      try squares("both") { x in
        let (values, vectors) = try spread(x).eig()
        return try vectors.square() * values.unsqueezed(-2)
      }
        + squares("values") { try spread($0).eigvals() }
    case .solve: try solutions()
    case .triangularSolve: try triangularSolutions()
    case .determinant:
      try squares("det") { try $0.det() } + squares("logdet") { try positiveDefinite($0).logdet() }
        + squares("slogdet") { try spread($0).slogdet().logabsdet }
        + [
          PrimitiveSample(
            "det of a singular one",
            [try Tensor([[1.0, 2, 3], [2, 4, 6], [0, 1, -1]], dtype: .float64)]
          ) { try $0[0].det() }
        ]
    case .pseudoInverse:
      try matrices("full rank") { try spread($0).pinv() }
        + squares("symmetric") { try symmetric(spread($0)).pinv(hermitian: true) }
        + matrices("rank 1", [[2, 3], [2, 2, 4]]) { x in
          let (u, v) = (try x.select(-2, 0), try x.select(-2, 1))
          return try (u.unsqueezed(-1) * v.unsqueezed(-2)).pinv(rtol: 1e-8)
        }
        + [
          PrimitiveSample(
            "least squares", [try numbers(anywhere, [4, 2]), try numbers(anywhere, [4, 2], 3)]
          ) { try $0[0].pinv().mm($0[1]) }
        ]
    case .matrixExponential:
      try squares("small") { try $0.matrixExp() }
        + squares("large") { try ($0 * 5 - $0.identity() * 9).matrixExp() }
    case .symmetricRoot: try squares("root") { try positiveDefinite($0).matrixSqrth() }
    default: []
    }
  }

  private static func matrices(
    _ name: String, _ shapes: [[Int]] = [[3, 3], [3, 2], [2, 3], [2, 1, 3, 2], [0, 2, 3]],
    _ function: @escaping @Sendable (Tensor) throws -> Tensor
  ) throws -> [PrimitiveSample] {
    try shapes.map { shape in
      PrimitiveSample("\(name) of \(shape)", [try numbers(anywhere, shape)]) { try function($0[0]) }
    }
  }

  private static func squares(
    _ name: String, _ function: @escaping @Sendable (Tensor) throws -> Tensor
  ) throws -> [PrimitiveSample] {
    try matrices(name, [[3, 3], [1, 1], [2, 2, 2], [2, 0, 0]], function)
      + [
        PrimitiveSample("\(name) of a transposed one", [try numbers(anywhere, [3, 3], 2)]) {
          try function($0[0].mT)
        }
      ]
  }

  private static func solutions() throws -> [PrimitiveSample] {
    let shapes: [([Int], [Int])] = [
      ([3, 3], [3, 2]), ([3, 3], [3]), ([2, 3, 3], [2, 3]), ([2, 2], [3, 2, 1]),
      ([2, 1, 2, 2], [3, 2, 2]), ([0, 2, 2], [2, 1]),
    ]
    return try shapes.map { a, b in
      PrimitiveSample("\(a) and \(b)", [try numbers(anywhere, a), try numbers(anywhere, b, 1)]) {
        try spread($0[0]).solve($0[1])
      }
    } + [
      PrimitiveSample(
        "from the left", [try numbers(anywhere, [2, 2, 2]), try numbers(anywhere, [3, 2], 1)]
      ) { try spread($0[0]).solve($0[1], left: false) },
      PrimitiveSample(
        "by Cholesky", [try numbers(anywhere, [2, 2, 2]), try numbers(anywhere, [2, 3], 1)]
      ) { try $0[1].choleskySolve(positiveDefinite($0[0]).cholesky()) },
      PrimitiveSample("inverse", [try numbers(anywhere, [2, 3, 3])]) { try spread($0[0]).inv() },
      PrimitiveSample("inverse by Cholesky", [try numbers(anywhere, [3, 3])]) {
        try $0[0].triu().choleskyInverse(upper: true)
      },
    ]
  }

  private static func triangularSolutions() throws -> [PrimitiveSample] {
    try [(false, false), (false, true), (true, false), (true, true)].flatMap { upper, unit in
      try [([3, 3], [3, 2]), ([2, 1, 2, 2], [3, 2, 1]), ([2, 0, 0], [0, 1])].flatMap { a, b in
        let inputs = [try numbers(awayFromZero, a), try numbers(anywhere, b, 1)]
        return [
          PrimitiveSample("upper \(upper), unit \(unit), \(a) and \(b)", inputs) {
            try $0[0].solveTriangular($0[1], upper: upper, unitriangular: unit)
          },
          PrimitiveSample("from the left, upper \(upper), unit \(unit), \(a) and \(b)", inputs) {
            try $0[0].mT.solveTriangular($0[1].mT, upper: upper, left: false, unitriangular: unit)
          },
        ]
      }
    } + [
      PrimitiveSample(
        "reflections", [try numbers(anywhere, [2, 4, 3]), try numbers(anywhere, [2, 2], 1)]
      ) { try $0[0].householderProduct($0[1]) },
      PrimitiveSample(
        "a product with reflections",
        [
          try numbers(anywhere, [3, 2]), try numbers(anywhere, [2], 1),
          try numbers(anywhere, [2, 3], 2),
        ]
      ) { try $0[0].ormqr($0[1], $0[2], left: false, transpose: true) },
    ]
  }
}
