/// An index taken apart: first everything that is a view, then what index tensors choose.
struct IndexResolution {
  private let view: Selection
  private let viewed: Tensor
  /// For every dimension of the view the index tensor that chooses in it, if any.
  private var lists: [Buffer?]
  private var shape = Dims()
  private var position = 0
  private var isAdvanced: Bool { lists.contains { $0 != nil } }

  init(_ x: Tensor, _ index: [TensorIndex]) throws {
    try x.validate()
    let index = try IndexResolution.expandingEllipsis(x, index)
    var starts = Dims(repeating: 0, rank: x.rank)
    var steps = Dims(repeating: 1, rank: x.rank)
    var sizes = x.sizes
    /// What the view's dimensions will be: a source dimension, or nil for a new one.
    var kept: [Int?] = []
    var lists: [Tensor?] = []
    var dim = 0
    for part in index {
      switch part.kind {
      case .newAxis:
        kept.append(nil)
        lists.append(nil)
      case .at(let i):
        let position = i < 0 ? i + x.sizes[dim] : i
        guard position >= 0, position < x.sizes[dim] else {
          throw TensorError.index(operation: "index", index: i, size: x.sizes[dim], dim: dim)
        }
        starts[dim] = position
        sizes[dim] = 1
        dim += 1
      case .slice(let from, let to, let step):
        let (start, length) = try IndexResolution.resolve(from, to, step, x.sizes[dim])
        starts[dim] = length == 0 ? 0 : start
        steps[dim] = step
        sizes[dim] = length
        kept.append(dim)
        lists.append(nil)
        dim += 1
      case .list(let positions):
        kept.append(dim)
        lists.append(try IndexResolution.list(positions, for: x))
        dim += 1
      case .tensor(let t) where t.dtype == .bool:
        let found = try IndexResolution.positions(of: t, x, dim)
        for list in found {
          kept.append(t.rank == 0 ? nil : dim)
          lists.append(list)
          if t.rank > 0 { dim += 1 }
        }
      case .tensor(let t):
        guard t.dtype.isInteger else {
          throw TensorError.dtype(
            operation: "index", dtypes: [t.dtype], reason: "an index tensor holds integers or bools"
          )
        }
        try sameDevice(x, t, "index")
        kept.append(dim)
        lists.append(try t.to(.int64))
        dim += 1
      case .ellipsis: break
      }
    }
    while dim < x.rank {
      kept.append(dim)
      lists.append(nil)
      dim += 1
    }
    guard kept.count <= Dims.maxRank else {
      throw TensorError.rank(operation: "index", rank: kept.count, expected: "at most 12")
    }
    // Slice everything, then drop the dimensions that integers took and insert the new ones.
    let sliced = try View.slice(x, starts: starts, steps: steps, sizes: sizes)
    var target = Dims()
    for d in kept { target.append(d.map { sizes[$0] } ?? 1) }
    viewed = try View.reshape(sliced, to: target)
    // The same for writing: where these elements are in a row-major memory.
    let rowMajor = x.sizes.rowMajorStrides
    var relative = Dims()
    for d in kept { relative.append(d.map { rowMajor[$0] &* steps[$0] } ?? 0) }
    var offset = 0
    for d in 0..<x.rank { offset &+= rowMajor[d] &* starts[d] }
    view = Selection(
      source: x.sizes, sizes: target, strides: relative, offset: target.product == 0 ? 0 : offset)

    self.lists = lists.map { $0?.buffer }
    try combineLists(lists)
  }

  private static func list(_ positions: [Int], for x: Tensor) throws -> Tensor {
    let base = try ExampleSpace.of(x.target)?.base ?? x.device
    if !base.hasElements { return Tensor.zeros([positions.count], dtype: .int64, device: base) }
    return try Tensor(positions, shape: [positions.count], dtype: .int64)
  }

  private mutating func combineLists(_ tensors: [Tensor?]) throws {
    let places = tensors.indices.filter { tensors[$0] != nil }
    guard let first = places.first, let last = places.last else { return }
    for case let list? in tensors {
      guard let joined = Dims.broadcast(shape, list.sizes) else {
        throw TensorError.broadcast("index", shape, list.sizes)
      }
      shape = joined
    }
    // Index tensors that stand apart put their dimensions first, as in NumPy.
    position = last - first + 1 == places.count ? first : 0
    guard view.sizes.rank - places.count + shape.rank <= Dims.maxRank else {
      throw TensorError.rank(
        operation: "index", rank: view.sizes.rank - places.count + shape.rank,
        expected: "at most 12")
    }
  }

  private var plan: IndexPlan {
    IndexPlan(source: view.sizes, lists: lists, shape: shape, position: position)
  }

  func read() throws -> Tensor {
    isAdvanced ? try Gather(plan: plan)(viewed) : viewed
  }

  /// `x` with the selected elements replaced, or increased. `x` is given up.
  consuming func write(_ value: Tensor, _ x: inout Tensor, _ accumulate: Bool) throws -> Tensor {
    let sizes = isAdvanced ? plan.sizes : view.sizes
    // Dimensions of size 1 in front of all others do not matter.
    var lead = 0
    while value.rank - lead > sizes.rank && value.sizes[lead] == 1 { lead += 1 }
    let trimmed = lead == 0 ? value : try value.squeeze(Array(0..<lead))
    guard Dims.broadcast(trimmed.sizes, sizes) == sizes else {
      throw TensorError.shape(
        operation: "assign", shapes: [sizes.array, value.shape],
        reason: "the values do not broadcast to what the index selects")
    }
    let value = trimmed.sizes == sizes ? trimmed : try View.expand(trimmed, to: sizes)
    let selection = view
    let plan = isAdvanced ? self.plan : nil
    // The view that was made for reading would count as a second owner.
    _ = consume self
    return try SelectionWrite(selection: selection, plan: plan, accumulate: accumulate)(&x, value)
  }

  private static func expandingEllipsis(_ x: Tensor, _ index: [TensorIndex]) throws -> [TensorIndex]
  {
    var used = 0
    var ellipses = 0
    for part in index {
      switch part.kind {
      case .at, .slice, .list: used += 1
      case .tensor(let t): used += t.dtype == .bool ? t.rank : 1
      case .newAxis: break
      case .ellipsis: ellipses += 1
      }
    }
    guard used <= x.rank else {
      throw TensorError.argument(
        operation: "index", reason: "\(used) positions for a tensor of \(x.rank) dimensions")
    }
    guard ellipses <= 1 else {
      throw TensorError.argument(operation: "index", reason: "more than one ellipsis")
    }
    return index.flatMap { part -> [TensorIndex] in
      guard case .ellipsis = part.kind else { return [part] }
      return Array(repeating: .all, count: x.rank - used)
    }
  }

  /// The start and number of positions of a slice of `size`, by Python's rules.
  private static func resolve(_ from: Int?, _ to: Int?, _ step: Int, _ size: Int) throws -> (
    start: Int, length: Int
  ) {
    guard step != 0, step != .min else {
      throw TensorError.argument(operation: "index", reason: "a slice with step \(step)")
    }
    func clip(_ position: Int, _ low: Int, _ high: Int) -> Int {
      let p = position < 0 ? (position < -size ? -1 : position + size) : position
      return min(max(p, low), high)
    }
    if step > 0 {
      let start = from.map { clip($0, 0, size) } ?? 0
      let end = to.map { clip($0, 0, size) } ?? size
      return (start, max(0, end - start + min(step, size + 1) - 1) / min(step, size + 1))
    }
    let start = from.map { clip($0, -1, size - 1) } ?? size - 1
    let end = to.map { $0 < -size ? -1 : clip($0, -1, size - 1) } ?? -1
    let width = min(-step, size + 1)
    return (start, max(0, start - end + width - 1) / width)
  }

  /// A mask as index lists, one for each of its dimensions.
  private static func positions(of mask: Tensor, _ x: Tensor, _ dim: Int) throws -> [Tensor] {
    for i in 0..<mask.rank where mask.sizes[i] != x.sizes[dim + i] {
      throw TensorError.shape(
        operation: "index", shapes: [x.shape, mask.shape],
        reason: "the mask differs from the tensor in dimension \(dim + i)")
    }
    let found = try mask.nonzero()
    if mask.rank == 0 {
      return [Tensor.zeros([found.sizes[0]], dtype: .int64)]
    }
    return try (0..<mask.rank).map { try found.select(1, $0) }
  }
}
