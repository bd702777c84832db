/// What `Tensor.unique` found: the distinct elements, or slices, and how the others relate to them.
public struct UniqueElements: Sendable {
  /// Each element or slice once.
  public let values: Tensor
  /// For every element, or slice, its position among the values; int64.
  public let inverse: Tensor
  /// How many elements, or slices, each of the values stands for; int64.
  public let counts: Tensor
}

extension Tensor {
  /// The distinct elements in order, as a list, or the distinct slices of a dimension in
  /// lexicographic order. No NaN equals another one.
  ///
  ///     let words = try tokens.unique()
  public func unique(_ dim: Int? = nil) throws -> Tensor {
    if dim == nil {
      let sorted = try flatten().sort(0).values
      return try sorted.maskedSelect(sorted.changes())
    }
    return try uniqueWithCounts(dim).values
  }

  /// The distinct elements or slices with their counts, and for every element or slice which of
  /// them it is.
  ///
  ///     let found = try tokens.uniqueWithCounts()
  ///     let restored = try found.values.take(found.inverse)
  public func uniqueWithCounts(_ dim: Int? = nil) throws -> UniqueElements {
    guard let dim else {
      let (sorted, order) = try flatten().sort(0)
      let runs = try Runs(changes: sorted.changes())
      return UniqueElements(
        values: try sorted.maskedSelect(runs.changes),
        inverse: try runs.numbers(ordered: order).reshape(shape), counts: try runs.counts())
    }
    let d = try slices(dim, "unique")
    let (sorted, order) = try sliceRanks(d).sort(0)
    let runs = try Runs(changes: sorted.changes())
    return UniqueElements(
      values: try indexSelect(d, order.maskedSelect(runs.changes)),
      inverse: try runs.numbers(ordered: order), counts: try runs.counts())
  }

  /// The elements, or slices of a dimension, without those that equal the one before.
  ///
  ///     let states = try track.uniqueConsecutive()
  public func uniqueConsecutive(_ dim: Int? = nil) throws -> Tensor {
    guard let dim else {
      let flat = try flatten()
      return try flat.maskedSelect(flat.changes())
    }
    return try uniqueConsecutiveWithCounts(dim).values
  }

  /// The elements or slices without those that equal the one before, the lengths of the runs, and
  /// for every element or slice in which run it is.
  ///
  ///     let runs = try track.uniqueConsecutiveWithCounts()
  public func uniqueConsecutiveWithCounts(_ dim: Int? = nil) throws -> UniqueElements {
    guard let dim else {
      let flat = try flatten()
      let runs = try Runs(changes: flat.changes())
      return UniqueElements(
        values: try flat.maskedSelect(runs.changes), inverse: try runs.numbers().reshape(shape),
        counts: try runs.counts())
    }
    let d = try slices(dim, "uniqueConsecutive")
    let runs = try Runs(changes: sliceRows(d).changes().any(1))
    return UniqueElements(
      values: try indexSelect(d, runs.starts.flatten()), inverse: try runs.numbers(),
      counts: try runs.counts())
  }

  /// Which elements along dimension 0 differ from the one before; the first ones do.
  fileprivate func changes() throws -> Tensor {
    let x = detached()
    if sizes[0] == 0 { return try x.fullLike(true, dtype: .bool) }
    let first = try x.narrow(0, start: 0, length: 1).fullLike(true, dtype: .bool)
    let n = sizes[0] - 1
    return try cat([first, x.narrow(0, start: 1, length: n) .!= x.narrow(0, start: 0, length: n)])
  }

  /// The dimension whose slices are compared.
  private func slices(_ dim: Int, _ operation: String) throws -> Int {
    let d = try normalize(dim, rank, operation)
    guard rank > 0 else {
      throw TensorError.rank(operation: operation, rank: 0, expected: "at least 1 with a dimension")
    }
    guard count > 0 || sizes[d] == 0 else {
      throw TensorError.shape(
        operation: operation, shapes: [shape], reason: "slices of dimension \(d) have no elements")
    }
    return d
  }

  /// The slices of a dimension as rows.
  private func sliceRows(_ d: Int) throws -> Tensor {
    let n = sizes[d]
    return try detached().movedim(d, 0).reshape([n, n == 0 ? 0 : count / n])
  }

  /// The rank of each slice of a dimension in lexicographic order, equal ones alike: `[size]`.
  ///
  /// Elements become ranks within their column, then pairs of neighbouring columns become one,
  /// until a single one is left: ranks of pairs order like the pairs.
  private func sliceRanks(_ d: Int) throws -> Tensor {
    let n = sizes[d]
    if n == 0 { return Tensor.empty([0], dtype: .int64, device: device) }
    // Columns of the slices are rows here, whose elements lie side by side.
    var columns = try sliceRows(d).t().contiguous().ranksInRows()
    while columns.sizes[0] > 1 {
      let pairs = columns.sizes[0] / 2
      let even = try columns[.slice(from: 0, to: 2 * pairs, by: 2)]
      let odd = try columns[.slice(from: 1, to: 2 * pairs, by: 2)]
      let joined = try (even * n + odd).ranksInRows()
      let rest = try columns.narrow(0, start: 2 * pairs, length: columns.sizes[0] - 2 * pairs)
      columns = try cat([joined, rest])
    }
    return try columns.reshape([n])
  }

  /// For each element how many distinct ones of its row are less.
  private func ranksInRows() throws -> Tensor {
    let (sorted, order) = try sort(1)
    let n = sizes[1] - 1
    let changes =
      try sorted.narrow(1, start: 1, length: n) .!= sorted.narrow(1, start: 0, length: n)
    let first = Tensor.zeros([sizes[0], 1], dtype: .int64, device: device)
    let ranks = try cat([first, changes.cumsum(1)], dim: 1)
    return try ranks.zerosLike().scatter(1, order, ranks)
  }
}

/// Equal neighbours in a list, known by where they begin.
private struct Runs {
  let changes: Tensor
  /// Where each run begins: `[count, 1]`.
  let starts: Tensor

  init(changes: Tensor) throws {
    self.changes = changes
    starts = try changes.nonzero()
  }

  func counts() throws -> Tensor {
    let ends = Tensor.full([1], changes.count, device: changes.device)
    let bounds = try cat([starts.flatten(), ends])
    return try bounds.count == 1 ? bounds.narrow(0, start: 0, length: 0) : bounds.diff()
  }

  /// In which run each element is.
  func numbers() throws -> Tensor { try changes.cumsum(0) - 1 }

  /// The same for the elements before they were put in this order.
  func numbers(ordered order: Tensor) throws -> Tensor {
    let numbers = try numbers()
    return try numbers.zerosLike().scatter(0, order, numbers)
  }
}
