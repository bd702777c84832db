import CKernels

extension CPUBackend {
  /// A row-major tensor seen as [outer, size, inner] around a dimension.
  func split(_ x: Buffer, _ dim: Int) -> (outer: Int64, size: Int64, inner: Int64) {
    var outer = 1
    var inner = 1
    for i in 0..<x.rank {
      if i < dim { outer *= x.sizes[i] } else if i > dim { inner *= x.sizes[i] }
    }
    return (Int64(outer), Int64(x.rank == 0 ? 1 : x.sizes[dim]), Int64(inner))
  }

  func softmax(_ out: Buffer, _ x: Buffer, _ dim: Int, log: Bool) throws {
    let x = try x.contiguous()
    let (outer, size, inner) = split(x, dim)
    try check(
      mk_softmax(x.dtype.kernel, log, outer, size, inner, out.data, x.data), "softmax", x.dtype)
  }

  func softmaxBackward(_ dx: Buffer, _ dy: Buffer, _ y: Buffer, _ dim: Int, log: Bool) throws {
    let dy = try dy.contiguous()
    let y = try y.contiguous()
    let (outer, size, inner) = split(y, dim)
    try check(
      mk_softmax_backward(y.dtype.kernel, log, outer, size, inner, dx.data, dy.data, y.data),
      "softmax", y.dtype)
  }

  func crossEntropy(
    _ losses: Buffer, _ normalizer: Buffer, _ logits: Buffer, _ labels: Buffer, _ ignored: Int
  ) throws {
    let logits = try logits.contiguous()
    var bad: Int64 = 0
    let status = mk_cross_entropy(
      logits.dtype.kernel, Int64(logits.sizes[0]), Int64(logits.sizes[1]), logits.data,
      labels.data.assumingMemoryBound(to: Int64.self), Int64(ignored), losses.data,
      normalizer.data, &bad)
    if status == .indexOutOfRange {
      throw TensorError.index(
        operation: "crossEntropy", index: Int(bad), size: logits.sizes[1], dim: 1)
    }
    try check(status, "crossEntropy", logits.dtype)
  }

  func crossEntropyBackward(
    _ dlogits: Buffer, _ dlosses: Buffer, _ logits: Buffer, _ labels: Buffer, _ ignored: Int,
    _ normalizer: Buffer
  ) throws {
    let logits = try logits.contiguous()
    let step = dlosses.rank == 1 ? dlosses.strides[0] : 0
    try check(
      mk_cross_entropy_backward(
        logits.dtype.kernel, Int64(logits.sizes[0]), Int64(logits.sizes[1]), logits.data,
        labels.data.assumingMemoryBound(to: Int64.self), Int64(ignored), normalizer.data,
        dlosses.data, Int64(step), dlogits.data),
      "crossEntropy", logits.dtype)
  }

  /// How many rows there are, their size, and how many rows the weight has.
  private func layerRows(_ x: Buffer, _ statistics: Buffer, _ weight: Buffer?) -> (
    rows: Int64, size: Int64, sets: Int64
  ) {
    let rows = statistics.count
    let size = rows == 0 ? 0 : x.count / rows
    return (Int64(rows), Int64(size), Int64(size == 0 ? 1 : (weight?.count ?? size) / size))
  }

  func layerNorm(
    _ out: Buffer, _ mean: Buffer?, _ rstd: Buffer, _ x: Buffer, _ weight: Buffer?,
    _ bias: Buffer?, eps: Double
  ) throws {
    let x = try x.contiguous()
    let weight = try weight?.contiguous()
    let bias = try bias?.contiguous()
    let (rows, size, sets) = layerRows(x, rstd, weight ?? bias)
    try check(
      mk_layer_norm(
        x.dtype.kernel, mean == nil, rows, size, sets, eps, out.data, x.data, weight?.data,
        bias?.data, mean?.data, rstd.data),
      "layerNorm", x.dtype)
  }

  func layerNormBackward(
    _ dx: Buffer?, _ dweight: Buffer?, _ dbias: Buffer?, _ dy: Buffer, _ x: Buffer,
    _ weight: Buffer?, _ mean: Buffer?, _ rstd: Buffer
  ) throws {
    let dy = try dy.contiguous()
    let x = try x.contiguous()
    let weight = try weight?.contiguous()
    let (rows, size, sets) = layerRows(x, rstd, weight ?? dweight ?? dbias)
    try check(
      mk_layer_norm_backward(
        x.dtype.kernel, mean == nil, rows, size, sets, dx?.data, dweight?.data, dbias?.data,
        dy.data, x.data, weight?.data, mean?.data, rstd.data),
      "layerNorm", x.dtype)
  }

  func groupNorm(
    _ norm: GroupNormalize, _ out: Buffer, _ x: Buffer, _ weight: Buffer?, _ bias: Buffer?
  ) throws {
    let x = try x.contiguous()
    let weight = try weight?.contiguous()
    let bias = try bias?.contiguous()
    let (batch, channels, inner) = split(x, 1)
    try check(
      mk_group_norm(
        x.dtype.kernel, batch, Int64(norm.groups), channels / Int64(norm.groups), inner, norm.eps,
        out.data, x.data, weight?.data, bias?.data, norm.mean.data, norm.rstd.data),
      "groupNorm", x.dtype)
  }

  func groupNormBackward(
    _ norm: GroupNormalize, _ dx: Buffer?, _ dweight: Buffer?, _ dbias: Buffer?, _ dy: Buffer,
    _ x: Buffer, _ weight: Buffer?
  ) throws {
    let x = try x.contiguous()
    let dy = try dy.contiguous()
    let weight = try weight?.contiguous()
    let (batch, channels, inner) = split(x, 1)
    try check(
      mk_group_norm_backward(
        x.dtype.kernel, batch, Int64(norm.groups), channels / Int64(norm.groups), inner, dx?.data,
        dweight?.data, dbias?.data, dy.data, x.data, weight?.data, norm.mean.data, norm.rstd.data),
      "groupNorm", x.dtype)
  }

  /// [outer, channels, inner] in memory: channels-last tensors have channels innermost.
  private func channelSplit(_ x: Buffer) -> (outer: Int64, channels: Int64, inner: Int64) {
    let channels = x.sizes[1]
    if x.isContiguous {
      let (outer, size, inner) = split(x, 1)
      return (outer, size, inner)
    }
    return (Int64(channels == 0 ? 0 : x.count / channels), Int64(channels), 1)
  }

  private func channelLayout(_ x: Buffer) throws -> Buffer {
    if x.isContiguous || x.isDense && x.hasStrides(x.sizes.channelsLastStrides) { return x }
    return try x.contiguous()
  }

  /// `x` laid out as `model` is.
  private func matched(_ x: Buffer, _ model: Buffer) throws -> Buffer {
    if model.isContiguous { return try x.contiguous() }
    if x.isDense && x.hasStrides(model.strides) { return x }
    let copy = try Buffer(like: model, x.dtype)
    try self.copy(copy, x)
    return copy
  }

  func batchStatistics(_ mean: Buffer, _ variance: Buffer, _ x: Buffer) throws {
    let x = try channelLayout(x)
    let (outer, channels, inner) = channelSplit(x)
    try check(
      mk_batch_stats(
        x.dtype.kernel, outer, channels, inner, mean.data, variance.data, x.data),
      "batchNorm", x.dtype)
  }

  func batchNorm(
    _ out: Buffer, _ x: Buffer, _ mean: Buffer, _ rstd: Buffer, _ weight: Buffer?, _ bias: Buffer?
  ) throws {
    let x = try matched(x, out)
    let weight = try weight?.contiguous()
    let bias = try bias?.contiguous()
    let (outer, channels, inner) = channelSplit(out)
    try check(
      mk_batch_norm(
        x.dtype.kernel, outer, channels, inner, out.data, x.data, mean.data, rstd.data,
        weight?.data, bias?.data),
      "batchNorm", x.dtype)
  }

  func batchNormBackward(
    _ dx: Buffer?, _ dweight: Buffer?, _ dbias: Buffer?, _ dy: Buffer, _ x: Buffer,
    _ mean: Buffer, _ rstd: Buffer, _ weight: Buffer?, training: Bool
  ) throws {
    let x = try dx.map { try matched(x, $0) } ?? channelLayout(x)
    let dy = try matched(dy, x)
    let weight = try weight?.contiguous()
    let (outer, channels, inner) = channelSplit(x)
    try check(
      mk_batch_norm_backward(
        x.dtype.kernel, training, outer, channels, inner, dx?.data, dweight?.data, dbias?.data,
        dy.data, x.data, mean.data, rstd.data, weight?.data),
      "batchNorm", x.dtype)
  }
}
