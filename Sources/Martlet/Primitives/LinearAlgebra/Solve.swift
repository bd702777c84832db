/// The kinds of equations `a x = b` that a backend solves.
enum Equation {
  /// Only one triangle of a is read; its diagonal counts as ones if `unit`.
  case triangular(upper: Bool, unit: Bool)
  /// a is what `LU` gives.
  case lu(transposed: Bool)
  /// a is what the factorisation L D L^T gives.
  case ldl
}

/// `A^-1 B`, or `A^-T B`, by A's factors.
struct Solve: Primitive {
  static var kind: PrimitiveKind { .solve }

  enum Known {
    /// What `LU` gives.
    case lu(Buffer, pivots: Buffer)
    /// L, of which the lower triangle is read.
    case cholesky(Buffer)
  }

  var known: Known
  var transposed = false

  var name: String { "solve" }
  var fusion: FusionClass { .opaque }

  /// x is A `[..., n, n]`, of which the factors are known, and y is B `[..., n, k]`, all of the
  /// same batch sizes.
  func callAsFunction(_ x: Tensor, _ y: Tensor) throws -> Tensor {
    switch known {
    case .lu(let lu, let pivots):
      let (x, y) = try aligned(x.along(lu, name).along(pivots, name), y, name)
      let out = try Buffer(y.sizes, y.dtype, y.target)
      try out.backend.solve(.lu(transposed: transposed), out, lu, pivots, y.buffer)
      return try record(out, x, y)
    case .cholesky(let l):
      let (x, y) = try aligned(x.along(l, name), y, name)
      let out = try Mode.with(.unrecorded) {
        let l = Tensor(l)
        return try TriangularSolve(upper: true)(
          l.transposedMatrix(), TriangularSolve(upper: false)(l, Tensor(y.buffer)))
      }
      return try record(out.buffer, x, y)
    }
  }

  func saves(_ needs: Needs) -> Saves { needs.contains(.x) ? [.x, .output] : .x }

  func backward(_ g: Tensor, _ record: Recorded<Solve>) throws {
    let inverse = Solve(known: known, transposed: !transposed)
    let dy = try inverse(record.x, g)
    try record.sendY(dy)
    try record.sendX(
      transposed
        ? record.output.times(dy.transposedMatrix()).neg()
        : dy.times(record.output.transposedMatrix()).neg())
  }
}

/// `A^-1 B` for triangular A, whose other triangle is not read.
struct TriangularSolve: Primitive {
  static var kind: PrimitiveKind { .triangularSolve }

  var upper: Bool
  /// The diagonal counts as ones.
  var unit = false

  var name: String { "solveTriangular" }
  var fusion: FusionClass { .opaque }

  /// x is A `[..., n, n]`, y is B `[..., n, k]`, of the same batch sizes.
  func callAsFunction(_ x: Tensor, _ y: Tensor) throws -> Tensor {
    let (x, y) = try aligned(x, y, name)
    let out = try Buffer(y.sizes, y.dtype, y.target)
    try out.backend.solve(.triangular(upper: upper, unit: unit), out, x.buffer, nil, y.buffer)
    return try record(out, x, y)
  }

  func saves(_ needs: Needs) -> Saves { needs.contains(.x) ? [.x, .output] : .x }

  func backward(_ g: Tensor, _ record: Recorded<TriangularSolve>) throws {
    let dy = try TriangularSolve(upper: !upper, unit: unit)(record.x.transposedMatrix(), g)
    try record.sendY(dy)
    try record.sendX(triangle(dy.times(record.output.transposedMatrix()).neg()))
  }

  private func triangle(_ x: Tensor) throws -> Tensor {
    let skipped = unit ? 1 : 0
    return try upper ? x.triu(skipped) : x.tril(-skipped)
  }
}
