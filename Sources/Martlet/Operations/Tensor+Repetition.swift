extension Tensor {
  /// Every element `count` times in a row along a dimension; without one, of the flattened tensor.
  ///
  ///     try Tensor([1, 2]).repeatInterleave(2)  // [1, 1, 2, 2]
  public func repeatInterleave(_ count: Int, dim: Int? = nil) throws -> Tensor {
    guard count >= 0 else {
      throw TensorError.argument(operation: "repeatInterleave", reason: "a count of \(count)")
    }
    guard let dim else { return try flatten().repeatInterleave(count, dim: 0) }
    let d = try normalize(dim, rank, "repeatInterleave")
    let x = rank == 0 ? try unsqueezed(0) : self
    guard x.rank < Dims.maxRank else {
      throw TensorError.rank(operation: "repeatInterleave", rank: rank, expected: "at most 11")
    }
    var shape = x.shape
    let (length, overflow) = shape[d].multipliedReportingOverflow(by: count)
    guard !overflow else {
      throw TensorError.argument(operation: "repeatInterleave", reason: "a count of \(count)")
    }
    var stretched = shape
    stretched.insert(count, at: d + 1)
    shape[d] = length
    _ = try checkedSizes(shape, "repeatInterleave")
    return try x.unsqueezed(d + 1).expanded(stretched).reshape(shape)
  }

  /// Every slice along a dimension as often as `counts` says, a list of its length (or of one);
  /// without a dimension, every element of the flattened tensor.
  ///
  ///     try Tensor([1, 2]).repeatInterleave(Tensor([3, 1]))  // [1, 1, 1, 2]
  public func repeatInterleave(_ counts: Tensor, dim: Int? = nil) throws -> Tensor {
    guard let dim else { return try flatten().repeatInterleave(counts, dim: 0) }
    let d = try normalize(dim, rank, "repeatInterleave")
    let x = rank == 0 ? try unsqueezed(0) : self
    guard counts.dtype.isInteger, counts.rank <= 1 else {
      throw TensorError.argument(
        operation: "repeatInterleave", reason: "the counts must be a list of integers")
    }
    let list = try counts.to(.int64).flatten().array(of: Int.self)
    if list.count == 1 { return try x.repeatInterleave(list[0], dim: d) }
    guard list.count == x.sizes[d], list.allSatisfy({ $0 >= 0 }) else {
      throw TensorError.argument(
        operation: "repeatInterleave",
        reason: "\(list.count) counts, which may not be negative, for \(x.sizes[d]) slices")
    }
    var total = 0
    for count in list {
      let (sum, overflow) = total.addingReportingOverflow(count)
      guard !overflow else {
        throw TensorError.argument(operation: "repeatInterleave", reason: "the counts overflow")
      }
      total = sum
    }
    var shape = x.shape
    shape[d] = total
    _ = try checkedSizes(shape, "repeatInterleave")
    var positions: [Int] = []
    positions.reserveCapacity(total)
    for (i, count) in list.enumerated() { positions += repeatElement(i, count: count) }
    return try x.indexSelect(d, Tensor(positions, shape: [total]))
  }
}

/// How `meshgrid` orders dimensions.
public enum MeshIndexing: Sendable {
  /// The first list runs along dimension 0, as in matrices.
  case ij
  /// The first list runs along dimension 1, as in plots.
  case xy
}

/// The grid that lists span: for each one a tensor with its elements along a dimension of its own
/// and repeated along the others. Views of the lists.
///
///     let grid = try meshgrid([Tensor.arange(3), Tensor.arange(4)])  // two of [3, 4]
public func meshgrid(_ lists: [Tensor], indexing: MeshIndexing = .ij) throws -> [Tensor] {
  guard let first = lists.first, lists.count <= Dims.maxRank else {
    throw TensorError.argument(
      operation: "meshgrid", reason: "\(lists.count) lists, which should be 1 to 12")
  }
  for list in lists {
    guard list.rank <= 1 else {
      throw TensorError.rank(operation: "meshgrid", rank: list.rank, expected: "lists")
    }
    guard list.dtype == first.dtype else {
      throw TensorError.dtype(
        operation: "meshgrid", dtypes: [first.dtype, list.dtype],
        reason: "the dtypes must be equal")
    }
    try sameDevice(first, list, "meshgrid")
  }
  let shape = lists.map(\.count)
  _ = try checkedSizes(shape, "meshgrid")
  return try lists.enumerated().map { i, list in
    var own = Array(repeating: 1, count: lists.count)
    own[i] = list.count
    let grid = try list.reshape(own).expanded(shape)
    return indexing == .xy && lists.count > 1 ? try grid.transpose(0, 1) : grid
  }
}
