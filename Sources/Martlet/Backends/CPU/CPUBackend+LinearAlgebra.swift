import CKernels

extension CPUBackend {
  func factor(
    _ kind: mk_factorization, _ out: Buffer, _ pivots: Buffer?, _ info: Buffer, _ x: Buffer
  ) throws {
    guard info.count > 0 else { return }
    let (row, column) = (x.strides[x.rank - 2], x.strides[x.rank - 1])
    var batch = mk_loop(sizes: info.sizes, info.sizes.rowMajorStrides, x.batchStrides)
    try check(
      mk_factor(
        kind, x.dtype.kernel, &batch, Int64(x.sizes[x.rank - 2]), Int64(x.sizes[x.rank - 1]),
        Int64(row), Int64(column), x.data, out.data, Int64(out.count / info.count), pivots?.int32s,
        info.int32s),
      "\(kind)", x.dtype)
  }

  func solve(
    _ equation: Equation, _ out: Buffer, _ a: Buffer, _ pivots: Buffer?, _ b: Buffer
  ) throws {
    var shape = mk_solve_shape()
    var a = a
    switch equation {
    case .triangular(let upper, let unit):
      shape.kind = .triangular
      shape.upper = upper
      shape.unit = unit
      if !a.hasAdjacentRows && !a.hasAdjacentColumns { a = try a.contiguous() }
    case .lu(let transposed):
      shape.kind = .lu
      shape.transposed = transposed
      if !a.hasAdjacentRows || a.strides[a.rank - 2] != a.sizes[a.rank - 1] {
        a = try a.contiguous()
      }
    case .ldl:
      shape.kind = .ldl
      a = try a.withColumns()
    }
    shape.n = Int64(a.sizes[a.rank - 1])
    shape.columns = Int64(b.sizes[b.rank - 1])
    shape.a_row = Int64(a.strides[a.rank - 2])
    shape.a_column = Int64(a.strides[a.rank - 1])
    shape.b_row = Int64(b.strides[b.rank - 2])
    shape.b_column = Int64(b.strides[b.rank - 1])
    let sizes = out.batchSizes
    var pivotStrides = Dims(repeating: 0, rank: sizes.rank)
    if let pivots { for i in 0..<sizes.rank { pivotStrides[i] = pivots.strides[i] } }
    var batch = mk_loop(
      sizes: sizes, sizes.rowMajorStrides, a.batchStrides, b.batchStrides, pivotStrides)
    let status = mk_solve(
      b.dtype.kernel, &batch, &shape, a.data, pivots?.int32s, b.data, out.data)
    if status == .indexOutOfRange { throw pivotError("ldlSolve") }
    try check(status, "solve", b.dtype)
  }

  func pivotOrder(_ order: Buffer, _ pivots: Buffer) throws {
    let rows = order.sizes[order.rank - 1]
    let count = pivots.sizes[pivots.rank - 1]
    guard order.count > 0 else { return }
    let status = mk_pivot_order(
      Int64(order.count / rows), Int64(rows), Int64(count), pivots.int32s,
      order.data.assumingMemoryBound(to: Int64.self))
    if status == .indexOutOfRange { throw pivotError("lu") }
  }

  private func pivotError(_ operation: String) -> TensorError {
    .argument(operation: operation, reason: "the pivots name rows that the matrices do not have")
  }
}

extension Buffer {
  fileprivate var int32s: UnsafeMutablePointer<Int32> { data.assumingMemoryBound(to: Int32.self) }

  /// Strides of the dimensions before those of the matrices.
  fileprivate var batchStrides: Dims {
    var result = strides
    result.remove(at: rank - 1)
    result.remove(at: rank - 1)
    return result
  }

  /// Elements of a row are neighbours, and rows do not overlap.
  fileprivate var hasAdjacentRows: Bool {
    strides[rank - 1] == 1 && strides[rank - 2] >= Swift.max(sizes[rank - 1], 1)
  }

  fileprivate var hasAdjacentColumns: Bool {
    strides[rank - 2] == 1 && strides[rank - 1] >= Swift.max(sizes[rank - 2], 1)
  }

  /// This buffer, or a copy of it, with matrices whose columns follow each other without gaps.
  fileprivate func withColumns() throws -> Buffer {
    if strides[rank - 2] == 1 && strides[rank - 1] == Swift.max(sizes[rank - 2], 1) { return self }
    let copy = try Buffer(columns: sizes, dtype, device)
    try copy.backend.copy(copy, self)
    return copy
  }
}
