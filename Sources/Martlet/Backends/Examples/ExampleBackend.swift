import CKernels

/// Computes on tensors that stand for an example inside of `vmap`: all examples together, by the
/// enclosing device's kernels, on buffers with one more dimension. Where a kernel has no place for
/// the dimension, it runs once for each example.
struct ExampleBackend: Backend {
  func unary(_ op: Unary, _ out: Buffer, _ x: Buffer) throws {
    let examples = try Examples(out)
    try examples.backend.unary(op, examples.all(out), examples.all(x))
  }

  func binary(_ op: Binary, _ out: Buffer, _ x: Buffer, _ y: Buffer) throws {
    let examples = try Examples(out)
    let rank = out.rank
    try examples.backend.binary(
      op, examples.all(out), examples.all(x, rank), examples.all(y, rank))
  }

  func binary(_ op: Binary, _ out: Buffer, _ x: Buffer, number: Double, first: Bool) throws {
    let examples = try Examples(out)
    let (wideOut, wideX) = (try examples.all(out), try examples.all(x))
    if wideX.isDense, wideOut.isDense, wideOut.hasStrides(wideX.strides) {
      return try examples.backend.binary(op, wideOut, wideX, number: number, first: first)
    }
    let number = try Tensor(.float(number), dtype: .float32, device: wideOut.device).buffer
    try examples.backend.binary(op, wideOut, first ? number : wideX, first ? wideX : number)
  }

  func ternary(_ op: Ternary, _ out: Buffer, _ x: Buffer, _ y: Buffer, _ z: Buffer) throws {
    let examples = try Examples(out)
    let rank = out.rank
    try examples.backend.ternary(
      op, examples.all(out), examples.all(x, rank), examples.all(y, rank), examples.all(z, rank))
  }

  func copy(_ out: Buffer, _ x: Buffer) throws {
    let examples = try Examples(out)
    try examples.backend.copy(examples.all(out), examples.all(x, out.rank))
  }

  func fill(_ out: Buffer, _ value: Scalar) throws {
    let examples = try Examples(out)
    try examples.backend.fill(examples.all(out), value)
  }

  func takeSteps(_ steps: [mk_step]) throws {
    throw TensorError.device(
      operation: "step", reason: "inside of vmap parameters are the same for all examples")
  }
}

/// The examples of a space, as the buffers of the enclosing device that hold them.
struct Examples {
  let space: ExampleSpace
  /// What computes on the enclosing device.
  let backend: any Backend

  /// The examples that `out` is one of.
  ///
  /// - Throws: `TensorError.device` for a tensor that was taken out of its `vmap`.
  init(_ out: Buffer) throws {
    guard let batch = out.batch else {
      throw TensorError.device(operation: "vmap", reason: "a tensor does not stand for an example")
    }
    // The gradients of what a call returned flow through it when it is over.
    guard batch.space.axis.isOpen || Mode.current.contains(.backward) else {
      throw TensorError.device(
        operation: "vmap",
        reason: "a tensor of one example was taken out of the function; return it instead")
    }
    space = batch.space
    backend = try batch.memory.backend
  }

  /// How many there are.
  var count: Int { space.axis.size }

  /// All examples as the first dimension. What does not vary with them is repeated.
  func all(_ x: Buffer) throws -> Buffer { try x.repeated(over: space).allExamples() }
  func all(_ x: Buffer?) throws -> Buffer? { try x.map { try all($0) } }

  /// The same, with sizes of 1 after the first dimension as for an example of that rank: for
  /// operands that broadcast.
  func all(_ x: Buffer, _ rank: Int) throws -> Buffer {
    let x = try all(x)
    if x.rank > rank { return x }
    var sizes = Dims(repeating: 1, rank: rank + 1)
    var strides = Dims(repeating: 0, rank: rank + 1)
    sizes[0] = x.sizes[0]
    strides[0] = x.strides[0]
    for i in 1..<x.rank {
      sizes[rank + 1 - x.rank + i] = x.sizes[i]
      strides[rank + 1 - x.rank + i] = x.strides[i]
    }
    return Buffer(viewing: x, sizes, strides: strides, offset: 0)
  }

  /// The same, with a dimension to work along also where an example has none.
  func lines(_ x: Buffer) throws -> Buffer { try all(x, 1) }
  func lines(_ x: Buffer?) throws -> Buffer? { try x.map { try lines($0) } }

  /// What is the same for all examples, as a buffer of the enclosing device; nil for what varies.
  func shared(_ x: Buffer) throws -> Buffer? {
    let all = try all(x)
    return all.strides[0] == 0 || count == 1 ? Examples.one(all, 0) : nil
  }

  /// An example of what `all` gives.
  static func one(_ all: Buffer, _ number: Int) -> Buffer {
    var sizes = all.sizes
    var strides = all.strides
    sizes.remove(at: 0)
    strides.remove(at: 0)
    return Buffer(
      viewing: all, sizes, strides: strides, offset: all.count == 0 ? 0 : number * all.strides[0])
  }

  /// Calls `body` for each example with a function that picks it out of what `all` gives.
  func forEach(_ body: ((Buffer) -> Buffer) throws -> Void) rethrows {
    for number in 0..<count { try body { Examples.one($0, number) } }
  }
}

extension Buffer {
  /// The first two dimensions as one; nil where strides cannot express it.
  private var joinedInFront: Buffer? {
    var sizes = sizes
    var strides = strides
    if sizes[1] == 1 {
      strides[1] = strides[0]
    } else if sizes[0] != 1, count > 0, strides[0] != sizes[1] &* strides[1] {
      return nil
    }
    sizes[1] *= sizes[0]
    sizes.remove(at: 0)
    strides.remove(at: 0)
    return Buffer(viewing: self, sizes, strides: strides, offset: 0)
  }

  /// The first two dimensions as one, in a copy if need be.
  func folded() throws -> Buffer {
    if let view = joinedInFront { return view }
    let rows = try contiguous()
    return rows.joinedInFront ?? rows
  }

  /// The same for what is written, which is such that it can be seen so.
  func foldedPlace() throws -> Buffer {
    guard let view = joinedInFront else {
      throw TensorError.device(operation: "vmap", reason: "the result's memory has gaps")
    }
    return view
  }
}
