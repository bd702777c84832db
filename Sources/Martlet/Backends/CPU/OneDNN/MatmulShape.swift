import COneDNN

/// A batch of matrix products `c[m, n] = a[m, k] b[k, n]` with any strides, in elements, but one:
/// columns of `c` are adjacent.
struct MatmulShape: Hashable, Sendable {
  var m: Int
  var n: Int
  var k: Int
  var aRow: Int
  var aColumn: Int
  var bRow: Int
  var bColumn: Int
  var cRow: Int
  /// Batch sizes, missing ones first as 1.
  var batch = SIMD3<Int>(repeating: 1)
  /// Strides over the batch; 0 broadcasts.
  var aBatch = SIMD3<Int>(repeating: 0)
  var bBatch = SIMD3<Int>(repeating: 0)
  var cBatch = SIMD3<Int>(repeating: 0)

  /// One product of row-major matrices, `b` stored `[n, k]` if it is transposed, `a` likewise.
  init(m: Int, n: Int, k: Int, aTransposed: Bool = false, bTransposed: Bool = false) {
    self.m = m
    self.n = n
    self.k = k
    aRow = aTransposed ? 1 : k
    aColumn = aTransposed ? m : 1
    bRow = bTransposed ? 1 : n
    bColumn = bTransposed ? k : 1
    cRow = n
  }

  var isSingle: Bool { batch == SIMD3(repeating: 1) }

  /// The same products with the batch taken as further rows of `a`, where `b` is the same for all
  /// and the rows of `a` and `c` go on evenly from one to the next.
  var folded: MatmulShape {
    guard !isSingle, bBatch == SIMD3(repeating: 0) else { return self }
    var shape = self
    for lane in (0..<3).reversed() where batch[lane] > 1 {
      let (aStep, aOverflow) = aRow.multipliedReportingOverflow(by: shape.m)
      let (cStep, cOverflow) = cRow.multipliedReportingOverflow(by: shape.m)
      let (rows, overflow) = shape.m.multipliedReportingOverflow(by: batch[lane])
      guard !aOverflow, !cOverflow, !overflow, aBatch[lane] == aStep, cBatch[lane] == cStep
      else { return self }
      shape.m = rows
    }
    shape.batch = SIMD3(repeating: 1)
    shape.aBatch = SIMD3(repeating: 0)
    shape.cBatch = SIMD3(repeating: 0)
    return shape
  }

  /// Throws unless all sizes are positive and within 32 bits and no stride is negative.
  func validate() throws {
    let sizes = [m, n, k, batch.x, batch.y, batch.z]
    let strides = [
      aRow, aColumn, bRow, bColumn, cRow, aBatch.min(), bBatch.min(), cBatch.min(), aBatch.max(),
      bBatch.max(), cBatch.max(),
    ]
    guard sizes.allSatisfy({ $0 > 0 && $0 <= Int(Int32.max) }),
      strides.allSatisfy({ $0 >= 0 && $0 < 1 << 40 })
    else { throw OneDNNError.invalid("matmul") }
  }

  func hash(into hasher: inout Hasher) {
    var mixer = WordMixer()
    mix(into: &mixer)
    hasher.combine(mixer.value)
  }

  func mix(into mixer: inout WordMixer) {
    mixer.mix(m)
    mixer.mix(n)
    mixer.mix(k)
    mixer.mix(aRow)
    mixer.mix(aColumn)
    mixer.mix(bRow)
    mixer.mix(bColumn)
    mixer.mix(cRow)
    if isSingle { return }
    mixer.mix(batch)
    mixer.mix(aBatch)
    mixer.mix(bBatch)
    mixer.mix(cBatch)
  }
}

// MARK: - Strides as sgemm and oneDNN want them

extension MatmulShape {
  /// A row-major or column-major matrix: whether it is transposed, and its leading stride. Nil if
  /// neither its rows nor its columns are adjacent, or they overlap.
  static func leading(
    rows: Int, columns: Int, row: Int, column: Int
  ) -> (transposed: Bool, stride: Int)? {
    if columns == 1 || column == 1 {
      if rows == 1 { return (false, max(columns, 1)) }
      if row >= columns { return (false, row) }
    }
    if rows == 1 || row == 1 {
      if columns == 1 { return (true, max(rows, 1)) }
      if column >= rows { return (true, column) }
    }
    return nil
  }

  var aLeading: (transposed: Bool, stride: Int)? {
    MatmulShape.leading(rows: m, columns: k, row: aRow, column: aColumn)
  }
  var bLeading: (transposed: Bool, stride: Int)? {
    MatmulShape.leading(rows: k, columns: n, row: bRow, column: bColumn)
  }
  var cLeading: Int? { m == 1 ? n : cRow >= n ? cRow : nil }

  private func descriptor(
    rows: Int, columns: Int, row: Int, column: Int, batchStrides: SIMD3<Int>
  ) throws -> dnnl_memory_desc_t {
    var dimensions: [Int64] = []
    var strides: [Int64] = []
    let (whole, overflow) = rows.multipliedReportingOverflow(by: columns)
    guard !overflow else { throw OneDNNError.invalid("matmul") }
    for lane in 0..<3 where batch[lane] > 1 {
      // oneDNN broadcasts sizes of 1, whose stride it still wants to be a sensible one.
      let isBroadcast = batchStrides[lane] == 0
      dimensions.append(isBroadcast ? 1 : Int64(batch[lane]))
      strides.append(Int64(isBroadcast ? whole : batchStrides[lane]))
    }
    return try dnnl_memory_desc_t(
      dimensions + [Int64(rows), Int64(columns)], strides: strides + [Int64(row), Int64(column)])
  }

  func aDescriptor() throws -> dnnl_memory_desc_t {
    guard let layout = aLeading else { throw OneDNNError.unsupported("matmul") }
    return try descriptor(
      rows: m, columns: k, row: layout.transposed ? 1 : layout.stride,
      column: layout.transposed ? layout.stride : 1, batchStrides: aBatch)
  }

  func bDescriptor() throws -> dnnl_memory_desc_t {
    guard let layout = bLeading else { throw OneDNNError.unsupported("matmul") }
    return try descriptor(
      rows: k, columns: n, row: layout.transposed ? 1 : layout.stride,
      column: layout.transposed ? layout.stride : 1, batchStrides: bBatch)
  }

  func cDescriptor() throws -> dnnl_memory_desc_t {
    guard let stride = cLeading,
      (0..<3).allSatisfy({ batch[$0] == 1 || cBatch[$0] > 0 })
    else { throw OneDNNError.unsupported("matmul") }
    return try descriptor(rows: m, columns: n, row: stride, column: 1, batchStrides: cBatch)
  }

  /// A bias along the columns.
  func biasDescriptor() throws -> dnnl_memory_desc_t {
    let rank = (0..<3).reduce(2) { $0 + (batch[$1] > 1 ? 1 : 0) }
    let dimensions = [Int64](repeating: 1, count: rank - 1) + [Int64(n)]
    return try dnnl_memory_desc_t(dimensions, tag: .plain(rank: rank))
  }
}
