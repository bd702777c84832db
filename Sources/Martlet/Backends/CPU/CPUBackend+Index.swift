import CKernels

extension CPUBackend {
  func gather(_ plan: IndexPlan, _ out: Buffer, _ x: Buffer) throws {
    try run(plan, out.strides, x.strides, "index") { loop, count, indices, bad, which in
      mk_gather(x.dtype.kernel, loop, count, indices, out.data, x.data, bad, which)
    }
  }

  func scatter(
    _ op: mk_scatter_op, _ plan: IndexPlan, _ out: Buffer, _ values: Buffer, checkFirst: Bool
  ) throws {
    try run(plan, values.strides, out.strides, "scatter", sourceFirst: true) {
      loop, count, indices, bad, which in
      mk_scatter(
        op, values.dtype.kernel, loop, count, indices, checkFirst, out.data, values.data, bad, which
      )
    }
  }

  /// Builds the loop over the plan's result, with the strides of the result (or of the values that
  /// take its place) and of the source, and reports an index that is out of range.
  private func run(
    _ plan: IndexPlan, _ resultStrides: Dims, _ source: Dims, _ operation: String,
    sourceFirst: Bool = false,
    _ kernel: (
      UnsafePointer<mk_loop>, Int32, UnsafePointer<mk_index>?, UnsafeMutablePointer<Int64>,
      UnsafeMutablePointer<Int32>
    ) -> mk_status
  ) throws {
    var walked = Dims(repeating: 0, rank: plan.sizes.rank)
    for i in 0..<plan.sizes.rank where plan.walks[i] >= 0 { walked[i] = source[plan.walks[i]] }
    var loop =
      sourceFirst
      ? mk_loop(unmerged: plan.sizes, walked, resultStrides)
      : mk_loop(unmerged: plan.sizes, resultStrides, walked)
    let table = plan.indices.map { index -> mk_index in
      var row = mk_index()
      row.indices = UnsafePointer(index.buffer.data.assumingMemoryBound(to: Int64.self))
      row.bound = Int64(plan.source[index.dim])
      row.least = plan.countsFromEnd ? -row.bound : 0
      row.step = Int64(source[index.dim])
      withUnsafeMutableBytes(of: &row.stride) { bytes in
        let strides = bytes.bindMemory(to: Int64.self)
        for i in 0..<index.strides.rank { strides[i] = Int64(index.strides[i]) }
      }
      return row
    }
    var bad: Int64 = 0
    var which: Int32 = 0
    let status = table.withUnsafeBufferPointer {
      kernel(&loop, Int32($0.count), $0.baseAddress, &bad, &which)
    }
    if status == .indexOutOfRange {
      let dim = plan.indices[Int(which)].dim
      throw TensorError.index(
        operation: operation, index: Int(bad), size: plan.source[dim], dim: dim)
    }
    try check(status, operation, .int64)
  }

  func nonzero(_ mask: Buffer) throws -> Buffer {
    let mask = try mask.contiguous()
    let flags = mask.data.assumingMemoryBound(to: Bool.self)
    let found = mk_count_nonzero(flags, Int64(mask.count))
    let out = try Buffer(Dims(repeating: Int(found), rank: 1), .int64)
    mk_nonzero(flags, Int64(mask.count), out.data.assumingMemoryBound(to: Int64.self))
    return out
  }

  func maskedSelect(_ x: Buffer, _ mask: Buffer) throws -> Buffer {
    let x = try x.contiguous()
    let mask = try mask.contiguous()
    let flags = mask.data.assumingMemoryBound(to: Bool.self)
    let found = mk_count_nonzero(flags, Int64(mask.count))
    let out = try Buffer(Dims(repeating: Int(found), rank: 1), x.dtype)
    mk_masked_select(flags, Int64(mask.count), x.dtype.itemSize, x.data, out.data)
    return out
  }
}
