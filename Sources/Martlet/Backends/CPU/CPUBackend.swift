import CKernels

/// Kernels in C, one clone an instruction set, and oneDNN for float32 products and convolutions.
struct CPUBackend: Backend {
  /// Turns a kernel's status into an error that names the operation.
  @inline(__always)
  func check(
    _ status: mk_status, _ operation: @autoclosure () -> String, _ dtype: DType
  ) throws {
    if status != .ok { throw failure(status, operation(), dtype) }
  }

  @inline(never)
  private func failure(_ status: mk_status, _ operation: String, _ dtype: DType) -> TensorError {
    switch status {
    case .divisionByZero: .divisionByZero(operation: operation)
    case .outOfMemory:
      .argument(operation: operation, reason: "there is no memory for its working space")
    case .tooLarge:
      .argument(operation: operation, reason: "a matrix has more elements than LAPACK counts")
    case .noLibrary:
      .device(
        operation: operation,
        reason: "LAPACK is not installed (on Debian and Ubuntu: libopenblas0-openmp)")
    case .ok, .unsupported, .indexOutOfRange:
      .dtype(operation: operation, dtypes: [dtype], reason: "does not take this dtype")
    }
  }
}

extension DType {
  var kernel: mk_dtype {
    @inline(__always) get { unsafeBitCast(rawValue, to: mk_dtype.self) }
  }
}

extension CPUBackend {
  func unary(_ op: Unary, _ out: Buffer, _ x: Buffer) throws {
    if x.isDense && out.isDense && (x.isContiguous && out.isContiguous || out.strides == x.strides)
    {
      try check(
        mk_unary_flat(op, x.dtype.kernel, Int64(x.count), out.data, x.data), op.name, x.dtype)
      return
    }
    var loop = mk_loop(out, x)
    try check(mk_unary(op, x.dtype.kernel, &loop, out.data, x.data), op.name, x.dtype)
  }

  func binary(_ op: Binary, _ out: Buffer, _ x: Buffer, _ y: Buffer) throws {
    let dtype = x.dtype.kernel
    let xStep = step(out, x)
    let yStep = step(out, y)
    if xStep >= 0 && yStep >= 0 {
      try check(
        mk_binary_flat(
          op, dtype, Int64(out.count), out.data, x.data, Int64(xStep), y.data, Int64(yStep)),
        op.name, x.dtype)
      return
    }
    var loop = mk_loop(out, x, y)
    try check(mk_binary(op, dtype, &loop, out.data, x.data, y.data), op.name, x.dtype)
  }

  func binary(_ op: Binary, _ out: Buffer, _ x: Buffer, number: Double, first: Bool) throws {
    var value = Float(number)
    let status =
      first
      ? mk_binary_flat(op, .float32, Int64(out.count), out.data, &value, 0, x.data, 1)
      : mk_binary_flat(op, .float32, Int64(out.count), out.data, x.data, 1, &value, 0)
    try check(status, op.name, x.dtype)
  }

  /// 1 if x's elements lie as out's do, 0 if it is a single element, -1 if neither.
  @inline(__always)
  private func step(_ out: Buffer, _ x: Buffer) -> Int {
    if x.count == out.count && x.isDense && out.isDense {
      if x.isContiguous && out.isContiguous { return 1 }
      if x.sizes == out.sizes && x.strides == out.strides { return 1 }
    }
    return x.count == 1 && out.isDense ? 0 : -1
  }

  func ternary(_ op: Ternary, _ out: Buffer, _ x: Buffer, _ y: Buffer, _ z: Buffer) throws {
    var loop = mk_loop(out, x, y, z)
    try check(
      mk_ternary(op, y.dtype.kernel, &loop, out.data, x.data, y.data, z.data), op.name, y.dtype)
  }

  func copy(_ out: Buffer, _ x: Buffer) throws {
    var loop = mk_loop(out, x)
    try check(mk_cast(x.dtype.kernel, out.dtype.kernel, &loop, out.data, x.data), "to", x.dtype)
  }

  func fill(_ out: Buffer, _ value: Scalar) throws {
    try copy(out, Tensor(value, dtype: out.dtype, device: .cpu).buffer)
  }

  func reduce(_ op: mk_reduce_op, _ out: Buffer, _ x: Buffer, _ dims: DimSet) throws {
    var reduction = mk_reduction(out, x, dims)
    try check(
      mk_reduce(op, x.dtype.kernel, out.dtype.kernel, &reduction, out.data, x.data), "reduce",
      x.dtype)
  }

  func scan(_ op: mk_scan_op, _ out: Buffer, _ indices: Buffer?, _ x: Buffer, _ dim: Int) throws {
    let lines = Lines(x, dim)
    var loop = lines.loop(out, x, indices)
    try check(
      mk_scan(
        op, x.dtype.kernel, &loop, Int64(lines.length), out.data, lines.step(out), x.data,
        lines.step(x), indices?.data.assumingMemoryBound(to: Int64.self), lines.step(indices)),
      "cumulative", x.dtype)
  }

  func sort(
    _ values: Buffer?, _ indices: Buffer?, _ x: Buffer, _ dim: Int, descending: Bool
  ) throws {
    let lines = Lines(x, dim)
    var loop = lines.loop(values, x, indices)
    try check(
      mk_sort(
        x.dtype.kernel, descending, &loop, Int64(lines.length), values?.data, lines.step(values),
        x.data, lines.step(x), indices?.data.assumingMemoryBound(to: Int64.self),
        lines.step(indices)),
      "sort", x.dtype)
  }

  func topk(
    _ values: Buffer?, _ indices: Buffer?, _ x: Buffer, _ dim: Int, _ k: Int, largest: Bool
  ) throws {
    let lines = Lines(x, dim)
    var loop = lines.loop(values, x, indices)
    try check(
      mk_topk(
        x.dtype.kernel, largest, &loop, Int64(lines.length), Int64(k), values?.data,
        lines.step(values), x.data, lines.step(x),
        indices?.data.assumingMemoryBound(to: Int64.self), lines.step(indices)),
      "topk", x.dtype)
  }

  func kth(_ rule: mk_rank_rule, _ indices: Buffer, _ x: Buffer, _ dim: Int, _ k: Int) throws {
    let lines = Lines(x, dim)
    var loop = lines.loop(nil, x, indices)
    try check(
      mk_kth(
        x.dtype.kernel, rule, &loop, Int64(lines.length), Int64(k), x.data, lines.step(x),
        indices.data.assumingMemoryBound(to: Int64.self)),
      "kthValue", x.dtype)
  }

  func searchSorted(_ out: Buffer, _ x: Buffer, _ edges: Buffer, right: Bool) throws {
    let x = try x.contiguous()
    let edges = try edges.contiguous()
    let width = edges.sizes[edges.rank - 1]
    let shared = edges.rank == 1
    let perLine = shared ? x.count : (x.rank == 0 ? 1 : x.sizes[x.rank - 1])
    try check(
      mk_searchsorted(
        x.dtype.kernel, right, Int64(perLine == 0 ? 0 : x.count / perLine), Int64(perLine), x.data,
        edges.data, Int64(width), Int64(shared ? 0 : width),
        out.data.assumingMemoryBound(to: Int64.self)),
      "searchSorted", x.dtype)
  }
}

/// The lines of a tensor along one dimension, for kernels that work through whole lines.
private struct Lines {
  let dim: Int
  let sizes: Dims
  let length: Int

  init(_ x: Buffer, _ dim: Int) {
    self.dim = dim
    length = x.rank == 0 ? 1 : x.sizes[dim]
    var sizes = x.sizes
    if x.rank > 0 { sizes.remove(at: dim) }
    self.sizes = sizes
  }

  private func strides(_ buffer: Buffer?) -> Dims {
    guard let buffer else { return Dims(repeating: 0, rank: sizes.rank) }
    var strides = buffer.strides
    if strides.rank > 0 { strides.remove(at: dim) }
    return strides
  }

  func loop(_ out: Buffer?, _ x: Buffer, _ indices: Buffer?) -> mk_loop {
    mk_loop(sizes: sizes, strides(out ?? indices), strides(x), strides(indices), operands: 3)
  }

  func step(_ buffer: Buffer?) -> Int64 {
    guard let buffer, buffer.rank > 0 else { return 1 }
    return Int64(buffer.strides[dim])
  }
}
