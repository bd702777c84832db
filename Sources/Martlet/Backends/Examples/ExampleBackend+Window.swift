// The examples of a pooling are part of its batch.
extension ExampleBackend {
  func maxPool(_ window: PoolWindow, _ out: Buffer, _ indices: Buffer?, _ x: Buffer) throws {
    let examples = try Examples(out)
    try examples.backend.maxPool(
      window, examples.all(out).foldedPlace(), examples.all(indices)?.foldedPlace(),
      examples.all(x).folded())
  }

  func maxPoolBackward(
    _ window: PoolWindow, _ dx: Buffer, _ dy: Buffer, _ indices: Buffer
  ) throws {
    let examples = try Examples(dx)
    try examples.backend.maxPoolBackward(
      window, examples.all(dx).foldedPlace(), examples.all(dy).folded(),
      examples.all(indices).contiguous().folded())
  }

  func averagePool(
    _ window: PoolWindow, _ out: Buffer, _ x: Buffer, countPadding: Bool, divisor: Int?
  ) throws {
    let examples = try Examples(out)
    try examples.backend.averagePool(
      window, examples.all(out).foldedPlace(), examples.all(x).folded(),
      countPadding: countPadding, divisor: divisor)
  }

  func averagePoolBackward(
    _ window: PoolWindow, _ dx: Buffer, _ dy: Buffer, countPadding: Bool, divisor: Int?
  ) throws {
    let examples = try Examples(dx)
    try examples.backend.averagePoolBackward(
      window, examples.all(dx).foldedPlace(), examples.all(dy).folded(),
      countPadding: countPadding, divisor: divisor)
  }
}
