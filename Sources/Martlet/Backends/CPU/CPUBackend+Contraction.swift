import CKernels

extension CPUBackend {
  func matmul(_ out: Buffer, _ x: Buffer, _ y: Buffer) throws {
    let rank = x.rank
    var shape = mk_gemm_shape()
    shape.m = Int64(x.sizes[rank - 2])
    shape.k = Int64(x.sizes[rank - 1])
    shape.n = Int64(y.sizes[rank - 1])
    shape.a_row = Int64(x.strides[rank - 2])
    shape.a_column = Int64(x.strides[rank - 1])
    shape.b_row = Int64(y.strides[rank - 2])
    shape.b_column = Int64(y.strides[rank - 1])
    shape.c_row = Int64(out.strides[rank - 2])
    shape.batch = 1
    guard rank > 2 else {
      return try product(shape, out.dtype, out.data, x.data, y.data)
    }
    // Batch dimensions that walk all three operands evenly are one; the outer ones are looped over.
    var batch = Dims()
    for i in 0..<rank - 2 { batch.append(x.sizes[i]) }
    func leading(_ strides: Dims) -> Dims {
      var leading = Dims()
      for i in 0..<rank - 2 { leading.append(strides[i]) }
      return leading
    }
    let loop = mk_loop(
      sizes: batch, leading(out.strides), leading(x.strides), leading(y.strides), operands: 3)
    try withUnsafeBytes(of: loop) { bytes in
      let words = bytes.bindMemory(to: Int.self)
      let limit = Dims.maxRank
      let depth = words[0]
      let sizes = words[1...]
      func stride(_ operand: Int, _ dim: Int) -> Int { words[1 + limit * (1 + operand) + dim] }
      if depth > 0 {
        shape.batch = Int64(sizes[1 + depth - 1])
        shape.c_batch = Int64(stride(0, depth - 1))
        shape.a_batch = Int64(stride(1, depth - 1))
        shape.b_batch = Int64(stride(2, depth - 1))
      }
      var outer = 1
      for i in 0..<max(depth - 1, 0) { outer *= sizes[1 + i] }
      if batch.product == 0 { outer = 0 }
      for position in 0..<outer {
        var offsets = (0, 0, 0)
        var rest = position
        for i in (0..<max(depth - 1, 0)).reversed() {
          let index = rest % sizes[1 + i]
          rest /= sizes[1 + i]
          offsets.0 += index * stride(0, i)
          offsets.1 += index * stride(1, i)
          offsets.2 += index * stride(2, i)
        }
        let size = out.dtype.itemSize
        try product(
          shape, out.dtype, out.data + offsets.0 * size, x.data + offsets.1 * size,
          y.data + offsets.2 * size)
      }
    }
  }

  private func product(
    _ shape: mk_gemm_shape, _ dtype: DType, _ c: UnsafeMutableRawPointer,
    _ a: UnsafeMutableRawPointer, _ b: UnsafeMutableRawPointer
  ) throws {
    var shape = shape
    try check(mk_gemm(dtype.kernel, &shape, false, c, a, b), "matmul", dtype)
  }

  func linear(_ out: Buffer, _ x: Buffer, _ weight: Buffer, _ bias: Buffer?) throws {
    let transposed = Buffer(
      viewing: weight, try Dims([weight.sizes[1], weight.sizes[0]], operation: "linear"),
      strides: try Dims([weight.strides[1], weight.strides[0]], operation: "linear"), offset: 0)
    try matmul(out, x, transposed)
    if let bias { try binary(.add, out, out, bias) }
  }

  func convolutionStrides(_ sizes: Dims, _ dtype: DType) -> Dims {
    dtype == .float32 ? sizes.channelsLastStrides : sizes.rowMajorStrides
  }

  func convolution(
    _ window: Window, _ out: Buffer, _ x: Buffer, _ weight: Buffer, _ bias: Buffer?
  ) throws {
    let weight = try weight.contiguous()
    let bias = try bias?.contiguous()
    var geometry = mk_window(window, weight: weight.sizes, input: x, output: out)
    try check(
      mk_convolution(x.dtype.kernel, &geometry, out.data, x.data, weight.data, bias?.data),
      "convolution", x.dtype)
  }

  func convolutionInput(_ window: Window, _ dx: Buffer, _ dy: Buffer, _ weight: Buffer) throws {
    let weight = try weight.contiguous()
    var geometry = mk_window(window, weight: weight.sizes, input: dx, output: dy)
    try check(
      mk_convolution_input(dx.dtype.kernel, &geometry, dx.data, dy.data, weight.data),
      "convolution", dx.dtype)
  }

  func convolutionWeight(_ window: Window, _ dweight: Buffer, _ dy: Buffer, _ x: Buffer) throws {
    var geometry = mk_window(window, weight: dweight.sizes, input: x, output: dy)
    try check(
      mk_convolution_weight(x.dtype.kernel, &geometry, dweight.data, dy.data, x.data),
      "convolution", x.dtype)
  }
}
