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

  func weightedGather(
    _ positions: Buffer, _ out: Buffer, _ x: Buffer, _ weights: Buffer
  ) throws {
    let (x, weights) = (try x.contiguous(), try weights.contiguous())
    try withTaps(positions, x, out) {
      mk_weighted_gather(x.dtype.kernel, $0, out.data, x.data, weights.data)
    }
  }

  func weightedGatherInput(
    _ positions: Buffer, _ dx: Buffer, _ dout: Buffer, _ weights: Buffer
  ) throws {
    let (dout, weights) = (try dout.contiguous(), try weights.contiguous())
    try withTaps(positions, dx, dout) {
      mk_weighted_gather_input(dx.dtype.kernel, $0, dx.data, dout.data, weights.data)
    }
  }

  func weightedGatherWeight(
    _ positions: Buffer, _ dweights: Buffer, _ dout: Buffer, _ x: Buffer
  ) throws {
    let (dout, x) = (try dout.contiguous(), try x.contiguous())
    try withTaps(positions, x, dout) {
      mk_weighted_gather_weight(x.dtype.kernel, $0, dweights.data, dout.data, x.data)
    }
  }

  private func withTaps(
    _ positions: Buffer, _ x: Buffer, _ out: Buffer,
    _ kernel: (UnsafePointer<mk_taps>) -> mk_status
  ) throws {
    let positions = try positions.contiguous()
    var taps = mk_taps(
      examples: Int64(x.sizes[0]), lines: Int64(x.sizes[1]), size: Int64(x.sizes[2]),
      taps: Int64(positions.sizes[1]), places: Int64(out.sizes[2]),
      positions: UnsafePointer(positions.data.assumingMemoryBound(to: Int32.self)))
    try check(kernel(&taps), "weightedGather", x.dtype)
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
