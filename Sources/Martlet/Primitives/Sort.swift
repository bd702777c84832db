import CKernels

/// Order along a dimension. The values are gathered by the indices, which carries their gradient.
enum Sort {
  static func sort(_ x: Tensor, dim: Int, descending: Bool) throws -> (
    values: Tensor, indices: Tensor
  ) {
    let indices = try Buffer(x.sizes, .int64, x.target)
    let tracked = x.history != nil && Mode.isRecording
    let values = tracked ? nil : try Buffer(x.sizes, x.dtype, x.target)
    try x.buffer.backend.sort(values, indices, x.buffer, dim, descending: descending)
    return (try values.map { Tensor($0) } ?? gathered(x, indices, dim), Tensor(indices))
  }

  /// The `k` greatest or least, in order.
  static func topk(_ x: Tensor, k: Int, dim: Int, largest: Bool) throws -> (
    values: Tensor, indices: Tensor
  ) {
    var sizes = x.sizes
    if sizes.rank > 0 { sizes[dim] = k }
    let indices = try Buffer(sizes, .int64, x.target)
    let tracked = x.history != nil && Mode.isRecording
    let values = tracked ? nil : try Buffer(sizes, x.dtype, x.target)
    try x.buffer.backend.topk(values, indices, x.buffer, dim, k, largest: largest)
    return (try values.map { Tensor($0) } ?? gathered(x, indices, dim), Tensor(indices))
  }

  /// Where the element that a rule names stands along a dimension, which has size 1.
  static func kth(_ rule: mk_rank_rule, _ x: Tensor, dim: Int, k: Int = 0) throws -> Tensor {
    var sizes = x.sizes
    sizes[dim] = 1
    let indices = try Buffer(sizes, .int64, x.target)
    try x.buffer.backend.kth(rule, indices, x.buffer, dim, k)
    return Tensor(indices)
  }

  private static func gathered(_ x: Tensor, _ indices: Buffer, _ dim: Int) throws -> Tensor {
    if x.rank == 0 { return x }
    return try Gather(plan: IndexPlan(gathering: indices, dim: dim, from: x.sizes))(x)
  }
}
