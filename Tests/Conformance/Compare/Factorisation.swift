/// Checks the factors of a matrix decomposition by what they must satisfy, since they are unique
/// only up to sign, phase or order.
struct Factorisation {
  let kind: String
  /// The matrix that was decomposed.
  let input: FlatTensor
  let actual: [FlatTensor]
  let expected: [FlatTensor]
  let tolerance: Tolerance
  /// `eigh` reads the upper triangle instead of the lower one.
  let usesUpperTriangle: Bool

  func verify() throws {
    guard actual.count == expected.count, !actual.isEmpty else {
      throw Mismatch("expected \(expected.count) outputs, got \(actual.count)")
    }
    for (index, (a, e)) in zip(actual, expected).enumerated() {
      try describing("output \(index)") { try a.expect(shape: e.shape, type: e.type) }
    }
    switch kind {
    case "svd": try verifySVD { $0 }
    case "svd_v": try verifySVD { $0.adjoint }
    case "eigh": try verifyEigh()
    case "eigvals": try verifyEigenvalues()
    case "eig":
      try verifyEigenvalues()
      try verifyEigenvectors()
    case "qr": try verifyQR()
    default: throw DataError("unknown way to verify: \(kind)")
    }
  }

  /// - Parameter adjoint: gives `V^H` of the last factor.
  private func verifySVD(_ adjoint: (ComplexMatrix) -> ComplexMatrix) throws {
    let isReduced = actual.count == 1
    let values = isReduced ? 0 : 1
    try near(actual[values].vectors, expected[values].vectors, "S")
    if isReduced { return }
    try requireOutputs(3)
    let factors = zip(actual[0].matrices, actual[2].matrices)
    for (((left, right), values), matrix) in zip(zip(factors, actual[1].vectors), input.matrices) {
      let k = values.count
      let vh = adjoint(right)
      guard left.columns >= k, vh.rows >= k else { throw Mismatch("the factors are too small") }
      try orthonormalColumns(left, "U")
      try orthonormalColumns(vh.adjoint, "Vh^H")
      let scaled =
        left.prefix(rows: left.rows, columns: k) * ComplexMatrix(diagonal: values)
      try near(scaled, times: vh.prefix(rows: k, columns: vh.columns), matrix, "U diag(S) Vh")
    }
  }

  private func verifyEigh() throws {
    try near(actual[0].vectors, expected[0].vectors, "eigenvalues")
    try requireOutputs(2)
    for ((values, vectors), matrix) in zip(
      zip(actual[0].vectors, actual[1].matrices), input.matrices)
    {
      let hermitian = ComplexMatrix(rows: matrix.rows, columns: matrix.columns) { i, j in
        if i == j { return Complex(re: matrix[i, i].re, im: 0) }
        return (i < j) == usesUpperTriangle ? matrix[i, j] : matrix[j, i].conjugate
      }
      try orthonormalColumns(vectors, "V")
      try near(
        vectors * ComplexMatrix(diagonal: values), times: vectors.adjoint, hermitian,
        "V diag(L) V^H")
    }
  }

  /// Compares as multisets: each expected value takes the nearest one that is left.
  private func verifyEigenvalues() throws {
    let limit = limit(expected[0].vectors.joined())
    for (actual, expected) in zip(actual[0].vectors, expected[0].vectors) {
      var remaining = actual
      for value in expected {
        let distances = remaining.map { ($0 - value).magnitude }
        guard let nearest = distances.indices.min(by: { distances[$0] < distances[$1] }) else {
          throw Mismatch("too few eigenvalues")
        }
        guard distances[nearest] <= limit else {
          throw Mismatch(
            "no eigenvalue near \(value.re)+\(value.im)i; the nearest left is off by"
              + " \(rounded(distances[nearest])) where \(rounded(limit)) is allowed")
        }
        remaining.remove(at: nearest)
      }
    }
  }

  private func verifyEigenvectors() throws {
    try requireOutputs(2)
    for ((values, vectors), matrix) in zip(
      zip(actual[0].vectors, actual[1].matrices), input.matrices)
    {
      guard let scaled = vectors * ComplexMatrix(diagonal: values) else {
        throw Mismatch("the sizes of the factors do not fit")
      }
      try near(matrix, times: vectors, scaled, "A V")
    }
  }

  private func verifyQR() throws {
    try requireOutputs(2)
    for ((q, r), matrix) in zip(zip(actual[0].matrices, actual[1].matrices), input.matrices) {
      let isTriangular = (0..<r.rows).allSatisfy { i in
        (0..<min(i, r.columns)).allSatisfy { r[i, $0].magnitude == 0 }
      }
      guard isTriangular else { throw Mismatch("R is not upper triangular") }
      try orthonormalColumns(q, "Q")
      try near(q, times: r, matrix, "Q R")
    }
    // Mode "r" leaves Q empty, without matrices in it.
    guard actual[0].count == 0, actual[1].count > 0 else { return }
    for (r, matrix) in zip(actual[1].matrices, input.matrices) {
      guard let gram = matrix.adjoint * matrix else { continue }
      try near(r.adjoint, times: r, gram, "R^H R")
    }
  }

  private func requireOutputs(_ count: Int) throws {
    guard actual.count == count else { throw DataError("\(kind) has \(actual.count) outputs") }
  }
}

extension Factorisation {
  private func limit(_ expected: some Sequence<Complex>) -> Double {
    let largest = expected.reduce(1) { max($0, $1.magnitude) }
    return 10 * tolerance.atol + 100 * tolerance.rtol * largest
  }

  private func near(_ actual: [Complex], _ expected: [Complex], _ name: String) throws {
    let limit = limit(expected)
    let difference = zip(actual, expected).reduce(0.0) { largest, pair in
      let distance = (pair.0 - pair.1).magnitude
      return distance.isNaN || distance > largest ? distance : largest
    }
    guard actual.count == expected.count, difference <= limit else {
      throw Mismatch(
        "\(name) is off by \(rounded(difference)) where \(rounded(limit)) is allowed")
    }
  }

  private func near(_ actual: [[Complex]], _ expected: [[Complex]], _ name: String) throws {
    try near(Array(actual.joined()), Array(expected.joined()), name)
  }

  private func near(
    _ left: ComplexMatrix?, times right: ComplexMatrix, _ expected: ComplexMatrix, _ name: String
  ) throws {
    guard let product = left.flatMap({ $0 * right }),
      product.rows == expected.rows, product.columns == expected.columns
    else { throw Mismatch("the sizes of the factors do not fit") }
    try near(product.elements, expected.elements, name)
  }

  private func orthonormalColumns(_ matrix: ComplexMatrix, _ name: String) throws {
    try near(
      matrix.adjoint, times: matrix, .identity(matrix.columns), "\(name)^H \(name) - I")
  }
}
