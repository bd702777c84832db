/// The same elements in new memory, converted to another dtype.
struct Copy: Primitive {
  enum Layout: Sendable { case preserve, rowMajor, channelsLast }

  var dtype: DType
  var from: DType
  var layout = Layout.rowMajor

  static var kind: PrimitiveKind { .copy }
  var name: String { dtype == from ? "contiguous" : "to" }
  var fusion: FusionClass { .elementwise }

  func callAsFunction(_ x: Tensor) throws -> Tensor {
    let out =
      switch layout {
      case .preserve: try Buffer(like: x.buffer, dtype)
      case .rowMajor: try Buffer(x.sizes, dtype, x.target)
      case .channelsLast:
        try Buffer(x.sizes, denseStrides: x.sizes.channelsLastStrides, dtype, x.target)
      }
    try out.backend.copy(out, x.buffer)
    return try record(out, x)
  }

  func saves(_ needs: Needs) -> Saves { [] }

  func backward(_ g: Tensor, _ record: Recorded<Copy>) throws {
    try record.sendX(g.to(from))
  }
}

extension Tensor {
  /// The elements converted to `dtype`; the tensor itself if it has it. Floating point becomes an
  /// integer by rounding towards zero, and a bool by comparing with zero.
  ///
  ///     let y = try x.to(.float64)
  public func to(_ dtype: DType) throws -> Tensor {
    if self.dtype == dtype { return self }
    return try Copy(dtype: dtype, from: self.dtype, layout: .preserve)(self)
  }

  /// The tensor itself if its elements are row-major in memory, else a copy that is.
  ///
  ///     let rows = try x.transpose(0, 1).contiguous()
  public func contiguous() throws -> Tensor {
    if buffer.isContiguous { return self }
    return try Copy(dtype: dtype, from: dtype)(self)
  }

  /// A copy in memory of its own. Gradients flow through it.
  ///
  ///     let y = try x.clone()
  public func clone() throws -> Tensor {
    try Copy(dtype: dtype, from: dtype, layout: .preserve)(self)
  }

  /// The same elements laid out with dimension 1 fastest, which convolutions prefer: `[N, C, H, W]`
  /// stored as `[N, H, W, C]`.
  ///
  ///     let images = try images.channelsLast()
  public func channelsLast() throws -> Tensor {
    let wanted = sizes.channelsLastStrides
    if buffer.isDense && buffer.hasStrides(wanted) { return self }
    return try Copy(dtype: dtype, from: dtype, layout: .channelsLast)(self)
  }
}
