/// What becomes of the rows of a bag.
public enum BagReduction: Sendable {
  /// Their sum.
  case sum
  /// Their mean.
  case mean
  /// The greatest element of each column.
  case max
}

/// Rows of a table, reduced bag by bag: the result is `[bags, width]`. An empty bag gives zeros.
///
///     let texts = try embeddingBag(words, table, offsets: Tensor([0, 7, 12]))
///
/// - Parameters:
///   - indices: int64, `[bags, size]`, or one list with `offsets`.
///   - weight: The table, `[rows, width]`.
///   - offsets: Where in the list each bag begins, from 0 in rising order.
///   - includesLastOffset: Whether `offsets` ends with the end of the last bag.
///   - mode: How the rows of a bag become one.
///   - sampleWeights: A factor of each row, in the shape of `indices`; only for sums.
///   - paddingIndex: A row that counts nothing and receives no gradient; from the end if negative.
///   - scaleGradByFrequency: Whether the gradient of a row is divided by how often the indices hold
///     it; not for `.max`.
/// - Throws: `TensorError.index` for a row that there is not.
public func embeddingBag(
  _ indices: Tensor, _ weight: Tensor, offsets: Tensor? = nil, includesLastOffset: Bool = false,
  mode: BagReduction = .mean, sampleWeights: Tensor? = nil, paddingIndex: Int? = nil,
  scaleGradByFrequency: Bool = false
) throws -> Tensor {
  let name = "embeddingBag"
  try requireDevice(indices, weight, offsets, sampleWeights, operation: name)
  guard weight.rank == 2 else {
    throw TensorError.rank(operation: name, rank: weight.rank, expected: "2 for the table")
  }
  try weight.requireFloatingPoint(name)
  if let sampleWeights {
    guard mode == .sum, sampleWeights.shape == indices.shape, sampleWeights.dtype == weight.dtype
    else {
      throw TensorError.shape(
        operation: name, shapes: [indices.shape, sampleWeights.shape],
        reason: "weights of rows are for sums, in the shape of the indices and the table's dtype")
    }
  }
  guard !scaleGradByFrequency || mode != .max else {
    throw TensorError.argument(
      operation: name, reason: "the gradients of maxima are not scaled by frequency")
  }
  var list = try weight.checkedIndex(indices, name).flatten()
  var factors = try sampleWeights?.flatten()
  var (bags, count) = try bagNumbers(name, indices, offsets, includesLastOffset)
  if let paddingIndex {
    let rows = weight.sizes[0]
    guard paddingIndex >= -rows, paddingIndex < rows else {
      throw TensorError.index(operation: name, index: paddingIndex, size: rows, dim: 0)
    }
    let counts = try list .!= (paddingIndex < 0 ? paddingIndex + rows : paddingIndex)
    list = try list.maskedSelect(counts)
    bags = try bags.maskedSelect(counts)
    factors = try factors?.maskedSelect(counts)
  }
  // Half precision adds up in float32.
  var rows = try weight.indexSelect(0, list)
  if scaleGradByFrequency, rows.history != nil { rows = try perOccurrence(rows, list) }
  if rows.isHalfPrecision { rows = try rows.to(.float32) }
  if let factors { rows = try rows * factors.to(rows.dtype).unsqueezed(1) }
  if offsets == nil, paddingIndex == nil, mode != .max, indices.sizes[1] > 0 {
    // All bags have the same size.
    let bags = try rows.reshape(indices.shape + [weight.sizes[1]])
    return try (mode == .sum ? bags.sum(1) : bags.mean(1)).to(weight.dtype)
  }
  let start = Tensor.zeros([count, weight.sizes[1]], dtype: rows.dtype, device: weight.device)
  let result: Tensor
  switch mode {
  case .sum: result = try start.indexAdd(0, bags, rows)
  case .mean:
    let sizes = try bags.bincount(least: count).clamp(min: 1).to(rows.dtype)
    result = try start.indexAdd(0, bags, rows) / sizes.unsqueezed(1)
  case .max:
    result = try start.scatterReduce(
      0, bags.unsqueezed(1).expanded(rows.shape), rows, .max, includeSelf: false)
  }
  return try result.to(weight.dtype)
}

/// The bag of each index, and how many bags there are.
private func bagNumbers(
  _ name: String, _ indices: Tensor, _ offsets: Tensor?, _ includesLast: Bool
) throws -> (bags: Tensor, count: Int) {
  guard let offsets else {
    guard indices.rank == 2 else {
      throw TensorError.rank(
        operation: name, rank: indices.rank, expected: "2 for the indices, or offsets beside a list"
      )
    }
    let bags = try Tensor.arange(indices.sizes[0], device: indices.device).unsqueezed(1)
    return (try bags.expanded(indices.shape).flatten(), indices.sizes[0])
  }
  guard indices.rank == 1, offsets.rank == 1, offsets.dtype.isInteger else {
    throw TensorError.shape(
      operation: name, shapes: [indices.shape, offsets.shape],
      reason: "offsets are a list of integers beside a list of indices")
  }
  let starts = try offsets.to(.int64).array(of: Int.self)
  let isRising = zip(starts, starts.dropFirst()).allSatisfy { $0 <= $1 }
  guard starts.first ?? 0 == 0, isRising, starts.last ?? 0 <= indices.count,
    !starts.isEmpty || indices.count == 0 && !includesLast
  else {
    throw TensorError.argument(
      operation: name,
      reason: "offsets \(starts) do not rise from 0 to at most \(indices.count)")
  }
  let places = Tensor.arange(indices.count, device: indices.device)
  let count = includesLast ? starts.count - 1 : starts.count
  // What lies beyond the last offset belongs to the last bag.
  let bags = try places.searchSorted(offsets.to(.int64), right: true) - 1
  return (try count > 0 ? bags.clamp(max: count - 1) : bags, count)
}
