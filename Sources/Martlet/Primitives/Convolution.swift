/// The geometry of a convolution: x `[N, C, in...]`, weight `[F, C / groups, kernel...]`, y `[N, F,
/// out...]`, in 1 to 3 spatial dimensions.
struct Window: Sendable, Hashable {
  var stride: Dims
  var padding: Dims
  var dilation: Dims
  var groups = 1

  var spatialRank: Int { stride.rank }
}

/// Cross-correlation of x and a weight, plus a bias.
struct Convolution: Primitive {
  var window: Window
  var input: Dims
  var weight: Dims

  static var kind: PrimitiveKind { .convolution }
  var name: String { "conv\(window.spatialRank)d" }
  var fusion: FusionClass { .contraction }

  /// Shapes have been checked; all have one dtype.
  func callAsFunction(_ x: Tensor, _ w: Tensor, _ bias: Tensor?) throws -> Tensor {
    let (x, wide, bias) = try aligned(x, w, bias, name)
    let w = wide ?? w
    var sizes = Dims()
    sizes.append(x.sizes[0])
    sizes.append(w.sizes[0])
    for i in 0..<window.spatialRank {
      let reach = window.dilation[i] * (w.sizes[i + 2] - 1) + 1
      sizes.append((x.sizes[i + 2] + 2 * window.padding[i] - reach) / window.stride[i] + 1)
    }
    let out = try Buffer(
      sizes, denseStrides: x.buffer.backend.convolutionStrides(sizes, of: x.buffer), x.dtype,
      x.target)
    try out.backend.convolution(window, out, x.buffer, w.buffer, bias?.buffer)
    return try record(out, x, w, bias)
  }

  func saves(_ needs: Needs) -> Saves { .ofProduct(needs) }

  func backward(_ g: Tensor, _ record: Recorded<Convolution>) throws {
    try record.sendX(ConvolutionInput(window: window, input: input, weight: weight)(g, record.y))
    try record.sendY(ConvolutionWeight(window: window, input: input, weight: weight)(g, record.x))
    try record.sendZ(g.summedOverChannels())
  }
}

/// The derivative of a convolution by its input, which is also the transposed convolution of `g`
/// with the weight.
///
/// g may be smaller than the convolution's result, as if zeros followed: a transposed convolution
/// with much output padding.
struct ConvolutionInput: Primitive {
  var window: Window
  var input: Dims
  var weight: Dims
  private var output = Dims()

  init(window: Window, input: Dims, weight: Dims) {
    self.window = window
    self.input = input
    self.weight = weight
  }

  static var kind: PrimitiveKind { .convolutionInput }
  var name: String { "convTranspose\(window.spatialRank)d" }
  var fusion: FusionClass { .contraction }

  func callAsFunction(_ g: Tensor, _ w: Tensor) throws -> Tensor {
    let (g, w) = try aligned(g, w, name)
    let out = try Buffer(
      input, denseStrides: g.buffer.backend.convolutionStrides(input, of: g.buffer), g.dtype,
      g.target)
    try out.backend.convolutionInput(window, out, g.buffer, w.buffer)
    var recorded = self
    recorded.output = g.sizes
    return try recorded.record(out, g, w)
  }

  func saves(_ needs: Needs) -> Saves { .ofProduct(needs) }

  func backward(_ g: Tensor, _ record: Recorded<ConvolutionInput>) throws {
    let convolution = Convolution(window: window, input: input, weight: weight)
    try record.sendX(convolution(g, record.y, nil).cropped(to: output))
    try record.sendY(ConvolutionWeight(window: window, input: input, weight: weight)(record.x, g))
  }
}

/// The derivative of a convolution by its weight.
struct ConvolutionWeight: Primitive {
  var window: Window
  var input: Dims
  var weight: Dims
  private var output = Dims()

  init(window: Window, input: Dims, weight: Dims) {
    self.window = window
    self.input = input
    self.weight = weight
  }

  static var kind: PrimitiveKind { .convolutionWeight }
  var name: String { "convWeight\(window.spatialRank)d" }
  var fusion: FusionClass { .contraction }

  func callAsFunction(_ g: Tensor, _ x: Tensor) throws -> Tensor {
    let (g, x) = try aligned(g, x, name)
    let out = try Buffer(weight, g.dtype, g.target)
    try out.backend.convolutionWeight(window, out, g.buffer, x.buffer)
    var recorded = self
    recorded.output = g.sizes
    return try recorded.record(out, g, x)
  }

  func saves(_ needs: Needs) -> Saves { .ofProduct(needs) }

  func backward(_ g: Tensor, _ record: Recorded<ConvolutionWeight>) throws {
    let convolution = Convolution(window: window, input: input, weight: weight)
    try record.sendX(convolution(record.y, g, nil).cropped(to: output))
    try record.sendY(ConvolutionInput(window: window, input: input, weight: weight)(record.x, g))
  }
}

extension Tensor {
  /// The first elements of every dimension.
  fileprivate func cropped(to sizes: Dims) throws -> Tensor {
    if self.sizes == sizes { return self }
    return try View.slice(
      self, starts: Dims(repeating: 0, rank: rank), steps: Dims(repeating: 1, rank: rank),
      sizes: sizes)
  }

  /// The sum over all dimensions but 1: what a bias of channels receives.
  func summedOverChannels() throws -> Tensor {
    var dims = DimSet(all: rank)
    dims.remove(1)
    return try Reduce(.sum, self, dims, keepDim: false)(self)
  }
}
