extension Tensor {
  /// All choices of `count` elements of a list, in lexicographic order of their positions: `[n,
  /// count]`.
  ///
  ///     let pairs = try players.combinations(2)
  ///
  /// - Parameters:
  ///   - count: The size of a combination.
  ///   - withReplacement: Whether an element can be chosen more than once.
  public func combinations(_ count: Int = 2, withReplacement: Bool = false) throws -> Tensor {
    guard rank == 1 else {
      throw TensorError.rank(operation: "combinations", rank: rank, expected: "1")
    }
    guard count >= 0 else {
      throw TensorError.argument(operation: "combinations", reason: "choices of \(count) elements")
    }
    if count == 0 { return try narrow(0, start: 0, length: 0) }
    let n = sizes[0]
    let (pool, overflow) = withReplacement ? n.addingReportingOverflow(count - 1) : (n, false)
    guard !overflow else {
      throw TensorError.argument(
        operation: "combinations", reason: "the choices of \(count) of \(n) are too many")
    }
    let rows = n == 0 ? 0 : try combinationCount(pool, count)
    let sizes = try checkedSizes([rows, count], "combinations")
    let base = try ExampleSpace.of(target)?.base ?? device
    let positions = try Buffer(Dims(repeating: sizes.product, rank: 1), .int64, base)
    if rows > 0, base.hasElements {
      let out = positions.data.assumingMemoryBound(to: Int.self)
      // The first row; each further one raises the last position of the row before that can rise,
      // and puts the least ones after it.
      for k in 0..<count { out[k] = withReplacement ? 0 : k }
      for start in stride(from: count, to: sizes.product, by: count) {
        for k in 0..<count { out[start + k] = out[start - count + k] }
        var place = count - 1
        while place > 0, out[start + place] == n - (withReplacement ? 1 : count - place) {
          place -= 1
        }
        out[start + place] += 1
        for k in place + 1..<count {
          out[start + k] = withReplacement ? out[start + place] : out[start + k - 1] + 1
        }
      }
    }
    return try View.reshape(indexSelect(0, Tensor(positions)), to: sizes)
  }

  /// How many ways there are to choose `k` of `n`.
  private func combinationCount(_ n: Int, _ k: Int) throws -> Int {
    if k == 0 { return 1 }
    guard n >= k else { return 0 }
    var result = 1
    for i in 0..<Swift.min(k, n - k) {
      // Each partial product is a number of choices itself, so that the division is exact.
      let (product, overflow) = result.multipliedReportingOverflow(by: n - i)
      guard !overflow else {
        throw TensorError.argument(
          operation: "combinations", reason: "the choices of \(k) of \(n) are too many")
      }
      result = product / (i + 1)
    }
    return result
  }

  /// The coordinates of positions in the row-major order of a shape: one tensor of this shape for
  /// each of its dimensions.
  ///
  ///     let (row, column) = (found[0], found[1])  // of try x.argmax().unravelIndex(x.shape)
  ///
  /// - Throws: `TensorError.index` for a position that the shape does not have.
  public func unravelIndex(_ shape: [Int]) throws -> [Tensor] {
    let places = try checkedIndex(self, "unravelIndex")
    let sizes = try checkedSizes(shape, "unravelIndex")
    let total = sizes.product
    if count > 0 {
      let all = try places.ofAllExamples
      let (low, high) = (try all.min().item(Int.self), try all.max().item(Int.self))
      guard low >= 0, high < total else {
        throw TensorError.index(
          operation: "unravelIndex", index: low < 0 ? low : high, size: total, dim: 0)
      }
    }
    let strides = sizes.rowMajorStrides
    return try (0..<sizes.rank).map {
      let size = Swift.max(sizes[$0], 1)
      return try places.div(strides[$0], rounding: .floor) % size
    }
  }
}

/// All rows that take one element of each list, the last list fastest: `[n, lists]`, or the list
/// itself if there is only one.
///
///     let grid = try cartesianProd([widths, heights])
public func cartesianProd(_ lists: [Tensor]) throws -> Tensor {
  guard let first = lists.first else {
    throw TensorError.argument(operation: "cartesianProd", reason: "there are no lists")
  }
  for list in lists where list.rank != 1 {
    throw TensorError.rank(operation: "cartesianProd", rank: list.rank, expected: "1")
  }
  if lists.count == 1 { return first }
  return try stack(meshgrid(lists).map { try $0.flatten() }, dim: 1)
}
