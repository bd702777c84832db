import CKernels

extension CPUBackend {
  func maxPool(_ window: PoolWindow, _ out: Buffer, _ indices: Buffer?, _ x: Buffer) throws {
    var geometry = mk_window(window, input: x, output: out)
    try check(
      mk_max_pool(
        x.dtype.kernel, &geometry, out.data, indices?.data.assumingMemoryBound(to: Int64.self),
        x.data),
      "maxPool", x.dtype)
  }

  func maxPoolBackward(
    _ window: PoolWindow, _ dx: Buffer, _ dy: Buffer, _ indices: Buffer
  ) throws {
    var geometry = mk_window(window, input: dx, output: dy)
    try check(
      mk_max_pool_backward(
        dx.dtype.kernel, &geometry, dx.data, dy.data,
        indices.data.assumingMemoryBound(to: Int64.self)),
      "maxPool", dx.dtype)
  }

  func averagePool(
    _ window: PoolWindow, _ out: Buffer, _ x: Buffer, countPadding: Bool, divisor: Int?
  ) throws {
    var geometry = mk_window(window, input: x, output: out)
    try check(
      mk_average_pool(
        x.dtype.kernel, &geometry, countPadding, Int64(divisor ?? 0), out.data, x.data),
      "avgPool", x.dtype)
  }

  func averagePoolBackward(
    _ window: PoolWindow, _ dx: Buffer, _ dy: Buffer, countPadding: Bool, divisor: Int?
  ) throws {
    var geometry = mk_window(window, input: dx, output: dy)
    try check(
      mk_average_pool_backward(
        dx.dtype.kernel, &geometry, countPadding, Int64(divisor ?? 0), dx.data, dy.data),
      "avgPool", dx.dtype)
  }

  func resample(_ matrix: SparseRows, _ out: Buffer, _ x: Buffer, _ dim: Int) throws {
    let x = try x.contiguous()
    let (outer, _, inner) = split(x, dim)
    let status = matrix.offsets.withUnsafeBufferPointer { offsets in
      matrix.positions.withUnsafeBufferPointer { positions in
        matrix.weights.withUnsafeBufferPointer { weights in
          var sparse = mk_sparse(
            rows: Int64(matrix.rows), columns: Int64(matrix.columns), offsets: offsets.baseAddress,
            positions: positions.baseAddress, weights: weights.baseAddress)
          return mk_resample(x.dtype.kernel, &sparse, outer, inner, out.data, x.data)
        }
      }
    }
    try check(status, "resample", x.dtype)
  }
}

extension mk_window {
  init(_ window: PoolWindow, input: Buffer, output: Buffer) {
    self.init(
      stride: window.stride, padding: window.padding, dilation: window.dilation,
      kernel: window.kernel, groups: 1, input: input, output: output)
  }

  init(_ window: Window, weight: Dims, input: Buffer, output: Buffer) {
    var kernel = Dims()
    for i in 2..<weight.rank { kernel.append(weight[i]) }
    self.init(
      stride: window.stride, padding: window.padding, dilation: window.dilation, kernel: kernel,
      groups: window.groups, input: input, output: output)
  }

  private init(
    stride: Dims, padding: Dims, dilation: Dims, kernel: Dims, groups: Int, input: Buffer,
    output: Buffer
  ) {
    self.init()
    batch = Int64(input.sizes[0])
    channels = Int64(input.sizes[1])
    filters = Int64(output.sizes[1])
    self.groups = Int64(groups)
    func fill(_ place: inout (Int64, Int64, Int64), missing: Int64, _ value: (Int) -> Int) {
      let rank = kernel.rank
      place = (
        rank < 3 ? missing : Int64(value(0)), rank < 2 ? missing : Int64(value(rank - 2)),
        Int64(value(rank - 1))
      )
    }
    fill(&self.in, missing: 1) { input.sizes[$0 + 2] }
    fill(&out, missing: 1) { output.sizes[$0 + 2] }
    fill(&self.kernel, missing: 1) { kernel[$0] }
    fill(&self.stride, missing: 1) { stride[$0] }
    fill(&self.padding, missing: 0) { padding[$0] }
    fill(&self.dilation, missing: 1) { dilation[$0] }
    func strides(_ buffer: Buffer) -> (Int64, Int64, Int64, Int64, Int64) {
      var spatial: (Int64, Int64, Int64) = (0, 0, 0)
      fill(&spatial, missing: 0) { buffer.strides[$0 + 2] }
      return (
        Int64(buffer.strides[0]), Int64(buffer.strides[1]), spatial.0, spatial.1, spatial.2
      )
    }
    in_stride = strides(input)
    out_stride = strides(output)
  }
}
