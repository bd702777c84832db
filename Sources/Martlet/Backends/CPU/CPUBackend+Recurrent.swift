import CKernels

extension CPUBackend {
  func recurrence(_ recurrence: Recurrence, _ out: Buffer, _ x: Buffer) throws {
    let operands = try recurrence.buffers.dense()
    let x = try x.contiguous()
    let cells = recurrence.lastCells(in: out)
    try withKernel(recurrence, projects: operands.projection != nil) { kernel in
      var state = mk_recurrence_state(operands, out)
      try check(
        mk_recurrence_forward(
          x.dtype.kernel, &kernel, &state, x.data, operands.bias?.data, cells),
        recurrence.name, x.dtype)
    }
  }

  func recurrenceBackward(
    _ recurrence: Recurrence, _ gradients: RecurrenceGradients, _ dout: Buffer, _ out: Buffer
  ) throws {
    let operands = try recurrence.buffers.dense()
    if let cells = gradients.cells, let start = recurrence.lastCells(in: dout) {
      cells.data.copyMemory(from: start, byteCount: cells.byteCount)
    }
    try withKernel(recurrence, projects: operands.projection != nil) { kernel in
      kernel.gradient_row = Int64(gradients.x.strides[0])
      var state = mk_recurrence_state(operands, out)
      try check(
        mk_recurrence_backward(
          out.dtype.kernel, &kernel, &state, dout.data, gradients.x.data,
          gradients.recurrent.data, gradients.projected?.data, gradients.state?.data,
          gradients.cells?.data),
        recurrence.name, out.dtype)
    }
  }

  private func withKernel(
    _ recurrence: Recurrence, projects: Bool, _ body: (inout mk_recurrence) throws -> Void
  ) throws {
    let sizes = recurrence.batchSizes.map(Int64.init)
    try sizes.withUnsafeBufferPointer { sizes in
      var kernel = mk_recurrence()
      kernel.cell = recurrence.cell
      kernel.reversed = recurrence.isReversed
      kernel.projects = projects
      kernel.steps = Int64(sizes.count)
      kernel.hidden = Int64(recurrence.hiddenSize)
      kernel.width = Int64(recurrence.width)
      kernel.batch_sizes = sizes.baseAddress
      try body(&kernel)
    }
  }
}

extension RecurrenceBuffers {
  /// With row-major operands.
  fileprivate func dense() throws -> RecurrenceBuffers {
    var dense = self
    dense.weight = try weight.contiguous()
    dense.bias = try bias?.contiguous()
    dense.projection = try projection?.contiguous()
    dense.state = try state?.contiguous()
    dense.startCells = try startCells?.contiguous()
    return dense
  }
}

extension Recurrence {
  /// Where the last cells lie in a flat result, or its gradient.
  fileprivate func lastCells(in flat: Buffer) -> UnsafeMutableRawPointer? {
    cell == .lstm ? flat.data + rows * width * flat.dtype.itemSize : nil
  }
}

extension mk_recurrence_state {
  fileprivate init(_ buffers: RecurrenceBuffers, _ out: Buffer) {
    self.init()
    weight = UnsafeRawPointer(buffers.weight.data)
    projection = UnsafeRawPointer(buffers.projection?.data)
    h0 = UnsafeRawPointer(buffers.state?.data)
    c0 = UnsafeRawPointer(buffers.startCells?.data)
    self.out = out.data
    gates = buffers.gates?.data
    cells = buffers.cells?.data
    unprojected = buffers.unprojected?.data
  }
}
