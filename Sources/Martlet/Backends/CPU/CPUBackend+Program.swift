import CKernels

extension CPUBackend {
  /// Runs elementwise operations as one.
  ///
  /// - Parameters:
  ///   - program: What to compute.
  ///   - out: Row-major; or, where all inputs lie in the same dense way, as they do. With `sum` a
  ///     single element.
  ///   - inputs: They broadcast to `sizes`, and follow each other in the last dimension.
  ///   - sizes: The sizes of the result, or of what is summed.
  ///   - sum: Whether only the sum of all results is wanted.
  func run(
    _ program: ElementwiseProgram, _ out: Buffer, _ inputs: [Buffer], _ sizes: Dims, sum: Bool
  ) throws {
    let flat = inputs.allSatisfy { $0.rank == 0 || $0.sizes == sizes && $0.isDense }
    var loop = mk_program()
    let extent = flat ? Dims(repeating: sizes.product, rank: 1) : sizes
    loop.rank = Int64(extent.rank)
    withUnsafeMutableBytes(of: &loop.size) { bytes in
      let words = bytes.bindMemory(to: Int64.self)
      for i in 0..<extent.rank { words[i] = Int64(extent[i]) }
    }
    let rows = (inputs + program.constants).map { buffer -> mk_program_input in
      var row = mk_program_input()
      row.data = UnsafeRawPointer(buffer.data)
      row.dtype = buffer.dtype.kernel
      row.repeated = buffer.count == 1
      if row.repeated { return row }
      let strides =
        flat
        ? Dims(repeating: 1, rank: 1)
        : buffer.strides.broadcast(from: buffer.sizes, to: sizes)
      withUnsafeMutableBytes(of: &row.stride) { bytes in
        let words = bytes.bindMemory(to: Int64.self)
        for i in 0..<strides.rank { words[i] = Int64(strides[i]) }
      }
      return row
    }
    loop.input_count = Int32(rows.count)
    loop.step_count = Int32(program.steps.count)
    let status = rows.withUnsafeBufferPointer { rows in
      program.steps.withUnsafeBufferPointer { steps in
        loop.inputs = rows.baseAddress
        loop.steps = steps.baseAddress
        return mk_run_program(&loop, sum, out.data)
      }
    }
    try check(status, "elementwise", program.dtype)
  }
}
