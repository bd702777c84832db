struct Complex {
  var re: Double
  var im: Double

  var conjugate: Complex { Complex(re: re, im: -im) }
  var magnitude: Double { (re * re + im * im).squareRoot() }

  static func + (a: Complex, b: Complex) -> Complex { Complex(re: a.re + b.re, im: a.im + b.im) }
  static func - (a: Complex, b: Complex) -> Complex { Complex(re: a.re - b.re, im: a.im - b.im) }
  static func * (a: Complex, b: Complex) -> Complex {
    Complex(re: a.re * b.re - a.im * b.im, im: a.re * b.im + a.im * b.re)
  }
}

/// A small matrix in double precision, for checking that the factors of a decomposition fit.
struct ComplexMatrix {
  let rows: Int
  let columns: Int
  var elements: [Complex]

  init(rows: Int, columns: Int, _ element: (Int, Int) -> Complex) {
    self.rows = rows
    self.columns = columns
    elements = (0..<rows * columns).map { element($0 / columns, $0 % columns) }
  }

  init(diagonal: [Complex]) {
    self.init(rows: diagonal.count, columns: diagonal.count) { i, j in
      i == j ? diagonal[i] : Complex(re: 0, im: 0)
    }
  }

  static func identity(_ n: Int) -> ComplexMatrix {
    ComplexMatrix(diagonal: Array(repeating: Complex(re: 1, im: 0), count: n))
  }

  subscript(i: Int, j: Int) -> Complex { elements[i * columns + j] }

  var adjoint: ComplexMatrix {
    ComplexMatrix(rows: columns, columns: rows) { self[$1, $0].conjugate }
  }

  func prefix(rows: Int, columns: Int) -> ComplexMatrix {
    ComplexMatrix(rows: rows, columns: columns) { self[$0, $1] }
  }

  /// Nil if the sizes do not fit.
  static func * (a: ComplexMatrix, b: ComplexMatrix) -> ComplexMatrix? {
    guard a.columns == b.rows else { return nil }
    return ComplexMatrix(rows: a.rows, columns: b.columns) { i, j in
      (0..<a.columns).reduce(Complex(re: 0, im: 0)) { $0 + a[i, $1] * b[$1, j] }
    }
  }
}

extension FlatTensor {
  /// The vectors along the last dimension.
  var vectors: [[Complex]] {
    let size = shape.last ?? 1
    let numbers = complexElements
    guard size > 0 else { return [] }
    return stride(from: 0, to: numbers.count, by: size).map { Array(numbers[$0..<$0 + size]) }
  }

  /// The matrices in the last two dimensions.
  var matrices: [ComplexMatrix] {
    guard shape.count >= 2 else { return [] }
    let rows = shape[shape.count - 2]
    let columns = shape[shape.count - 1]
    let numbers = complexElements
    let size = rows * columns
    let batch = shape.dropLast(2).reduce(1, *)
    return (0..<batch).map { b in
      ComplexMatrix(rows: rows, columns: columns) { numbers[b * size + $0 * columns + $1] }
    }
  }

  private var complexElements: [Complex] {
    let parts = reals
    if type.isComplex {
      return stride(from: 0, to: parts.count, by: 2).map {
        Complex(re: parts[$0], im: parts[$0 + 1])
      }
    }
    return parts.map { Complex(re: $0, im: 0) }
  }
}
