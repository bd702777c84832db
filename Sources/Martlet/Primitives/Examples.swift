/// A tensor that does not vary with the examples of a call of `vmap`, for every example: a view.
struct RepeatExamples: Primitive {
  /// The axes that are new.
  var axes: [ExampleAxis]

  static var kind: PrimitiveKind { .repeatExamples }
  var name: String { "vmap" }
  var fusion: FusionClass { .view }

  /// The space has x's axes and more.
  static func callAsFunction(_ x: Tensor, over space: ExampleSpace) throws -> Tensor {
    let own = try ExampleSpace.of(x.target)
    let out = try x.buffer.repeated(over: space)
    return try RepeatExamples(axes: space.axes.filter { own?.contains($0) != true }).record(out, x)
  }

  func saves(_ needs: Needs) -> Saves { [] }

  func backward(_ g: Tensor, _ record: Recorded<RepeatExamples>) throws {
    var sum = g
    for axis in axes { sum = try JoinExamples(axis: axis)(sum).sum(0) }
    try record.sendX(sum)
  }
}

/// A dimension as the examples of a call of `vmap`: a view of one of them.
struct SplitExamples: Primitive {
  var axis: ExampleAxis
  var dim: Int

  static var kind: PrimitiveKind { .splitExamples }
  var name: String { "vmap" }
  var fusion: FusionClass { .view }

  /// The dimension has the axis' size.
  func callAsFunction(_ x: Tensor) throws -> Tensor {
    _ = try x.target
    return try record(x.buffer.split(axis, dim: dim), x)
  }

  func saves(_ needs: Needs) -> Saves { [] }

  func backward(_ g: Tensor, _ record: Recorded<SplitExamples>) throws {
    try record.sendX(JoinExamples(axis: axis)(g).movedim(0, dim))
  }
}

/// The examples of a call of `vmap` as a new first dimension: a view.
struct JoinExamples: Primitive {
  var axis: ExampleAxis

  static var kind: PrimitiveKind { .joinExamples }
  var name: String { "vmap" }
  var fusion: FusionClass { .view }

  /// What does not vary with the examples is repeated.
  func callAsFunction(_ x: Tensor) throws -> Tensor {
    guard let space = try ExampleSpace.of(x.target), space.contains(axis) else {
      return try View.expand(x, to: x.sizes.inserting(axis.size))
    }
    return try record(x.buffer.joined(axis), x)
  }

  func saves(_ needs: Needs) -> Saves { [] }

  func backward(_ g: Tensor, _ record: Recorded<JoinExamples>) throws {
    if let space = try ExampleSpace.of(g.target), space.contains(axis) {
      throw TensorError.autograd("vmap: the gradient of its results varies with its own examples")
    }
    try record.sendX(SplitExamples(axis: axis, dim: 0)(g))
  }
}
