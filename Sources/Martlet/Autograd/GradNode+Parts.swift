// Gradients of parts of a tensor, such as those that `split` gives: each is copied to its place,
// rather than added to zeros.
extension GradNode {
  /// Adds the gradient of some elements to what has been collected for this node.
  final func collect(_ part: Tensor, at selection: Selection) throws {
    if try write(part, at: selection) { return }
    if let sum = try takeSlot() {
      slot = try sum.accumulating(part, at: selection)
    } else {
      slot = try Embed(selection: selection)(part)
    }
  }

  /// Writes a part where nothing has been collected yet; false if it is none that can be written
  /// so.
  private func write(_ part: Tensor, at selection: Selection) throws -> Bool {
    guard !Mode.isRecording, let slab = selection.slab else { return false }
    if slot == nil {
      slot = Tensor(try Buffer(selection.source, part.dtype, part.target))
      unwritten = UnwrittenSlabs(along: slab.dim, of: selection.source[slab.dim])
    }
    guard let sum = slot, sum.dtype == part.dtype, sum.device == part.device,
      unwritten?.remove(slab.range, along: slab.dim) == true
    else { return false }
    let place = Buffer(
      viewing: sum.buffer, selection.sizes, strides: selection.strides, offset: selection.offset)
    try sum.buffer.backend.copy(place, part.buffer)
    return true
  }

  /// Writes what the slot lacks.
  final func writeZeros() throws {
    guard let slabs = unwritten, let sum = slot else { return }
    unwritten = nil
    var sizes = sum.sizes
    let strides = sizes.rowMajorStrides
    for range in slabs.ranges {
      sizes[slabs.dim] = range.count
      let place = Buffer(
        viewing: sum.buffer, sizes, strides: strides, offset: range.lowerBound * strides[slabs.dim])
      try sum.buffer.backend.fill(place, .int(0))
    }
  }
}

/// Which slabs along a dimension have not been written.
struct UnwrittenSlabs {
  let dim: Int
  private(set) var ranges: [Range<Int>]

  init(along dim: Int, of length: Int) {
    self.dim = dim
    ranges = [0..<length]
  }

  /// Takes out a slab; false if some of it has been written.
  mutating func remove(_ slab: Range<Int>, along dim: Int) -> Bool {
    guard dim == self.dim,
      let i = ranges.firstIndex(where: {
        $0.lowerBound <= slab.lowerBound && slab.upperBound <= $0.upperBound
      })
    else { return false }
    let whole = ranges[i]
    let rest = [
      whole.lowerBound..<slab.lowerBound, slab.upperBound..<whole.upperBound,
    ]
    ranges.replaceSubrange(i...i, with: rest.filter { !$0.isEmpty })
    return true
  }
}

extension Selection {
  /// The elements of one dimension that are selected, if they follow each other and all of the
  /// other dimensions are; nil also where they are so few that they do not lie in rows of some
  /// length.
  fileprivate var slab: (dim: Int, range: Range<Int>)? {
    guard !overlaps, sizes.rank == source.rank, sizes.product > 0 else { return nil }
    let steps = source.rowMajorStrides
    guard strides == steps else { return nil }
    var found: Int?
    for i in 0..<sizes.rank where sizes[i] != source[i] {
      guard found == nil else { return nil }
      found = i
    }
    guard let dim = found, sizes[dim] * steps[dim] >= 64 else { return nil }
    let start = offset / steps[dim]
    return (dim, start..<start + sizes[dim])
  }
}
