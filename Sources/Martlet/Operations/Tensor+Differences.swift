extension Tensor {
  /// Differences of neighbours along a dimension, taken `order` times, with what `prepend` and
  /// `append` put before and after.
  ///
  ///     let speed = try position.diff()
  public func diff(
    _ order: Int = 1, _ dim: Int = -1, prepend: Tensor? = nil, append: Tensor? = nil
  ) throws -> Tensor {
    guard rank > 0, order >= 0 else {
      throw TensorError.argument(
        operation: "diff", reason: "order \(order) of a tensor of \(rank) dimensions")
    }
    if order == 0 { return self }
    for case let other? in [prepend, append] where other.rank != rank {
      throw TensorError.rank(operation: "diff", rank: other.rank, expected: "\(rank), as its input")
    }
    var x = self
    if prepend != nil || append != nil {
      x = try cat([prepend, self, append].compactMap { $0 }, dim: dim)
    }
    for _ in 0..<Swift.min(order, try x.size(dim)) {
      let length = try x.size(dim) - 1
      let next = try x.narrow(dim, start: 1, length: length)
      let previous = try x.narrow(dim, start: 0, length: length)
      x = try x.dtype == .bool ? next.logicalXor(previous) : next - previous
    }
    return x
  }

  /// The derivatives of sampled values along some dimensions, all of them by default: central
  /// differences, at both ends one-sided ones whose error is of order `edgeOrder`, 1 or 2.
  ///
  ///     let slopes = try heights.gradient(spacing: 0.5, [0, 1])
  ///
  /// - Parameters:
  ///   - spacing: The distance of neighbouring samples.
  ///   - dims: The dimensions to differentiate along; nil for all.
  ///   - edgeOrder: 1 or 2.
  /// - Returns: One tensor of this shape a dimension.
  public func gradient(spacing: Double = 1, _ dims: [Int]? = nil, edgeOrder: Int = 1) throws
    -> [Tensor]
  {
    let dims = try gradientDims(dims)
    return try gradient(
      spacings: Array(repeating: spacing, count: dims.count), dims, edgeOrder: edgeOrder)
  }

  /// `gradient` with a distance of neighbouring samples for each of the dimensions.
  ///
  ///     let slopes = try heights.gradient(spacings: [0.5, 2], [0, 1])
  public func gradient(spacings: [Double], _ dims: [Int]? = nil, edgeOrder: Int = 1) throws
    -> [Tensor]
  {
    try derivatives(dims, spacings.count, edgeOrder) { x, d, i in
      try x.slopes(d, step: spacings[i], edgeOrder)
    }
  }

  /// `gradient` with the coordinates of the samples, a list for each of the dimensions.
  ///
  ///     let slopes = try heights.gradient(coordinates: [Tensor([0.0, 1.0, 4.0])], [0])
  public func gradient(coordinates: [Tensor], _ dims: [Int]? = nil, edgeOrder: Int = 1) throws
    -> [Tensor]
  {
    try derivatives(dims, coordinates.count, edgeOrder) { x, d, i in
      guard coordinates[i].rank == 1, coordinates[i].count == x.sizes[d] else {
        throw TensorError.shape(
          operation: "gradient", shapes: [shape, coordinates[i].shape],
          reason: "the coordinates must be a list as long as dimension \(d)")
      }
      return try x.slopes(d, at: coordinates[i].to(x.dtype), edgeOrder)
    }
  }

  private func gradientDims(_ dims: [Int]?) throws -> [Int] {
    let chosen = try dims?.map { try normalize($0, rank, "gradient") } ?? Array(0..<rank)
    guard rank > 0, Set(chosen).count == chosen.count else {
      throw TensorError.argument(
        operation: "gradient", reason: "dimensions \(chosen) of a tensor of \(rank)")
    }
    return chosen
  }

  private func derivatives(
    _ dims: [Int]?, _ spacings: Int, _ edgeOrder: Int,
    _ derivative: (Tensor, Int, Int) throws -> Tensor
  ) throws -> [Tensor] {
    let dims = try gradientDims(dims)
    guard spacings == dims.count else {
      throw TensorError.argument(
        operation: "gradient", reason: "\(spacings) spacings for \(dims.count) dimensions")
    }
    guard edgeOrder == 1 || edgeOrder == 2 else {
      throw TensorError.argument(
        operation: "gradient", reason: "edge order \(edgeOrder), not 1 or 2")
    }
    for d in dims where sizes[d] <= edgeOrder {
      throw TensorError.shape(
        operation: "gradient", shapes: [shape],
        reason: "dimension \(d) needs at least \(edgeOrder + 1) elements")
    }
    let x = try to(dtype.floatingPoint)
    return try dims.enumerated().map { i, d in try x.widened { try derivative($0, d, i) } }
  }

  private func slopes(_ d: Int, step: Double, _ edgeOrder: Int) throws -> Tensor {
    let n = sizes[d]
    func at(_ i: Int, _ length: Int = 1) throws -> Tensor {
      try narrow(d, start: i, length: length)
    }
    let inner = try (at(2, n - 2) - at(0, n - 2)) / (2 * step)
    if edgeOrder == 1 {
      return try cat([(at(1) - at(0)) / step, inner, (at(n - 1) - at(n - 2)) / step], dim: d)
    }
    let first = try (at(1) * 2 - at(0) * 1.5 - at(2) * 0.5) / step
    let last = try (at(n - 1) * 1.5 - at(n - 2) * 2 + at(n - 3) * 0.5) / step
    return try cat([first, inner, last], dim: d)
  }

  /// Of the parabola through three neighbouring samples; for unequal distances as in Fornberg,
  /// "Generation of finite difference formulas on arbitrarily spaced grids", 1988.
  private func slopes(_ d: Int, at coordinates: Tensor, _ edgeOrder: Int) throws -> Tensor {
    let n = sizes[d]
    var line = Array(repeating: 1, count: rank)
    line[d] = n - 1
    let steps = try coordinates.diff().reshape(line)
    func value(_ i: Int, _ length: Int = 1) throws -> Tensor {
      try narrow(d, start: i, length: length)
    }
    func step(_ i: Int, _ length: Int = 1) throws -> Tensor {
      try steps.narrow(d, start: i, length: length)
    }
    let (before, after) = try (step(0, n - 2), step(1, n - 2))
    let both = try before + after
    let inner =
      try value(1, n - 2) * ((after - before) / (before * after))
      - value(0, n - 2) * (after / (before * both)) + value(2, n - 2) * (before / (after * both))
    if edgeOrder == 1 {
      let first = try (value(1) - value(0)) / step(0)
      let last = try (value(n - 1) - value(n - 2)) / step(n - 2)
      return try cat([first, inner, last], dim: d)
    }
    let first = try edge(value(0), value(1), value(2), step(0), step(1))
    let last = try edge(value(n - 1), value(n - 2), value(n - 3), step(n - 2), step(n - 3))
    return try cat([first, inner, -last], dim: d)
  }

  /// The slope at the first of three samples, with the distances to the second and from there to
  /// the third.
  private func edge(_ x: Tensor, _ y: Tensor, _ z: Tensor, _ a: Tensor, _ b: Tensor) throws
    -> Tensor
  {
    let both = try a + b
    return try y * (both / (a * b)) - x * ((both + a) / (a * both)) - z * (a / (b * both))
  }
}
