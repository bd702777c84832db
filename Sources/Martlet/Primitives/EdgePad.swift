import CKernels

/// Dimensions that go on beyond their edges with elements of their own: mirrored, repeated, or
/// those of the opposite edge. Transposed, its derivative: every element is added to the one that
/// it comes from.
struct EdgePad: Primitive {
  /// Amounts for every dimension, none negative, and no more than the mode can give.
  var before: Dims
  var after: Dims
  var mode: PaddingMode
  var isTransposed = false

  /// Whether nothing is added.
  var isEmpty: Bool {
    (0..<before.rank).allSatisfy { before[$0] == 0 && after[$0] == 0 }
  }

  static var kind: PrimitiveKind { .edgePad }
  var name: String { "pad" }
  var fusion: FusionClass { .opaque }

  func callAsFunction(_ x: Tensor) throws -> Tensor {
    try record(isTransposed ? folded(x) : padded(x), x)
  }

  private func padded(_ x: Tensor) throws -> Buffer {
    var sizes = x.sizes
    for dim in 0..<sizes.rank { sizes[dim] = x.sizes[dim] &+ before[dim] &+ after[dim] }
    let out = try Buffer(sizes, channelsLike: x.buffer, x.target)
    try out.backend.copy(Region(x.sizes, before).view(of: out), x.buffer)
    // Rows of what is inside come first, so that whole rows are copied after them.
    for dim in (0..<sizes.rank).reversed() {
      for edge in edges(dim, x.sizes) {
        try out.backend.copy(edge.place.view(of: out), edge.source.view(of: out))
      }
    }
    return out
  }

  private func folded(_ g: Tensor) throws -> Buffer {
    var sizes = g.sizes
    for dim in 0..<sizes.rank { sizes[dim] = g.sizes[dim] &- before[dim] &- after[dim] }
    let sums = try Buffer(g.sizes, channelsLike: g.buffer, g.target)
    let backend = try sums.backend
    try backend.copy(sums, g.buffer)
    for dim in 0..<sizes.rank {
      for edge in edges(dim, sizes) {
        var source = edge.source
        var addend = edge.place.view(of: sums)
        if source.step == 0 {
          source.sizes[dim] = 1
          let total = try Buffer(source.sizes, g.dtype, g.target)
          try backend.reduce(.sum, total, addend, DimSet(dim))
          addend = total
        }
        let place = source.view(of: sums)
        try backend.binary(.add, place, place, addend)
      }
    }
    let out = try Buffer(sizes, channelsLike: g.buffer, g.target)
    try backend.copy(out, Region(sizes, before).view(of: sums))
    return out
  }

  func saves(_ needs: Needs) -> Saves { [] }

  func backward(_ g: Tensor, _ record: Recorded<EdgePad>) throws {
    var other = self
    other.isTransposed.toggle()
    try record.sendX(other(g))
  }

  // MARK: Geometry

  /// A box of the padded tensor, one dimension of which may be walked backwards, or not at all.
  private struct Region {
    var sizes: Dims
    var starts: Dims
    var dim = 0
    var step = 1

    init(_ sizes: Dims, _ starts: Dims) {
      self.sizes = sizes
      self.starts = starts
    }

    func view(of whole: Buffer) -> Buffer {
      var strides = whole.strides
      var offset = 0
      for i in 0..<sizes.rank { offset &+= starts[i] &* strides[i] }
      if sizes.rank > 0 { strides[dim] = strides[dim] &* step }
      return Buffer(
        viewing: whole, sizes, strides: strides, offset: sizes.product == 0 ? 0 : offset)
    }
  }

  /// The places beyond the edges of a dimension, and where their elements come from: inside of the
  /// dimensions before it, all along those after it.
  private func edges(_ dim: Int, _ inside: Dims) -> [(place: Region, source: Region)] {
    var box = Region(inside, before)
    for other in (dim + 1)..<max(inside.rank, dim + 1) {
      box.sizes[other] = inside[other] &+ before[other] &+ after[other]
      box.starts[other] = 0
    }
    box.dim = dim
    let (size, front) = (inside[dim], before[dim])
    func edge(_ count: Int, at place: Int, from source: Int, _ step: Int) -> (Region, Region) {
      var (to, from) = (box, box)
      to.sizes[dim] = count
      to.starts[dim] = place
      from.sizes[dim] = count
      from.starts[dim] = source
      from.step = step
      return (to, from)
    }
    let (end, back) = (front &+ size, after[dim])
    let both =
      switch mode {
      case .reflect:
        [edge(front, at: 0, from: 2 &* front, -1), edge(back, at: end, from: end &- 2, -1)]
      case .circular: [edge(front, at: 0, from: size, 1), edge(back, at: end, from: front, 1)]
      case .replicate, .constant:
        [edge(front, at: 0, from: front, 0), edge(back, at: end, from: end &- 1, 0)]
      }
    return both.filter { $0.0.sizes[dim] > 0 }
  }
}
