import CKernels

extension Recurrence {
  /// The flat result in tensor operations, for derivatives of derivatives. The operands are in the
  /// order in which they are recorded.
  func composed(_ operands: [Tensor?]) throws -> Tensor {
    guard let x = operands[0], let weight = operands[1] else {
      throw TensorError.autograd("\(name): its derivative lacks an operand")
    }
    let (bias, projection) = (operands[2], operands[3])
    let zeros = Tensor.zeros([batch, width], dtype: x.dtype, device: x.device)
    let startState = operands[4] ?? zeros
    let startCells =
      operands[5] ?? Tensor.zeros([batch, hiddenSize], dtype: x.dtype, device: x.device)
    let parts = try x.split(batchSizes)
    var states = parts
    var lastCells: [Tensor] = []
    var (state, cells) = (startState, startCells)
    var active = 0
    for step in isReversed ? Array(parts.indices.reversed()) : Array(parts.indices) {
      let size = batchSizes[step]
      let going = min(active, size)
      func continued(_ before: Tensor, _ start: Tensor) throws -> Tensor {
        let kept = try before.narrow(0, start: 0, length: going)
        return going == size
          ? kept : try cat([kept, start.narrow(0, start: going, length: size - going)])
      }
      if active > size { lastCells.append(try cells.narrow(0, start: size, length: active - size)) }
      state = try continued(state, startState)
      cells = try continued(cells, startCells)
      active = size
      (state, cells) = try advanced(parts[step], state, cells, weight, bias)
      if let projection { state = try state.matmul(projection.transposedMatrix()) }
      states[step] = state
    }
    let all = try cat(states).flatten()
    if cell != .lstm { return all }
    lastCells.append(cells)
    return try cat([all, cat(lastCells.reversed()).flatten()])
  }

  /// One step.
  private func advanced(
    _ x: Tensor, _ state: Tensor, _ cells: Tensor, _ weight: Tensor, _ bias: Tensor?
  ) throws -> (state: Tensor, cells: Tensor) {
    let products = try state.matmul(weight.transposedMatrix())
    switch cell {
    case .tanh: return (try (x + products).tanh(), cells)
    case .relu: return (try (x + products).relu(), cells)
    case .lstm:
      let gates = try (x + products).chunk(4, 1)
      let next = try gates[1].sigmoid() * cells + gates[0].sigmoid() * gates[2].tanh()
      return (try gates[3].sigmoid() * next.tanh(), next)
    case .gru:
      let (inputs, recurrent) = (try x.chunk(3, 1), try products.chunk(3, 1))
      let reset = try (inputs[0] + recurrent[0]).sigmoid()
      let update = try (inputs[1] + recurrent[1]).sigmoid()
      let last = try bias.map { try recurrent[2] + $0 } ?? recurrent[2]
      let new = try (inputs[2] + reset * last).tanh()
      return (try new + update * (state - new), cells)
    }
  }
}
