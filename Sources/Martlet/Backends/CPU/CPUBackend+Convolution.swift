import CKernels

extension CPUBackend {
  /// oneDNN's float32 convolutions are fastest with channels innermost; ours for other dtypes with
  /// planes.
  func convolutionStrides(_ sizes: Dims, of x: Buffer) -> Dims {
    x.dtype == .float32 ? sizes.channelsLastStrides : sizes.rowMajorStrides
  }

  func convolution(
    _ window: Window, _ out: Buffer, _ x: Buffer, _ weight: Buffer, _ bias: Buffer?
  ) throws {
    let weight = try weight.contiguous()
    let bias = try bias?.contiguous()
    let x = try activation(x)
    let done = try withOneDNN(window, weight.sizes, input: x, output: out) { shape in
      let packed = try PackedWeight.of(weight, shape, .forward)
      try OneDNN.convolution(
        shape, x: x.floats, weight: (packed ?? weight).floats, packed: packed != nil,
        bias: bias?.floats, y: out.mutableFloats)
    }
    if done { return }
    var geometry = mk_window(window, weight: weight.sizes, input: x, output: out)
    try check(
      mk_convolution(x.dtype.kernel, &geometry, out.data, x.data, weight.data, bias?.data),
      "convolution", x.dtype)
  }

  func convolutionInput(_ window: Window, _ dx: Buffer, _ dy: Buffer, _ weight: Buffer) throws {
    if dx.dtype == .float16 || dx.dtype == .bfloat16 {
      // Sums of overlapping windows in half precision would round at every step.
      let wide = try Buffer(like: dx, .float32)
      try convolutionInput(window, wide, widened(dy), widened(weight))
      return try copy(dx, wide)
    }
    let weight = try weight.contiguous()
    let dy = try activation(dy)
    let done = try withOneDNN(window, weight.sizes, input: dx, output: dy) { shape in
      let packed = try PackedWeight.of(weight, shape, .input)
      try OneDNN.convolutionInput(
        shape, dy: dy.floats, weight: (packed ?? weight).floats, packed: packed != nil,
        dx: dx.mutableFloats)
    }
    if done { return }
    var geometry = mk_window(window, weight: weight.sizes, input: dx, output: dy)
    try check(
      mk_convolution_input(dx.dtype.kernel, &geometry, dx.data, dy.data, weight.data),
      "convolution", dx.dtype)
  }

  func convolutionWeight(_ window: Window, _ dweight: Buffer, _ dy: Buffer, _ x: Buffer) throws {
    let dy = try activation(dy)
    let x = try activation(x)
    let done = try withOneDNN(window, dweight.sizes, input: x, output: dy) { shape in
      try OneDNN.convolutionWeight(
        shape, x: x.floats, dy: dy.floats, dweight: dweight.mutableFloats)
    }
    if done { return }
    var geometry = mk_window(window, weight: dweight.sizes, input: x, output: dy)
    try check(
      mk_convolution_weight(x.dtype.kernel, &geometry, dweight.data, dy.data, x.data),
      "convolution", x.dtype)
  }

  private func widened(_ x: Buffer) throws -> Buffer {
    let wide = try Buffer(like: x, .float32)
    try copy(wide, x)
    return wide
  }

  /// In one of the two layouts that kernels take: row-major or channels-last.
  private func activation(_ x: Buffer) throws -> Buffer {
    x.layout == nil ? try x.contiguous() : x
  }

  /// Runs `body` if oneDNN can be asked for this convolution; false if it cannot, and our own
  /// kernels have to.
  private func withOneDNN(
    _ window: Window, _ weight: Dims, input: Buffer, output: Buffer,
    _ body: (ConvolutionShape) throws -> Void
  ) throws -> Bool {
    guard input.dtype == .float32, input.count > 0, output.count > 0,
      let inputLayout = input.layout, let outputLayout = output.layout
    else { return false }
    let rank = window.spatialRank
    func lanes(_ missing: Int, _ value: (Int) -> Int) -> SIMD3<Int> {
      var lanes = SIMD3<Int>(repeating: missing)
      for i in 0..<rank { lanes[3 - rank + i] = value(i) }
      return lanes
    }
    let shape = ConvolutionShape(
      batch: input.sizes[0], inChannels: input.sizes[1], outChannels: output.sizes[1],
      groups: window.groups, spatialRank: rank, input: lanes(1) { input.sizes[$0 + 2] },
      kernel: lanes(1) { weight[$0 + 2] }, stride: lanes(1) { window.stride[$0] },
      padding: lanes(0) { window.padding[$0] }, dilation: lanes(1) { window.dilation[$0] },
      inputLayout: inputLayout, outputLayout: outputLayout)
    // A transposed convolution may leave positions at the end that no window reaches; oneDNN would
    // not write them.
    for i in 0..<rank where shape.output[3 - rank + i] != output.sizes[i + 2] { return false }
    do {
      try body(shape)
      return true
    } catch let error as OneDNNError {
      if error.isUnsupported { return false }
      throw TensorError.device(operation: "conv\(rank)d", reason: "oneDNN: \(error)")
    }
  }
}

extension Buffer {
  /// Which of oneDNN's two layouts of activations this is, if one.
  fileprivate var layout: OneDNN.Layout? {
    if isDense && hasStrides(sizes.channelsLastStrides) { return .channelsLast }
    return isContiguous ? .channelsFirst : nil
  }
}
