/// Weighted sums of chosen elements of lines: `out[n, c, p] = sum over t of weights[n, t, p] x[n,
/// c, positions[n, t, p]]` for x `[N, C, S]`, and weights and positions `[N, T, P]`.
///
/// The lines of an example share weights and positions: sampling of images, where the neighbours of
/// a place make up its value.
struct WeightedGather: Primitive {
  /// int32. A position outside of a line has no element, and adds nothing.
  var positions: Buffer
  /// The elements of a line.
  var length: Int

  static var kind: PrimitiveKind { .weightedGather }
  var name: String { "weightedGather" }
  var fusion: FusionClass { .opaque }

  /// Shapes fit, and x and weights have one dtype, float32 or float64.
  func callAsFunction(_ x: Tensor, _ weights: Tensor) throws -> Tensor {
    let (x, weights) = try alongPositions(x, weights)
    let out = try buffer(x.sizes[0], x.sizes[1], weights.sizes[2], like: x)
    try out.backend.weightedGather(positions, out, x.buffer, weights.buffer)
    return try record(out, x, weights)
  }

  func saves(_ needs: Needs) -> Saves { .ofProduct(needs) }

  func backward(_ g: Tensor, _ record: Recorded<WeightedGather>) throws {
    if Mode.isRecording {
      try record.sendX(composedGradient(g, record.y))
      try record.sendY(composedWeightGradient(g, record.x))
    } else {
      try record.sendX(gradient(g, record.y))
      try record.sendY(weightGradient(g, record.x))
    }
  }

  /// Of x.
  private func gradient(_ g: Tensor, _ weights: Tensor) throws -> Tensor {
    let (g, weights) = try alongPositions(g, weights)
    let dx = try buffer(g.sizes[0], g.sizes[1], length, like: g)
    try dx.backend.weightedGatherInput(positions, dx, g.buffer, weights.buffer)
    return Tensor(dx)
  }

  private func weightGradient(_ g: Tensor, _ x: Tensor) throws -> Tensor {
    let (g, x) = try alongPositions(g, x)
    let dweights = try buffer(g.sizes[0], positions.sizes[1], g.sizes[2], like: g)
    try dweights.backend.weightedGatherWeight(positions, dweights, g.buffer, x.buffer)
    return Tensor(dweights)
  }

  // MARK: The same in operations that can be differentiated again

  private func composedGradient(_ g: Tensor, _ weights: Tensor) throws -> Tensor {
    let terms = try g.unsqueezed(2) * weights.unsqueezed(1)
    let (index, outside) = try places(g.sizes[1])
    let start = Tensor.zeros(
      [g.sizes[0], g.sizes[1], length], dtype: g.dtype, device: g.device)
    return try start.scatterAdd(2, index, terms.reshape(index.shape).filled(0, where: outside))
  }

  private func composedWeightGradient(_ g: Tensor, _ x: Tensor) throws -> Tensor {
    let (index, outside) = try places(g.sizes[1])
    let shape = [g.sizes[0], g.sizes[1], positions.sizes[1], g.sizes[2]]
    let picked = try x.gather(2, index).filled(0, where: outside).reshape(shape)
    return try (picked * g.unsqueezed(2)).sum(1)
  }

  /// For every term of every line its position, 0 for those outside, and which those are: `[N, C, T
  /// P]`.
  private func places(_ lines: Int) throws -> (index: Tensor, outside: Tensor) {
    let all = Tensor(positions)
    let outside = try (all .< 0).logicalOr(all .>= length)
    let shape = [all.sizes[0], lines, all.sizes[1] * all.sizes[2]]
    func spread(_ x: Tensor) throws -> Tensor {
      try x.flatten(from: 1).unsqueezed(1).expanded(shape)
    }
    return try (spread(all.filled(0, where: outside).to(.int64)), spread(outside))
  }

  // MARK: Results

  /// Inside of `vmap`, over all examples that the positions vary with.
  private func alongPositions(_ x: Tensor, _ y: Tensor) throws -> (Tensor, Tensor) {
    let (x, y) = try aligned(x, y, name)
    return try aligned(x.along(positions, name), y, name)
  }

  private func buffer(_ n: Int, _ lines: Int, _ columns: Int, like x: Tensor) throws -> Buffer {
    try Buffer(Dims([n, lines, columns], operation: name), x.dtype, x.target)
  }
}
