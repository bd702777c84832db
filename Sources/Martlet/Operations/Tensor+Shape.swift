extension Tensor {
  /// The same elements in row-major order under another shape: a view where the layout allows it,
  /// else a copy. One size may be -1: it is what the others leave.
  ///
  ///     let rows = try images.reshape([n, -1])
  ///
  /// - Throws: `TensorError.shape` if the element counts differ.
  public func reshape(_ shape: [Int]) throws -> Tensor {
    try View.reshape(self, to: resolved(shape, "reshape"))
  }
  /// As `reshape` with a list: `x.reshape(2, -1)`.
  public func reshape(_ shape: Int...) throws -> Tensor { try reshape(shape) }

  /// Like `reshape`, but never a copy.
  ///
  ///     let flat = try images.view([n, -1])
  ///
  /// - Throws: `TensorError.shape` if the memory layout does not allow the shape.
  public func view(_ shape: [Int]) throws -> Tensor {
    let sizes = try resolved(shape, "view")
    guard let out = buffer.viewed(as: sizes) else {
      throw TensorError.shape(
        operation: "view", shapes: [self.shape, shape],
        reason: "strides \(strides) do not allow this shape without a copy; use reshape")
    }
    return try View.reshape(from: self.sizes).record(out, self)
  }
  /// As `view` with a list: `x.view(2, -1)`.
  public func view(_ shape: Int...) throws -> Tensor { try view(shape) }

  private func resolved(_ shape: [Int], _ operation: String) throws -> Dims {
    try validate()
    var shape = shape
    let open = shape.indices.filter { shape[$0] == -1 }
    guard open.count <= 1 else {
      throw TensorError.shape(
        operation: operation, shapes: [shape], reason: "only one size can be left open")
    }
    func mismatch() -> TensorError {
      .shape(
        operation: operation, shapes: [self.shape, shape],
        reason: "\(count) elements do not have this shape")
    }
    if let place = open.first {
      shape[place] = 1
      let rest = try checkedSizes(shape, operation).product
      shape[place] = -1
      guard rest > 0, count % rest == 0 else { throw mismatch() }
      shape[place] = count / rest
    }
    let sizes = try checkedSizes(shape, operation)
    guard sizes.product == count else { throw mismatch() }
    return sizes
  }

  /// Dimensions `start` to `end`, both included, as one.
  ///
  ///     let rows = try images.flatten(from: 1)  // [N, C H W]
  public func flatten(from start: Int = 0, to end: Int = -1) throws -> Tensor {
    if rank == 0 {
      _ = try normalize(start, 0, "flatten")
      _ = try normalize(end, 0, "flatten")
      return try reshape(1)
    }
    let first = try normalize(start, rank, "flatten")
    let last = try normalize(end, rank, "flatten")
    guard first <= last else {
      throw TensorError.argument(
        operation: "flatten", reason: "dimension \(start) comes after dimension \(end)")
    }
    var sizes = Dims()
    var joined = 1
    for i in 0..<rank {
      if i < first || i > last {
        sizes.append(self.sizes[i])
      } else {
        joined *= self.sizes[i]
        if i == last { sizes.append(joined) }
      }
    }
    return try View.reshape(self, to: sizes)
  }

  /// One dimension as several, of which one size may be -1.
  ///
  ///     let heads = try hidden.unflatten(-1, [8, -1])
  public func unflatten(_ dim: Int, _ sizes: [Int]) throws -> Tensor {
    let dim = try normalize(dim, rank, "unflatten")
    guard !sizes.isEmpty else {
      throw TensorError.argument(operation: "unflatten", reason: "no sizes are given")
    }
    let part = try Tensor(Buffer(Dims(repeating: self.sizes[dim], rank: 1), .bool, .null))
      .resolved(sizes, "unflatten")
    return try reshape(
      Array(shape[..<dim]) + part.array + Array(shape[(dim + 1)...]))
  }

  /// Two dimensions swapped: a view.
  ///
  ///     let columns = try x.transpose(0, 1)
  public func transpose(_ dim0: Int, _ dim1: Int) throws -> Tensor {
    let a = try normalize(dim0, rank, "transpose")
    let b = try normalize(dim1, rank, "transpose")
    if rank == 0 { return self }
    var order = Dims(repeating: 0, rank: rank)
    for i in 0..<rank { order[i] = i }
    order[a] = b
    order[b] = a
    return try View.permute(self, order)
  }

  /// The transpose of a matrix; a list or a single element stays as it is.
  ///
  ///     try Tensor([[1, 2], [3, 4]]).t()  // [[1, 3], [2, 4]]
  public func t() throws -> Tensor {
    guard rank <= 2 else {
      throw TensorError.rank(operation: "t", rank: rank, expected: "at most 2; use transpose or mT")
    }
    return rank == 2 ? try transposedMatrix() : self
  }

  /// The transpose of each matrix in the last two dimensions: a view.
  ///
  ///     let gram = try x.mT.matmul(x)
  public var mT: Tensor {
    get throws {
      guard rank >= 2 else {
        throw TensorError.rank(operation: "mT", rank: rank, expected: "at least 2")
      }
      return try transposedMatrix()
    }
  }

  /// The dimensions in another order: a view.
  ///
  ///     let channelsLast = try images.permute([0, 2, 3, 1])
  public func permute(_ dims: [Int]) throws -> Tensor {
    guard dims.count == rank else {
      throw TensorError.argument(
        operation: "permute", reason: "\(dims) does not order \(rank) dimensions")
    }
    _ = try rank == 0 ? DimSet() : normalize(dims, rank, "permute")
    var order = Dims()
    for dim in dims { order.append(try normalize(dim, rank, "permute")) }
    return try View.permute(self, order)
  }
  /// As `permute` with a list: `x.permute(1, 0)`.
  public func permute(_ dims: Int...) throws -> Tensor { try permute(dims) }

  /// Dimensions moved to other places; the rest keep their order: a view.
  ///
  ///     let turned = try images.movedim([1, 2], [2, 3])
  public func movedim(_ from: [Int], _ to: [Int]) throws -> Tensor {
    guard from.count == to.count else {
      throw TensorError.argument(
        operation: "movedim", reason: "\(from) and \(to) differ in length")
    }
    if from.isEmpty { return self }
    _ = try normalize(from, rank, "movedim")
    _ = try normalize(to, rank, "movedim")
    if rank == 0 { return self }
    var order = [Int?](repeating: nil, count: rank)
    var taken = DimSet()
    for (a, b) in zip(from, to) {
      let source = try normalize(a, rank, "movedim")
      order[try normalize(b, rank, "movedim")] = source
      _ = taken.insert(source)
    }
    var rest = (0..<rank).filter { !taken.contains($0) }.makeIterator()
    return try permute(order.map { $0 ?? rest.next() ?? 0 })
  }
  /// One dimension moved to another place: `images.movedim(1, -1)`.
  public func movedim(_ from: Int, _ to: Int) throws -> Tensor { try movedim([from], [to]) }

  /// Without the dimensions of size 1: all of them, or those given (others stay); a view.
  ///
  ///     let row = try x.sum(0, keepDim: true).squeeze(0)
  public func squeeze(_ dims: Int...) throws -> Tensor {
    try dims.isEmpty ? squeeze(Array(0..<Swift.max(rank, 0))) : squeeze(dims)
  }
  /// As `squeeze` with the dimensions one by one.
  public func squeeze(_ dims: [Int]) throws -> Tensor {
    if dims.isEmpty { return self }
    let set = try normalize(dims, rank, "squeeze")
    var sizes = Dims()
    for i in 0..<rank where !(set.contains(i) && self.sizes[i] == 1) { sizes.append(self.sizes[i]) }
    return try View.reshape(self, to: sizes)
  }

  /// With a new dimension of size 1 at a place from `-(rank + 1)` to `rank`: a view.
  ///
  ///     let batch = try image.unsqueezed(0)
  public func unsqueezed(_ dim: Int) throws -> Tensor {
    guard rank < Dims.maxRank else {
      throw TensorError.rank(operation: "unsqueezed", rank: rank + 1, expected: "at most 12")
    }
    let dim = try normalize(dim, rank + 1, "unsqueezed")
    var sizes = self.sizes
    sizes.insert(1, at: dim)
    return try View.reshape(self, to: sizes)
  }

  /// Stretched to a larger shape without a copy: dimensions of size 1 repeat, -1 keeps a size, new
  /// dimensions come first.
  ///
  ///     let rows = try bias.expanded([32, -1])
  public func expanded(_ shape: [Int]) throws -> Tensor {
    guard shape.count >= rank else {
      throw TensorError.shape(
        operation: "expanded", shapes: [self.shape, shape], reason: "there are too few dimensions")
    }
    var target = try Dims(shape, operation: "expanded")
    for i in 0..<target.rank {
      let own = i - target.rank + rank
      if target[i] == -1, own >= 0 { target[i] = sizes[own] }
      guard target[i] >= 0, own < 0 || sizes[own] == target[i] || sizes[own] == 1 else {
        throw TensorError.shape(
          operation: "expanded", shapes: [self.shape, shape],
          reason: "dimension \(i) does not stretch to \(target[i])")
      }
    }
    return try View.expand(self, to: checkedSizes(target.array, "expanded"))
  }
  /// As `expanded` with a list: `bias.expanded(32, -1)`.
  public func expanded(_ shape: Int...) throws -> Tensor { try expanded(shape) }
  /// Stretched to the shape of another tensor: `bias.expanded(as: x)`.
  public func expanded(as other: Tensor) throws -> Tensor { try expanded(other.shape) }

  /// The order of elements reversed along some dimensions: a view.
  ///
  ///     try Tensor([1, 2, 3]).flip(0)  // [3, 2, 1]
  public func flip(_ dims: Int...) throws -> Tensor { try flip(dims) }
  /// As `flip` with the dimensions one by one.
  public func flip(_ dims: [Int]) throws -> Tensor {
    if dims.isEmpty { return self }
    let set = try normalize(dims, rank, "flip")
    if rank == 0 { return self }
    var starts = Dims(repeating: 0, rank: rank)
    var steps = Dims(repeating: 1, rank: rank)
    for i in 0..<rank where set.contains(i) && sizes[i] > 0 {
      starts[i] = sizes[i] - 1
      steps[i] = -1
    }
    return try View.slice(self, starts: starts, steps: steps, sizes: sizes)
  }

  /// `length` elements along a dimension from `start` on: a view.
  ///
  ///     let middle = try x.narrow(1, start: 2, length: 3)
  public func narrow(_ dim: Int, start: Int, length: Int) throws -> Tensor {
    try validate()
    guard rank > 0 else {
      throw TensorError.rank(operation: "narrow", rank: 0, expected: "at least 1")
    }
    let dim = try normalize(dim, rank, "narrow")
    let first = start < 0 ? start + sizes[dim] : start
    guard length >= 0, first >= 0, first <= sizes[dim], length <= sizes[dim] - first else {
      throw TensorError.argument(
        operation: "narrow",
        reason: "\(length) elements from \(start) on of \(sizes[dim]) along dimension \(dim)")
    }
    return try sliced(dim, first, first + length, 1)
  }

  /// Elements `start ..< end`, `step` apart, along a dimension, in range.
  func sliced(_ dim: Int, _ start: Int, _ end: Int, _ step: Int) throws -> Tensor {
    var starts = Dims(repeating: 0, rank: rank)
    var steps = Dims(repeating: 1, rank: rank)
    var sizes = sizes
    starts[dim] = start
    steps[dim] = step
    sizes[dim] =
      step > 0
      ? Swift.max(0, (end - start + step - 1) / step)
      : Swift.max(0, (start - end - step - 1) / -step)
    return try View.slice(self, starts: starts, steps: steps, sizes: sizes)
  }

  /// One slice of a dimension, which disappears: a view.
  ///
  ///     let red = try images.select(1, 0)  // [N, H, W]
  public func select(_ dim: Int, _ index: Int) throws -> Tensor {
    try validate()
    guard rank > 0 else {
      throw TensorError.rank(operation: "select", rank: 0, expected: "at least 1")
    }
    let d = try normalize(dim, rank, "select")
    let i = index < 0 ? index + sizes[d] : index
    guard i >= 0, i < sizes[d] else {
      throw TensorError.index(operation: "select", index: index, size: sizes[d], dim: d)
    }
    return try sliced(d, i, i + 1, 1).squeeze(d)
  }

  /// All slices of a dimension, which disappears: views.
  ///
  ///     for row in try x.unbind() { print(row) }
  public func unbind(_ dim: Int = 0) throws -> [Tensor] {
    guard rank > 0 else {
      throw TensorError.rank(operation: "unbind", rank: 0, expected: "at least 1")
    }
    let dim = try normalize(dim, rank, "unbind")
    return try (0..<sizes[dim]).map { try select(dim, $0) }
  }

  /// Parts of `size` along a dimension, the last of which may be shorter: views.
  ///
  ///     let batches = try x.split(32)
  public func split(_ size: Int, _ dim: Int = 0) throws -> [Tensor] {
    guard rank > 0 else {
      throw TensorError.rank(operation: "split", rank: 0, expected: "at least 1")
    }
    let dim = try normalize(dim, rank, "split")
    let length = sizes[dim]
    guard size > 0 || size == 0 && length == 0 else {
      throw TensorError.argument(operation: "split", reason: "parts of size \(size)")
    }
    if length == 0 { return [self] }
    return try stride(from: 0, to: length, by: size).map {
      try narrow(dim, start: $0, length: Swift.min(size, length - $0))
    }
  }

  /// Parts of the given sizes along a dimension, which together are its length: views.
  ///
  ///     let parts = try x.split([2, 3], 1)
  public func split(_ lengths: [Int], _ dim: Int = 0) throws -> [Tensor] {
    guard rank > 0 else {
      throw TensorError.rank(operation: "split", rank: 0, expected: "at least 1")
    }
    let dim = try normalize(dim, rank, "split")
    var sum = 0
    for length in lengths {
      let (next, overflow) = sum.addingReportingOverflow(length)
      guard length >= 0, !overflow else {
        throw TensorError.argument(operation: "split", reason: "parts of sizes \(lengths)")
      }
      sum = next
    }
    guard sum == sizes[dim] else {
      throw TensorError.argument(
        operation: "split",
        reason: "parts \(lengths) make \(sum), but dimension \(dim) has \(sizes[dim])")
    }
    var start = 0
    return try lengths.map { length in
      defer { start += length }
      return try narrow(dim, start: start, length: length)
    }
  }

  /// At most `count` parts of equal size along a dimension, the last of which may be shorter:
  /// views.
  ///
  ///     let gates = try hidden.chunk(4, -1)
  public func chunk(_ count: Int, _ dim: Int = 0) throws -> [Tensor] {
    guard rank > 0 else {
      throw TensorError.rank(operation: "chunk", rank: 0, expected: "at least 1")
    }
    guard count > 0 else {
      throw TensorError.argument(operation: "chunk", reason: "\(count) parts")
    }
    let d = try normalize(dim, rank, "chunk")
    let size = sizes[d] / count + (sizes[d] % count == 0 ? 0 : 1)
    return size == 0 ? Array(repeating: self, count: count) : try split(size, d)
  }

  /// The diagonal of two dimensions as a new last one, shifted up by `offset`: a view.
  ///
  ///     try Tensor([[1, 2], [3, 4]]).diagonal()  // [1, 4]
  public func diagonal(offset: Int = 0, dim1: Int = 0, dim2: Int = 1) throws -> Tensor {
    let a = try normalize(dim1, rank, "diagonal")
    let b = try normalize(dim2, rank, "diagonal")
    guard a != b else {
      throw TensorError.argument(
        operation: "diagonal", reason: "dimensions \(dim1) and \(dim2) are the same")
    }
    return try View.diagonal(self, offset: offset, a, b)
  }

  /// Windows of `size` along a dimension, `step` apart, as a new last dimension: a view.
  ///
  ///     try Tensor([1, 2, 3, 4]).unfold(0, size: 2, step: 1)  // [[1, 2], [2, 3], [3, 4]]
  public func unfold(_ dim: Int, size: Int, step: Int) throws -> Tensor {
    let d = try normalize(dim, rank, "unfold")
    let x = rank == 0 ? try unsqueezed(0) : self
    guard size >= 0, size <= x.sizes[d], step > 0, x.rank < Dims.maxRank else {
      throw TensorError.argument(
        operation: "unfold",
        reason: "windows of \(size), \(step) apart, of \(x.sizes[d]) along dimension \(dim)")
    }
    let windows = try View.windows(x, dim: d, size: size, step: step)
    return rank == 0 ? try windows.squeeze(0) : windows
  }

  /// Any view of the memory that this tensor lies in: element [i, j, ...] is the one `offset + i
  /// strides[0] + j strides[1] + ...` after the first of the memory. Without an offset it starts
  /// where this tensor does.
  ///
  ///     let diagonal = try square.asStrided([n], strides: [n + 1])
  ///
  /// - Throws: `TensorError.argument` if it would reach outside of the memory.
  public func asStrided(_ shape: [Int], strides: [Int], offset: Int? = nil) throws -> Tensor {
    try validate()
    if hasGapsInExample {
      return try contiguous().asStrided(shape, strides: strides, offset: offset)
    }
    let sizes = try checkedSizes(shape, "asStrided")
    let steps = try Dims(strides, operation: "asStrided")
    let (memory, start) = buffer.memory
    let first = offset ?? start
    guard sizes.rank == steps.rank, strides.allSatisfy({ $0 >= 0 }), first >= 0 else {
      throw TensorError.argument(
        operation: "asStrided", reason: "shape \(shape) with strides \(strides), offset \(first)")
    }
    var last = first
    for i in 0..<sizes.rank {
      let (reach, overflow) = steps[i].multipliedReportingOverflow(by: Swift.max(sizes[i] - 1, 0))
      let (sum, carry) = last.addingReportingOverflow(reach)
      guard !overflow, !carry else {
        throw TensorError.argument(operation: "asStrided", reason: "strides \(strides) overflow")
      }
      last = sum
    }
    let whole = Selection(source: Dims(), sizes: memory.sizes, strides: memory.strides, offset: 0)
    let available = memory.count == 0 ? 0 : whole.reach.upperBound + 1
    guard sizes.product == 0 || last < available else {
      throw TensorError.argument(
        operation: "asStrided", reason: "reaches element \(last) of a memory of \(available)")
    }
    return try Restride.callAsFunction(
      self, sizes, strides: steps, offset: sizes.product == 0 ? 0 : first)
  }

  /// The tensor repeated along every dimension; new dimensions come first.
  ///
  ///     try Tensor([1, 2]).repeat([2, 2])  // [[1, 2, 1, 2], [1, 2, 1, 2]]
  public func `repeat`(_ counts: [Int]) throws -> Tensor {
    guard counts.count >= rank, counts.allSatisfy({ $0 >= 0 }) else {
      throw TensorError.argument(
        operation: "repeat", reason: "counts \(counts) for a tensor of \(rank) dimensions")
    }
    let sizes = Array(repeating: 1, count: counts.count - rank) + shape
    var split: [Int] = []
    var target: [Int] = []
    var result: [Int] = []
    for (times, size) in zip(counts, sizes) {
      split += [1, size]
      target += [times, size]
      let (product, overflow) = times.multipliedReportingOverflow(by: size)
      guard !overflow else {
        throw TensorError.argument(operation: "repeat", reason: "counts \(counts) overflow")
      }
      result.append(product)
    }
    _ = try checkedSizes(result, "repeat")
    if split.count <= Dims.maxRank {
      return try reshape(split).expanded(target).clone().reshape(result)
    }
    // Each count becomes a dimension of its own; where that is too many they are taken one by one.
    var x = try reshape(sizes)
    for (dim, times) in counts.enumerated() where times != 1 {
      let before = x.shape[..<dim].reduce(1, *)
      let rest = x.shape[dim...].reduce(1, *)
      var grown = x.shape
      grown[dim] = result[dim]
      x = try x.reshape(before, 1, rest).expanded(before, times, rest).clone().reshape(grown)
    }
    return x
  }
  /// As `repeat` with a list: `x.repeat(2, 1)`.
  public func `repeat`(_ counts: Int...) throws -> Tensor { try `repeat`(counts) }
}

/// Tensors one after the other along a dimension. Their dtypes are promoted; other sizes must
/// agree. Empty lists are passed over.
///
///     try cat([Tensor([1, 2]), Tensor([3])])  // [1, 2, 3]
///
/// - Throws: `TensorError.shape` naming the first that does not fit.
public func cat(_ tensors: [Tensor], dim: Int = 0) throws -> Tensor {
  guard let first = tensors.first else {
    throw TensorError.argument(operation: "cat", reason: "there are no tensors")
  }
  var promotion = Promotion()
  for x in tensors {
    try sameDevice(first, x, "cat")
    promotion.add(x)
  }
  let parts = tensors.filter { !($0.rank == 1 && $0.count == 0) }
  guard let model = parts.first else { return try first.to(promotion.result) }
  guard model.rank > 0 else {
    throw TensorError.rank(operation: "cat", rank: 0, expected: "at least 1; use stack")
  }
  let d = try normalize(dim, model.rank, "cat")
  for x in parts {
    guard x.rank == model.rank,
      (0..<x.rank).allSatisfy({ $0 == d || x.sizes[$0] == model.sizes[$0] })
    else {
      throw TensorError.shape(
        operation: "cat", shapes: [model.shape, x.shape],
        reason: "sizes differ outside of dimension \(d)")
    }
  }
  return try Concatenate.callAsFunction(parts.map { try $0.to(promotion.result) }, dim: d)
}

/// Tensors of one shape side by side along a new dimension.
///
///     try stack([Tensor([1, 2]), Tensor([3, 4])])  // [[1, 2], [3, 4]]
public func stack(_ tensors: [Tensor], dim: Int = 0) throws -> Tensor {
  guard let first = tensors.first else {
    throw TensorError.argument(operation: "stack", reason: "there are no tensors")
  }
  for x in tensors { try x.validate() }
  for x in tensors where x.sizes != first.sizes {
    throw TensorError.shape(
      operation: "stack", shapes: [first.shape, x.shape], reason: "the shapes must be equal")
  }
  let d = try normalize(dim, first.rank + 1, "stack")
  return try cat(tensors.map { try $0.unsqueezed(d) }, dim: d)
}
