/// Other ways to see the same elements: no computation, no memory.
enum View: Primitive {
  /// Dimensions of size 1 repeated, and new ones in front.
  case expand(from: Dims)
  /// Dimensions in another order: dimension i of the result is dimension `order[i]` of the input.
  case permute(order: Dims)
  /// Other sizes over the same elements in row-major order.
  case reshape(from: Dims)
  /// A regular selection: slices, diagonals, windows, reversals.
  case strided(Selection)

  static var kind: PrimitiveKind { .view }
  var name: String {
    switch self {
    case .expand: "expand"
    case .permute: "permute"
    case .reshape: "reshape"
    case .strided: "slice"
    }
  }

  var fusion: FusionClass { .view }

  func saves(_ needs: Needs) -> Saves { [] }

  func backward(_ g: Tensor, _ record: Recorded<View>) throws {
    switch self {
    case .expand(let from): try record.sendX(g.summed(to: from))
    case .permute(let order): try record.sendX(View.permute(g, order.inverseOrder))
    case .reshape(let from): try record.sendX(View.reshape(g, to: from))
    case .strided(let selection): try record.sendX(g, at: selection)
    }
  }
}

/// A regular selection of elements from a tensor of sizes `source`: sizes, and strides and offset
/// relative to a row-major layout of the source.
struct Selection: Sendable {
  var source: Dims
  var sizes: Dims
  var strides: Dims
  var offset: Int
  /// Whether an element may be selected more than once.
  var overlaps = false
}

extension View {
  /// Sizes must broadcast to `sizes`.
  static func expand(_ x: Tensor, to sizes: Dims) throws -> Tensor {
    let out = Buffer(
      viewing: x.buffer, sizes,
      strides: x.buffer.strides.broadcast(from: x.sizes, to: sizes), offset: 0)
    return try View.expand(from: x.sizes).record(out, x)
  }

  static func permute(_ x: Tensor, _ order: Dims) throws -> Tensor {
    let out = Buffer(
      viewing: x.buffer, x.sizes.permuted(order), strides: x.buffer.strides.permuted(order),
      offset: 0)
    return try View.permute(order: order).record(out, x)
  }

  /// A view where the strides allow it, else a copy.
  static func reshape(_ x: Tensor, to sizes: Dims) throws -> Tensor {
    if x.sizes == sizes { return x }
    guard sizes.product == x.count else {
      throw TensorError.shape(
        operation: "reshape", shapes: [x.shape, sizes.array],
        reason: "\(x.count) elements do not have this shape")
    }
    if let out = x.buffer.viewed(as: sizes) {
      return try View.reshape(from: x.sizes).record(out, x)
    }
    return try reshape(Copy(dtype: x.dtype, from: x.dtype)(x), to: sizes)
  }

  /// A selection given by what it does to each dimension: result strides and an offset in terms of
  /// x's own memory, and the same in terms of a row-major one.
  static func select(_ x: Tensor, _ selection: Selection) throws -> Tensor {
    // Strides relative to row-major translate to x's own, if every step moves along one dimension;
    // else x is copied.
    let base = x.buffer.isContiguous ? x.buffer : nil
    if let base {
      let out = Buffer(
        viewing: base, selection.sizes, strides: selection.strides, offset: selection.offset)
      return try View.strided(selection).record(out, x)
    }
    return try select(Copy(dtype: x.dtype, from: x.dtype)(x), selection)
  }

  /// Elements `start`, `start + step`, ... of every dimension: an O(1) view of any layout.
  static func slice(_ x: Tensor, starts: Dims, steps: Dims, sizes: Dims) throws -> Tensor {
    if x.history != nil, !x.buffer.isContiguous, x.buffer.isDense {
      // Taken from the dimensions in their order in memory, so that the gradient is laid out as x.
      let order = x.buffer.strides.descendingOrder
      let inMemoryOrder = try permute(x, order)
      if inMemoryOrder.isContiguous {
        let part = try slice(
          inMemoryOrder, starts: starts.permuted(order), steps: steps.permuted(order),
          sizes: sizes.permuted(order))
        return try permute(part, order.inverseOrder)
      }
    }
    let rowMajor = x.sizes.rowMajorStrides
    var strides = Dims(repeating: 0, rank: x.rank)
    var relative = strides
    var offset = 0
    var relativeOffset = 0
    for i in 0..<x.rank {
      strides[i] = x.buffer.strides[i] &* steps[i]
      relative[i] = rowMajor[i] &* steps[i]
      offset &+= x.buffer.strides[i] &* starts[i]
      relativeOffset &+= rowMajor[i] &* starts[i]
    }
    let empty = sizes.product == 0
    let out = Buffer(viewing: x.buffer, sizes, strides: strides, offset: empty ? 0 : offset)
    let selection = Selection(
      source: x.sizes, sizes: sizes, strides: relative, offset: empty ? 0 : relativeOffset)
    return try View.strided(selection).record(out, x)
  }

  /// The diagonal of two dimensions, shifted, as a new last dimension.
  static func diagonal(_ x: Tensor, offset: Int, _ dim1: Int, _ dim2: Int) throws -> Tensor {
    let rowMajor = x.sizes.rowMajorStrides
    let start1 = offset < 0 ? Int(clamping: offset.magnitude) : 0
    let start2 = offset > 0 ? offset : 0
    let length = max(0, min(x.sizes[dim1] - start1, x.sizes[dim2] - start2))
    var sizes = Dims()
    var strides = Dims()
    var relative = Dims()
    for i in 0..<x.rank where i != dim1 && i != dim2 {
      sizes.append(x.sizes[i])
      strides.append(x.buffer.strides[i])
      relative.append(rowMajor[i])
    }
    sizes.append(length)
    strides.append(x.buffer.strides[dim1] + x.buffer.strides[dim2])
    relative.append(rowMajor[dim1] + rowMajor[dim2])
    let first =
      length == 0 ? 0 : start1 * x.buffer.strides[dim1] + start2 * x.buffer.strides[dim2]
    let firstRelative = length == 0 ? 0 : start1 * rowMajor[dim1] + start2 * rowMajor[dim2]
    let out = Buffer(viewing: x.buffer, sizes, strides: strides, offset: first)
    let selection = Selection(
      source: x.sizes, sizes: sizes, strides: relative, offset: firstRelative)
    return try View.strided(selection).record(out, x)
  }

  /// Windows of `size` along `dim`, `step` apart, as a new last dimension.
  static func windows(_ x: Tensor, dim: Int, size: Int, step: Int) throws -> Tensor {
    let rowMajor = x.sizes.rowMajorStrides
    var sizes = x.sizes
    var strides = x.buffer.strides
    var relative = rowMajor
    sizes[dim] = (x.sizes[dim] - size) / step + 1
    strides[dim] = strides[dim] &* step
    relative[dim] = relative[dim] &* step
    sizes.append(size)
    strides.append(x.buffer.strides[dim])
    relative.append(rowMajor[dim])
    let out = Buffer(viewing: x.buffer, sizes, strides: strides, offset: 0)
    let selection = Selection(
      source: x.sizes, sizes: sizes, strides: relative, offset: 0, overlaps: step < size)
    return try View.strided(selection).record(out, x)
  }
}

/// Puts elements where a selection takes them from, into zeros: the derivative of the selection,
/// and padding. Elements that meet in one place are added.
struct Embed: Primitive {
  var selection: Selection
  /// What lies around the elements.
  var value = Scalar.int(0)

  static var kind: PrimitiveKind { .embed }
  var name: String { "embed" }
  var fusion: FusionClass { .opaque }

  func callAsFunction(_ x: Tensor) throws -> Tensor {
    let out = try Buffer(selection.source, x.dtype, x.target)
    if selection.overlaps {
      try out.backend.fill(out, value)
      try addOverlapping(x.buffer, into: out)
    } else {
      try fillAround(out)
      let place = Buffer(
        viewing: out, selection.sizes, strides: selection.strides, offset: selection.offset)
      try out.backend.copy(place, x.buffer)
    }
    return try record(out, x)
  }

  /// Fills what the elements leave out, if they are a box, where that is rows of some length; else
  /// all.
  private func fillAround(_ out: Buffer) throws {
    let (sizes, source) = (selection.sizes, selection.source)
    let steps = source.rowMajorStrides
    var region = source
    var offset = 0
    if sizes.rank == source.rank, selection.strides == steps, sizes.product > 0 {
      var rest = selection.offset
      for dim in 0..<sizes.rank {
        let start = rest / steps[dim]
        let end = start + sizes[dim]
        rest %= steps[dim]
        if sizes[dim] == region[dim] { continue }
        if max(start, source[dim] - end) * steps[dim] < 64 { break }
        for (first, length) in [(0, start), (end, source[dim] - end)] where length > 0 {
          var slab = region
          slab[dim] = length
          try out.backend.fill(
            Buffer(viewing: out, slab, strides: steps, offset: offset + first * steps[dim]), value)
        }
        region[dim] = sizes[dim]
        offset += start * steps[dim]
      }
      if region == sizes { return }
    }
    try out.backend.fill(Buffer(viewing: out, region, strides: steps, offset: offset), value)
  }

  /// Adds by position: the flat index of each element is itself a selection of 0, 1, 2, ...
  private func addOverlapping(_ x: Buffer, into out: Buffer) throws {
    let positions = Tensor.arange(out.count, device: out.device).buffer
    let selected = try Buffer(
      viewing: positions, selection.sizes, strides: selection.strides, offset: selection.offset
    ).contiguous()
    let line = Dims(repeating: selected.count, rank: 1)
    let flat = Buffer(viewing: selected, line, strides: line.rowMajorStrides, offset: 0)
    let values = try x.contiguous()
    let plan = IndexPlan(selecting: flat, dim: 0, from: Dims(repeating: out.count, rank: 1))
    try out.backend.scatter(
      .add, plan,
      Buffer(
        viewing: out, Dims(repeating: out.count, rank: 1),
        strides: Dims(repeating: 1, rank: 1), offset: 0),
      Buffer(viewing: values, line, strides: line.rowMajorStrides, offset: 0), checkFirst: false)
  }

  func saves(_ needs: Needs) -> Saves { [] }

  func backward(_ g: Tensor, _ record: Recorded<Embed>) throws {
    try record.sendX(View.select(g, selection))
  }
}
