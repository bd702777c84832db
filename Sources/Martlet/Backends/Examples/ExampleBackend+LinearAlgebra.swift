import CKernels

extension ExampleBackend {
  func matmul(_ out: Buffer, _ x: Buffer, _ y: Buffer) throws {
    let examples = try Examples(out)
    if out.rank == 2, let y = try examples.shared(y) {
      // One product over the rows of all examples.
      return try examples.backend.matmul(
        examples.all(out).foldedPlace(), examples.all(x).folded(), y)
    }
    try examples.backend.matmul(examples.all(out), examples.all(x), examples.all(y))
  }

  func linear(_ out: Buffer, _ x: Buffer, _ weight: Buffer, _ bias: Buffer?) throws {
    let examples = try Examples(out)
    let sharedBias = try bias.flatMap { try examples.shared($0) }
    if let sharedWeight = try examples.shared(weight), bias == nil || sharedBias != nil {
      return try examples.backend.linear(
        examples.all(out).foldedPlace(), examples.all(x).folded(), sharedWeight, sharedBias)
    }
    var sizes = weight.sizes
    var strides = weight.strides
    sizes.swapAt(0, 1)
    strides.swapAt(0, 1)
    try matmul(out, x, Buffer(viewing: weight, sizes, strides: strides, offset: 0))
    if let bias { try binary(.add, out, out, bias) }
  }

  func factor(
    _ kind: mk_factorization, _ out: Buffer, _ pivots: Buffer?, _ info: Buffer, _ x: Buffer
  ) throws {
    let examples = try Examples(out)
    try examples.backend.factor(
      kind, examples.all(out), examples.all(pivots), examples.all(info), examples.all(x))
  }

  func solve(
    _ equation: Equation, _ out: Buffer, _ a: Buffer, _ pivots: Buffer?, _ b: Buffer
  ) throws {
    let examples = try Examples(out)
    try examples.backend.solve(
      equation, examples.all(out), examples.all(a), examples.all(pivots), examples.all(b))
  }

  func pivotOrder(_ order: Buffer, _ pivots: Buffer) throws {
    let examples = try Examples(order)
    try examples.backend.pivotOrder(examples.all(order), examples.all(pivots).contiguous())
  }
}
