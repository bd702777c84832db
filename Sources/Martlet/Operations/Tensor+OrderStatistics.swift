// Elements chosen by their rank along a dimension. Which of several equal elements is meant follows
// from a stable sort, so that the answer is always the same one.
extension Tensor {
  /// The elements at positions along a dimension, which have size 1 there, and the positions.
  private func picked(at positions: Tensor, _ d: Int, keepDim: Bool) throws -> (
    values: Tensor, indices: Tensor
  ) {
    let value = try gather(d, positions)
    return keepDim ? (value, positions) : (try value.squeeze(d), try positions.squeeze(d))
  }

  private func requireElements(_ d: Int, _ operation: String) throws {
    guard sizes[d] > 0 else {
      throw TensorError.shape(
        operation: operation, shapes: [shape], reason: "dimension \(d) has no elements")
    }
  }

  /// The k-th least element along a dimension, counted from 1, and where it stands: the first of
  /// equal ones has the least rank. NaN counts as greatest.
  ///
  ///     let (values, indices) = try x.kthValue(3, -1)
  ///
  /// - Throws: `TensorError.argument` if there are fewer than `k` elements.
  public func kthValue(_ k: Int, _ dim: Int = -1, keepDim: Bool = false) throws -> (
    values: Tensor, indices: Tensor
  ) {
    let d = try normalize(dim, rank, "kthValue")
    let size = rank == 0 ? 1 : sizes[d]
    guard k >= 1, k <= size else {
      throw TensorError.argument(operation: "kthValue", reason: "element \(k) of \(size)")
    }
    if rank == 0 { return (self, try zerosLike(dtype: .int64)) }
    return try picked(at: Sort.kth(.rank, self, dim: d, k: k - 1), d, keepDim: keepDim)
  }

  /// The median along a dimension, the lower one of two, and where it stands. NaN wins.
  ///
  ///     let (values, indices) = try x.median(dim: 1)
  public func median(dim: Int, keepDim: Bool = false) throws -> (values: Tensor, indices: Tensor) {
    let d = try normalize(dim, rank, "median")
    if rank == 0 { return (self, try zerosLike(dtype: .int64)) }
    try requireElements(d, "median")
    return try picked(at: Sort.kth(.median, self, dim: d), d, keepDim: keepDim)
  }

  /// The median of all elements, the lower one of two. NaN wins.
  ///
  ///     let middle = try x.median()
  public func median() throws -> Tensor { try flatten().median(dim: 0).values }

  /// The median of the elements along a dimension that are not NaN, the lower one of two, and where
  /// it stands. Where all are NaN, so is the median.
  ///
  ///     let (values, indices) = try x.nanmedian(dim: 1)
  public func nanmedian(dim: Int, keepDim: Bool = false) throws -> (
    values: Tensor, indices: Tensor
  ) {
    guard dtype.isFloatingPoint else { return try median(dim: dim, keepDim: keepDim) }
    let d = try normalize(dim, rank, "nanmedian")
    if rank == 0 { return (self, try zerosLike(dtype: .int64)) }
    try requireElements(d, "nanmedian")
    return try picked(at: Sort.kth(.nanmedian, self, dim: d), d, keepDim: keepDim)
  }

  /// The median of all elements that are not NaN, the lower one of two.
  ///
  ///     let middle = try x.nanmedian()
  public func nanmedian() throws -> Tensor { try flatten().nanmedian(dim: 0).values }

  /// The most frequent element along a dimension, the least of several, and where it last stands.
  /// No NaN equals another one.
  ///
  ///     let (values, indices) = try x.mode(1)
  public func mode(_ dim: Int = -1, keepDim: Bool = false) throws -> (
    values: Tensor, indices: Tensor
  ) {
    let d = try normalize(dim, rank, "mode")
    if rank == 0 { return (self, try zerosLike(dtype: .int64)) }
    try requireElements(d, "mode")
    let (values, order) = try detached().sort(d)
    let n = sizes[d]
    // How far each element is from where its run of equal ones starts: greatest at the end of the
    // longest run, and the first such end belongs to the least element.
    let changes =
      try values.narrow(d, start: 1, length: n - 1)
      .!= values.narrow(d, start: 0, length: n - 1)
    var line = Array(repeating: 1, count: rank)
    line[d] = n - 1
    let places = try Tensor.arange(1, n, device: device).reshape(line)
    let starts = try Scan(op: .max, dim: d)(places.filled(0, where: changes.logicalNot()))
    var first = sizes
    first[d] = 1
    let lengths = try cat(
      [Tensor.zeros(first, .int64, device), places - starts], dim: d)
    return try picked(at: order.gather(d, lengths.argmax(d, keepDim: true)), d, keepDim: keepDim)
  }
}
