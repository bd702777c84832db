/// Geometry of a pooling over x `[N, C, in...]`.
struct PoolWindow: Sendable, Hashable {
  var kernel: Dims
  var stride: Dims
  var padding: Dims
  var dilation: Dims
  /// Sizes of the result's spatial dimensions, which depend on rounding up or down.
  var output: Dims
}

/// The greatest element of each window.
struct MaxPool: Primitive {
  var window: PoolWindow
  var input: Dims
  /// Where in the input's spatial volume each maximum was, int64 `[N, C, out...]`.
  var indices: Buffer

  static var kind: PrimitiveKind { .maxPool }
  var name: String { "maxPool\(window.kernel.rank)d" }
  var fusion: FusionClass { .reduction }

  static func callAsFunction(_ x: Tensor, _ window: PoolWindow, withIndices: Bool) throws -> (
    values: Tensor, indices: Tensor?
  ) {
    let sizes = pooledSizes(x, window)
    let out = try Buffer(sizes, channelsLike: x.buffer, x.target)
    let tracked = x.history != nil && Mode.isRecording
    guard tracked || withIndices else {
      try out.backend.maxPool(window, out, nil, x.buffer)
      return (Tensor(out), nil)
    }
    let indices = try Buffer(sizes, .int64, x.target)
    try out.backend.maxPool(window, out, indices, x.buffer)
    let values = try MaxPool(window: window, input: x.sizes, indices: indices).record(out, x)
    return (values, Tensor(indices))
  }

  func saves(_ needs: Needs) -> Saves { [] }

  func backward(_ g: Tensor, _ record: Recorded<MaxPool>) throws {
    try record.sendX(MaxPoolScatter(window: window, input: input, indices: indices)(g))
  }
}

/// Adds elements to the places that a max pooling chose.
struct MaxPoolScatter: Primitive {
  var window: PoolWindow
  var input: Dims
  var indices: Buffer

  static var kind: PrimitiveKind { .maxPoolScatter }
  var name: String { "maxPoolScatter" }
  var fusion: FusionClass { .opaque }

  func callAsFunction(_ g: Tensor) throws -> Tensor {
    let g = try g.along(indices, name)
    let out = try Buffer(input, channelsLike: g.buffer, g.target)
    try out.backend.maxPoolBackward(window, out, g.buffer, indices)
    return try record(out, g)
  }

  func saves(_ needs: Needs) -> Saves { [] }

  func backward(_ g: Tensor, _ record: Recorded<MaxPoolScatter>) throws {
    // The elements of g at the chosen places.
    let flat = try g.flatten(from: 2)
    let places = try Tensor(indices).flatten(from: 2)
    let plan = IndexPlan(gathering: places.buffer, dim: 2, from: flat.sizes)
    try record.sendX(View.reshape(Gather(plan: plan)(flat), to: indices.sizes))
  }
}

/// The mean of each window.
struct AveragePool: Primitive {
  var window: PoolWindow
  var input: Dims
  var countPadding: Bool
  /// What sums are divided by; nil for the window's size.
  var divisor: Int?

  static var kind: PrimitiveKind { .averagePool }
  var name: String { "avgPool\(window.kernel.rank)d" }
  var fusion: FusionClass { .reduction }

  func callAsFunction(_ x: Tensor) throws -> Tensor {
    let out = try Buffer(pooledSizes(x, window), channelsLike: x.buffer, x.target)
    try out.backend.averagePool(
      window, out, x.buffer, countPadding: countPadding, divisor: divisor)
    return try record(out, x)
  }

  func saves(_ needs: Needs) -> Saves { [] }

  func backward(_ g: Tensor, _ record: Recorded<AveragePool>) throws {
    try record.sendX(
      AveragePoolSpread(
        window: window, input: input, countPadding: countPadding, divisor: divisor)(g))
  }
}

/// The derivative of an average pooling: each element spread over its window.
struct AveragePoolSpread: Primitive {
  var window: PoolWindow
  var input: Dims
  var countPadding: Bool
  var divisor: Int?

  static var kind: PrimitiveKind { .averagePoolSpread }
  var name: String { "avgPoolSpread" }
  var fusion: FusionClass { .opaque }

  func callAsFunction(_ g: Tensor) throws -> Tensor {
    let out = try Buffer(input, channelsLike: g.buffer, g.target)
    try out.backend.averagePoolBackward(
      window, out, g.buffer, countPadding: countPadding, divisor: divisor)
    return try record(out, g)
  }

  func saves(_ needs: Needs) -> Saves { [] }

  func backward(_ g: Tensor, _ record: Recorded<AveragePoolSpread>) throws {
    try record.sendX(
      AveragePool(window: window, input: input, countPadding: countPadding, divisor: divisor)(g))
  }
}

private func pooledSizes(_ x: Tensor, _ window: PoolWindow) -> Dims {
  var sizes = Dims()
  sizes.append(x.sizes[0])
  sizes.append(x.sizes[1])
  for i in 0..<window.output.rank { sizes.append(window.output[i]) }
  return sizes
}
