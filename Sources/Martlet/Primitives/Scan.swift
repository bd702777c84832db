import CKernels

/// Running combinations along a dimension.
struct Scan: Primitive {
  var op: mk_scan_op
  var dim: Int

  static var kind: PrimitiveKind { .scan }
  var name: String {
    switch op {
    case .sum: "cumsum"
    case .prod: "cumprod"
    case .max: "cummax"
    case .min: "cummin"
    case .logSumExp: "logcumsumexp"
    }
  }

  var fusion: FusionClass { .opaque }

  /// Sums and products of integers and bools are int64.
  func callAsFunction(_ x: Tensor) throws -> Tensor {
    let x = op == .sum || op == .prod ? try x.to(x.dtype.accumulator) : x
    let out = try Buffer(x.sizes, x.dtype, x.target)
    try out.backend.scan(op, out, nil, x.buffer, dim)
    return try record(out, x)
  }

  /// The running extreme, and where along `dim` it was last met.
  func withIndices(_ x: Tensor) throws -> (values: Tensor, indices: Tensor) {
    if x.rank == 0 { return (x, try x.zerosLike(dtype: .int64)) }
    let values = try Buffer(x.sizes, x.dtype, x.target)
    let indices = try Buffer(x.sizes, .int64, x.target)
    try values.backend.scan(op, values, indices, x.buffer, dim)
    if x.history == nil || !Mode.isRecording { return (Tensor(values), Tensor(indices)) }
    // Gathered, the values carry the gradient to where they came from.
    let plan = IndexPlan(gathering: indices, dim: dim, from: x.sizes)
    return (try Gather(plan: plan)(x), Tensor(indices))
  }

  func saves(_ needs: Needs) -> Saves { op == .prod || op == .logSumExp ? [.x, .output] : [] }

  func backward(_ g: Tensor, _ record: Recorded<Scan>) throws {
    switch op {
    case .sum: try record.sendX(reversedSum(g))
    case .prod: try record.sendX(productGradient(g, record.x, record.output))
    case .logSumExp:
      // Each x_i contributes exp(x_i - y_j) to every later y_j; positive and negative gradients are
      // summed apart in logs, which is not linear in g and so cannot be differentiated itself.
      let x = try record.x
      if Mode.isRecording {
        return try record.sendX(differentiableLogSumExpGradient(g, x, record.output))
      }
      let output = try record.output
      // Of what is minus infinity nothing is left to pass on; its logarithms would give NaN.
      let y = try output.filled(0, where: output .== -Double.infinity)
      func part(_ g: Tensor) throws -> Tensor {
        let none = try g .<= 0
        let logs = try (g.filled(1, where: none).log() - y).filled(-Double.infinity, where: none)
        let sums = try Scan(op: .logSumExp, dim: dim)(logs.flip(dim)).flip(dim)
        return try (sums + x).exp()
      }
      try record.sendX(part(g) - part(-g))
    case .max, .min: throw TensorError.autograd("\(name) has no derivative without its indices")
    }
  }

  /// The sum over every pair of places, whose exponentials are at most 1.
  private func differentiableLogSumExpGradient(_ g: Tensor, _ x: Tensor, _ y: Tensor) throws
    -> Tensor
  {
    if x.rank == 0 { return g }
    let place = Tensor.arange(x.sizes[dim])
    let earlier = try place.unsqueezed(1) .> place
    let from = try x.movedim(dim, -1).unsqueezed(-1)
    let to = try y.movedim(dim, -1).unsqueezed(-2)
    // Of what is minus infinity nothing is left to pass on.
    let none = try earlier.logicalOr(to .== -Double.infinity)
    let weights = try (from - to).filled(-Double.infinity, where: none).exp()
    return try (weights * g.movedim(dim, -1).unsqueezed(-2)).sum(-1).movedim(-1, dim)
  }

  private func reversedSum(_ x: Tensor) throws -> Tensor {
    try Scan(op: .sum, dim: dim)(x.flip(dim)).flip(dim)
  }

  /// The same without masks, which would hide from further derivatives how zeros change.
  private func differentiableProductGradient(_ g: Tensor, _ x: Tensor) throws -> Tensor {
    if x.rank == 0 { return g }
    let moved = try x.movedim(dim, -1)
    let n = x.sizes[dim]
    let rows = try moved.reshape([x.count / n, n])
    let weights = try g.movedim(dim, -1).reshape([x.count / n, 1, n])
    let places = Tensor.arange(n)
    let later = try places.unsqueezed(1) .<= places
    let terms = try Scan(op: .prod, dim: 2)(rows.withoutEach()) * weights
    return try terms.filled(0, where: later.logicalNot()).sum(2).reshape(moved.shape).movedim(
      -1, dim)
  }

  private func productGradient(_ g: Tensor, _ x: Tensor, _ y: Tensor) throws -> Tensor {
    let direct = try reversedSum(g * y) / x
    let zero = try x .== 0
    guard try zero.isTrueAnywhere else { return direct }
    if Mode.isRecording { return try differentiableProductGradient(g, x) }
    // From the first zero on the products are zero; only that zero's own gradient is not, and it is
    // the sum over the products without it, up to the next zero.
    let before = try Scan(op: .sum, dim: dim)(zero)
    let first = try zero.logicalAnd(before .== 1)
    let without = try Scan(op: .prod, dim: dim)(x.filled(1, where: first))
    let atFirst = try reversedSum((g * without).masked(by: before .== 1))
    let untouched = try reversedSum((g * y).masked(by: before .== 0)) / x.filled(1, where: zero)
    return try untouched.masked(by: before .== 0).filled(0, where: zero) + atFirst.masked(by: first)
  }
}
