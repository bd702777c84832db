import CKernels

extension ExampleBackend {
  func gather(_ plan: IndexPlan, _ out: Buffer, _ x: Buffer) throws {
    let examples = try Examples(out)
    try examples.indexing {
      try examples.backend.gather(examples.all(plan), examples.all(out), examples.all(x))
    }
  }

  func scatter(
    _ op: mk_scatter_op, _ plan: IndexPlan, _ out: Buffer, _ values: Buffer, checkFirst: Bool
  ) throws {
    let examples = try Examples(out)
    let place = try examples.all(out)
    let dense = place.isDense ? place : try place.contiguous()
    try examples.indexing {
      try examples.backend.scatter(
        op, examples.all(plan), dense, examples.all(values), checkFirst: checkFirst)
    }
    if dense !== place { try examples.backend.copy(place, dense) }
  }

  func weightedGather(
    _ positions: Buffer, _ out: Buffer, _ x: Buffer, _ weights: Buffer
  ) throws {
    let examples = try Examples(out)
    try examples.backend.weightedGather(
      examples.all(positions).folded(), examples.all(out).foldedPlace(), examples.all(x).folded(),
      examples.all(weights).folded())
  }

  func weightedGatherInput(
    _ positions: Buffer, _ dx: Buffer, _ dout: Buffer, _ weights: Buffer
  ) throws {
    let examples = try Examples(dx)
    try examples.backend.weightedGatherInput(
      examples.all(positions).folded(), examples.all(dx).foldedPlace(),
      examples.all(dout).folded(), examples.all(weights).folded())
  }

  func weightedGatherWeight(
    _ positions: Buffer, _ dweights: Buffer, _ dout: Buffer, _ x: Buffer
  ) throws {
    let examples = try Examples(dweights)
    try examples.backend.weightedGatherWeight(
      examples.all(positions).folded(), examples.all(dweights).foldedPlace(),
      examples.all(dout).folded(), examples.all(x).folded())
  }

  func nonzero(_ mask: Buffer) throws -> Buffer { throw sizeDiffers("nonzero") }

  func maskedSelect(_ x: Buffer, _ mask: Buffer) throws -> Buffer {
    throw sizeDiffers("maskedSelect")
  }

  private func sizeDiffers(_ operation: String) -> TensorError {
    .device(
      operation: operation,
      reason: "inside of vmap the size of its result would differ from example to example; use"
        + " where(_:else:)")
  }
}

extension Examples {
  /// The plan for all examples: the first dimension is walked.
  fileprivate func all(_ plan: IndexPlan) throws -> IndexPlan {
    var wide = plan
    wide.source = try plan.source.inserting(count)
    wide.sizes = try plan.sizes.inserting(count)
    wide.walks = try plan.walks.inserting(0)
    for i in 1..<wide.walks.rank where wide.walks[i] >= 0 { wide.walks[i] += 1 }
    wide.indices = try plan.indices.map { index in
      let buffer = try all(index.buffer)
      return IndexPlan.Indices(
        buffer: buffer, strides: try index.strides.inserting(buffer.strides[0]),
        dim: index.dim + 1)
    }
    return wide
  }

  /// Runs `body`, whose errors count the dimension of the examples.
  fileprivate func indexing(_ body: () throws -> Void) throws {
    do {
      try body()
    } catch TensorError.index(let operation, let index, let size, let dim) {
      throw TensorError.index(operation: operation, index: index, size: size, dim: dim - 1)
    }
  }
}
