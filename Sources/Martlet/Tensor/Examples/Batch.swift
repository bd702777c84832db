/// The memory of a tensor that stands for an example: a buffer of all examples on the enclosing
/// device.
final class Batch: MemoryOwner, @unchecked Sendable {
  let space: ExampleSpace
  /// How far examples are apart, in elements; 0 if all are the same.
  let stride: Int
  private var whole: Buffer
  /// The geometry of an example as it was made, of which others are views.
  fileprivate let sizes: Dims
  fileprivate let strides: Dims

  fileprivate init(
    _ space: ExampleSpace, _ whole: Buffer, stride: Int, _ sizes: Dims, _ strides: Dims
  ) {
    self.space = space
    self.whole = whole
    self.stride = stride
    self.sizes = sizes
    self.strides = strides
  }

  /// The examples' memory, on the enclosing device.
  var memory: Buffer { whole }

  /// Whether nobody else refers to the memory. The caller holds the only reference to this batch.
  var isAlone: Bool {
    (stride != 0 || space.axis.size <= 1) && isKnownUniquelyReferenced(&whole)
      && whole.ownsMemoryAlone
  }
}

extension Buffer {
  /// The batch that this buffer stands for an example of.
  var batch: Batch? { device.isOfExamples ? owner as? Batch : nil }

  /// New memory for the examples of a space.
  static func batch(
    _ sizes: Dims, strides: Dims, count: Int, _ dtype: DType, _ space: ExampleSpace
  ) throws -> Batch {
    let outer = try sizes.inserting(space.axis.size)
    let step = max(count, 1)
    let whole = try Buffer(
      outer, denseStrides: strides.inserting(step), dtype, space.enclosingDevice)
    return Batch(space, whole, stride: step, sizes, strides)
  }

  /// An example of `whole`, whose dimension `dim` becomes the examples.
  static func example(of whole: Buffer, dim: Int, _ space: ExampleSpace) -> Buffer {
    var sizes = whole.sizes
    var strides = whole.strides
    let step = strides[dim]
    sizes.remove(at: dim)
    strides.remove(at: dim)
    return Buffer(
      example: Batch(space, whole, stride: step, sizes, strides), data: whole.data, sizes, strides,
      whole.dtype)
  }

  /// This buffer as every example of a space with one more axis, the last.
  fileprivate func repeated(_ space: ExampleSpace) -> Buffer {
    Buffer(
      example: Batch(space, self, stride: 0, sizes, strides), data: data, sizes, strides, dtype)
  }

  /// All examples, as the first dimension of a buffer on the enclosing device.
  func allExamples() throws -> Buffer {
    guard let batch else {
      throw TensorError.device(operation: "vmap", reason: "a tensor does not stand for an example")
    }
    return Buffer(
      viewing: batch.memory, try sizes.inserting(batch.space.axis.size),
      strides: try strides.inserting(batch.stride),
      offset: (data - batch.memory.data) / dtype.itemSize)
  }

  /// The same elements for all examples of a space that has this buffer's axes and more.
  func repeated(over space: ExampleSpace) throws -> Buffer {
    if device == space.device { return self }
    let own = try ExampleSpace.of(device)
    if own?.axis === space.axis, let enclosing = space.enclosing {
      return .example(of: try allExamples().repeated(over: enclosing), dim: 0, space)
    }
    guard own == nil || own.map({ $0.axes.count < space.axes.count }) == true,
      own?.base ?? device == space.base
    else {
      throw TensorError.device(
        operation: "vmap", reason: "a tensor is on \(device) and another on \(space.base)")
    }
    return try (space.enclosing.map { try repeated(over: $0) } ?? self).repeated(space)
  }

  /// Dimension `dim` as the examples of an axis that this buffer does not vary with.
  func split(_ axis: ExampleAxis, dim: Int) throws -> Buffer {
    guard let own = try ExampleSpace.of(device) else {
      return .example(of: self, dim: dim, ExampleSpace.of([axis], on: device))
    }
    let space = ExampleSpace.of(
      (own.axes + [axis]).sorted { $0.number < $1.number }, on: own.base)
    if space.axis === axis { return .example(of: self, dim: dim, space) }
    return .example(of: try allExamples().split(axis, dim: dim + 1), dim: 0, space)
  }

  /// The examples of an axis that this buffer varies with, as a new first dimension.
  func joined(_ axis: ExampleAxis) throws -> Buffer {
    let own = try ExampleSpace.of(device)
    let all = try allExamples()
    guard let own, own.axis !== axis else { return all }
    let space = ExampleSpace.of(own.axes.filter { $0 !== axis }, on: own.base)
    return .example(of: try all.joined(axis), dim: 1, space)
  }

  /// The elements of all examples of all axes; of other devices the buffer itself.
  func ofAllExamples() throws -> Buffer {
    device.isOfExamples ? try allExamples().ofAllExamples() : self
  }

  /// The whole that this example is a view of, as the batch was made.
  static func whole(_ batch: Batch, _ dtype: DType) -> Buffer {
    Buffer(example: batch, data: batch.memory.data, batch.sizes, batch.strides, dtype)
  }
}

extension Dims {
  /// With one more dimension in front.
  func inserting(_ value: Int) throws -> Dims {
    guard rank < Dims.maxRank else {
      throw TensorError.rank(
        operation: "vmap", rank: rank + 1, expected: "at most 12 with that of the examples")
    }
    var result = self
    result.insert(value, at: 0)
    return result
  }
}
