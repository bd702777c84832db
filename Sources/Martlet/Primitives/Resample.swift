import CKernels

/// A sparse matrix by rows: which elements of a dimension make up each element of the new one.
struct SparseRows: Sendable {
  let columns: Int
  /// Where the entries of each row begin, and where the last one's end.
  private(set) var offsets: [Int64] = [0]
  private(set) var positions: [Int32] = []
  private(set) var weights: [Double] = []

  var rows: Int { offsets.count - 1 }

  /// - Parameter columns: At most `Int32.max`.
  init(columns: Int) { self.columns = columns }

  /// Adds an entry to the row that is being made; the position is less than `columns`.
  mutating func add(_ position: Int, _ weight: Double) {
    positions.append(Int32(truncatingIfNeeded: position))
    weights.append(weight)
  }

  /// Ends the row.
  mutating func endRow() { offsets.append(Int64(positions.count)) }

  var transposed: SparseRows {
    var result = SparseRows(columns: rows)
    var counts = [Int64](repeating: 0, count: columns + 1)
    for position in positions { counts[Int(position) + 1] += 1 }
    for i in 0..<columns { counts[i + 1] += counts[i] }
    result.offsets = counts
    result.positions = [Int32](repeating: 0, count: positions.count)
    result.weights = [Double](repeating: 0, count: positions.count)
    for row in 0..<rows {
      for k in Int(offsets[row])..<Int(offsets[row + 1]) {
        let place = Int(counts[Int(positions[k])])
        counts[Int(positions[k])] += 1
        result.positions[place] = Int32(truncatingIfNeeded: row)
        result.weights[place] = weights[k]
      }
    }
    return result
  }
}

/// A dimension multiplied by a sparse matrix: resizing by interpolation, means of windows of
/// different sizes.
struct Resample: Primitive {
  var dim: Int
  var matrix: SparseRows

  static var kind: PrimitiveKind { .resample }
  var name: String { "resample" }
  var fusion: FusionClass { .opaque }

  /// x is floating point, and `dim` has as many elements as the matrix has columns.
  func callAsFunction(_ x: Tensor) throws -> Tensor {
    var sizes = x.sizes
    sizes[dim] = matrix.rows
    let out = try Buffer(sizes, x.dtype, x.target)
    try out.backend.resample(matrix, out, x.buffer, dim)
    return try record(out, x)
  }

  func saves(_ needs: Needs) -> Saves { [] }

  func backward(_ g: Tensor, _ record: Recorded<Resample>) throws {
    try record.sendX(Resample(dim: dim, matrix: matrix.transposed)(g))
  }
}
