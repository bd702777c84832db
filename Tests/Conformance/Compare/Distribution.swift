/// What a random tensor must satisfy: section 7 of the specification.
struct Distribution {
  let values: [Double]

  private var mean: Double { values.reduce(0, +) / Double(values.count) }

  private func standardDeviation(around mean: Double) -> Double {
    (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)).squareRoot()
  }

  /// Mean and standard deviation within their tolerances, every value within the bounds if any.
  func expect(_ expected: JSONObject) throws {
    guard !values.isEmpty else { throw Mismatch("the tensor is empty") }
    try near(mean, expected.double("mean"), expected.double("mean_tolerance"), "mean")
    try near(
      standardDeviation(around: mean), expected.double("std"), expected.double("std_tolerance"),
      "standard deviation")
    let low = expected.fields["min"] as? Double ?? -.infinity
    let high = expected.fields["max"] as? Double ?? .infinity
    // A bound may round up when it becomes a float32.
    let slack = 1e-6 * max(low.isFinite ? low.magnitude : 0, high.isFinite ? high.magnitude : 0)
    for value in values where !(value >= low - slack && value <= high + slack) {
      throw Mismatch("\(value) lies outside \(low)...\(high)")
    }
  }

  /// Values drawn around zero with this standard deviation, within six standard errors.
  func expect(standardDeviation expected: Double) throws {
    guard !values.isEmpty else { throw Mismatch("there are no values") }
    let standardError = expected / (2 * Double(values.count)).squareRoot()
    try near(standardDeviation(around: 0), expected, 6 * standardError, "standard deviation")
  }

  private func near(
    _ actual: Double, _ expected: Double, _ tolerance: Double, _ name: String
  ) throws {
    guard (actual - expected).magnitude <= tolerance else {
      throw Mismatch("\(name): expected \(expected) within \(rounded(tolerance)), got \(actual)")
    }
  }
}

extension FlatTensor {
  /// Flattened to two dimensions, the shorter ones of rows and columns are orthogonal, with `gain`
  /// for their length.
  func expectOrthogonal(gain: Double) throws {
    guard let rows = shape.first, rows > 0, count > 0 else {
      throw Mismatch("shape \(shape) has no rows")
    }
    let values = reals
    let columns = count / rows
    let matrix = ComplexMatrix(rows: rows, columns: columns) {
      Complex(re: values[$0 * columns + $1], im: 0)
    }
    let wide = rows > columns ? matrix.adjoint : matrix
    guard let product = wide * wide.adjoint else { throw Mismatch("the sizes do not fit") }
    for i in 0..<product.rows {
      for j in 0..<product.columns {
        let expected = i == j ? gain * gain : 0
        guard (product[i, j].re - expected).magnitude <= 1e-5 else {
          throw Mismatch(
            "element [\(i), \(j)] of W W^T: expected \(expected), got \(product[i, j].re)")
        }
      }
    }
  }

  /// The same number of zeros in every column, the rest normal with this standard deviation.
  func expectSparse(zerosPerColumn: Int, standardDeviation: Double) throws {
    guard shape.count == 2 else { throw Mismatch("expected two dimensions, got \(shape)") }
    let values = reals
    for column in 0..<shape[1] {
      let zeros = (0..<shape[0]).count { values[$0 * shape[1] + column] == 0 }
      guard zeros == zerosPerColumn else {
        throw Mismatch("column \(column): expected \(zerosPerColumn) zeros, got \(zeros)")
      }
    }
    try Distribution(values: values.filter { $0 != 0 }).expect(standardDeviation: standardDeviation)
  }
}
