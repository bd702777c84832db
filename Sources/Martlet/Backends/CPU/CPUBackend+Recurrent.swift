import CKernels

extension CPUBackend {
  func recurrence(_ recurrence: Recurrence, _ out: Buffer, _ x: Buffer) throws {
    let weight = try recurrence.weight.contiguous()
    let operands = try recurrence.operands()
    let x = try x.contiguous()
    let cells = recurrence.lastCells(in: out)
    try withKernel(recurrence) { kernel in
      var state = mk_recurrence_state(recurrence, operands, weight, out)
      try check(
        mk_recurrence_forward(
          x.dtype.kernel, &kernel, &state, x.data, operands.bias?.data, cells),
        recurrence.name, x.dtype)
    }
  }

  func recurrenceBackward(
    _ recurrence: Recurrence, _ gradients: RecurrenceGradients, _ dout: Buffer, _ out: Buffer
  ) throws {
    let weight = try recurrence.weight.contiguous()
    let operands = try recurrence.operands()
    if let cells = gradients.cells, let start = recurrence.lastCells(in: dout) {
      cells.data.copyMemory(from: start, byteCount: cells.byteCount)
    }
    try withKernel(recurrence) { kernel in
      kernel.gradient_row = Int64(gradients.x.strides[0])
      var state = mk_recurrence_state(recurrence, operands, weight, out)
      try check(
        mk_recurrence_backward(
          out.dtype.kernel, &kernel, &state, dout.data, gradients.x.data,
          gradients.recurrent.data, gradients.projected?.data, gradients.state?.data,
          gradients.cells?.data),
        recurrence.name, out.dtype)
    }
  }

  private func withKernel(
    _ recurrence: Recurrence, _ body: (inout mk_recurrence) throws -> Void
  ) throws {
    let sizes = recurrence.batchSizes.map(Int64.init)
    try sizes.withUnsafeBufferPointer { sizes in
      var kernel = mk_recurrence()
      kernel.cell = recurrence.cell
      kernel.reversed = recurrence.isReversed
      kernel.projects = recurrence.projection != nil
      kernel.steps = Int64(sizes.count)
      kernel.hidden = Int64(recurrence.hiddenSize)
      kernel.width = Int64(recurrence.width)
      kernel.batch_sizes = sizes.baseAddress
      try body(&kernel)
    }
  }
}

/// The optional operands of a recurrence, row-major.
private struct DenseOperands {
  var bias: Buffer?
  var projection: Buffer?
  var state: Buffer?
  var cells: Buffer?
}

extension Recurrence {
  fileprivate func operands() throws -> DenseOperands {
    DenseOperands(
      bias: try bias?.contiguous(), projection: try projection?.contiguous(),
      state: try state?.contiguous(), cells: try startCells?.contiguous())
  }

  /// Where the last cells lie in a flat result, or its gradient.
  fileprivate func lastCells(in flat: Buffer) -> UnsafeMutableRawPointer? {
    cell == .lstm ? flat.data + rows * width * flat.dtype.itemSize : nil
  }
}

extension mk_recurrence_state {
  fileprivate init(
    _ recurrence: Recurrence, _ operands: DenseOperands, _ weight: Buffer, _ out: Buffer
  ) {
    self.init()
    self.weight = UnsafeRawPointer(weight.data)
    projection = UnsafeRawPointer(operands.projection?.data)
    h0 = UnsafeRawPointer(operands.state?.data)
    c0 = UnsafeRawPointer(operands.cells?.data)
    self.out = out.data
    gates = recurrence.memory.gates?.data
    cells = recurrence.memory.cells?.data
    unprojected = recurrence.memory.unprojected?.data
  }
}
