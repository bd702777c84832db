/// Matrix products over equal batch dimensions: `[..., m, k]` by `[..., k, n]`.
struct Matmul: Primitive {
  static var kind: PrimitiveKind { .matmul }
  var name: String { "matmul" }
  var fusion: FusionClass { .contraction }

  /// Both have the same rank, at least 2, the same batch sizes and dtype; k agrees.
  func callAsFunction(_ x: Tensor, _ y: Tensor) throws -> Tensor {
    let (x, y) = try aligned(x, y, name)
    var sizes = x.sizes
    sizes[sizes.rank - 1] = y.sizes[y.rank - 1]
    let out = try Buffer(sizes, x.dtype, x.target)
    try out.backend.matmul(out, x.buffer, y.buffer)
    return try record(out, x, y)
  }

  func saves(_ needs: Needs) -> Saves { .ofProduct(needs) }

  func backward(_ g: Tensor, _ record: Recorded<Matmul>) throws {
    try record.sendX(Matmul()(g, record.y.transposedMatrix()))
    try record.sendY(Matmul()(record.x.transposedMatrix(), g))
  }
}

extension Tensor {
  /// The last two dimensions swapped. The rank is at least 2.
  func transposedMatrix() throws -> Tensor {
    var order = Dims(repeating: 0, rank: rank)
    for i in 0..<rank { order[i] = i }
    order[rank - 1] = rank - 2
    order[rank - 2] = rank - 1
    return try View.permute(self, order)
  }
}

/// A linear layer: `x weight^T + bias` with x `[n, in]`, weight `[out, in]` and bias `[out]`.
struct LinearMap: Primitive {
  static var kind: PrimitiveKind { .linear }
  var name: String { "linear" }
  var fusion: FusionClass { .contraction }

  /// All have the same dtype; shapes have been checked.
  func callAsFunction(_ x: Tensor, _ weight: Tensor, _ bias: Tensor?) throws -> Tensor {
    let (x, wide, bias) = try aligned(x, weight, bias, name)
    let weight = wide ?? weight
    var sizes = x.sizes
    sizes[1] = weight.sizes[0]
    let out = try Buffer(sizes, x.dtype, x.target)
    try out.backend.linear(out, x.buffer, weight.buffer, bias?.buffer)
    return try record(out, x, weight, bias)
  }

  func saves(_ needs: Needs) -> Saves { .ofProduct(needs) }

  func backward(_ g: Tensor, _ record: Recorded<LinearMap>) throws {
    try record.sendX(Matmul()(g, record.y))
    try record.sendY(Matmul()(g.transposedMatrix(), record.x))
    try record.sendZ(Reduce(.sum, g, DimSet(0), keepDim: false)(g))
  }
}
