/// Sequences of different lengths without padding, step after step: those that are long enough for
/// a step follow each other, the longest first. Recurrent layers take and give them.
///
///     let packed = try packSequence([Tensor([1.0, 2]), Tensor([3.0])])
///     packed.data        // [1, 3, 2]
///     packed.batchSizes  // [2, 1]
public struct PackedSequence: Sendable {
  /// The elements of all steps, `[sum of lengths, ...]`.
  public var data: Tensor
  /// How many sequences have each step; it never increases.
  public let batchSizes: [Int]
  /// Which of the original sequences stands at each place; nil if all are where they were.
  public let sortedIndices: [Int]?

  /// Data in the order of steps.
  ///
  /// - Parameters:
  ///   - data: `[sum of batchSizes, ...]`.
  ///   - batchSizes: How many sequences have each step.
  ///   - sortedIndices: Which of the original sequences stands at each place.
  /// - Throws: `TensorError.argument` for sizes that increase or do not add up to the data, or
  ///   indices that are no permutation.
  public init(_ data: Tensor, batchSizes: [Int], sortedIndices: [Int]? = nil) throws {
    let name = "PackedSequence"
    guard data.rank > 0 else {
      throw TensorError.rank(operation: name, rank: 0, expected: "at least 1")
    }
    guard let batch = batchSizes.first, (batchSizes.last ?? 0) > 0,
      zip(batchSizes, batchSizes.dropFirst()).allSatisfy({ $0 >= $1 })
    else {
      throw TensorError.argument(
        operation: name, reason: "the sizes of steps must be positive and not increase")
    }
    var rows = 0
    for size in batchSizes {
      let (sum, overflow) = rows.addingReportingOverflow(size)
      guard !overflow, sum <= data.sizes[0] else {
        rows = -1
        break
      }
      rows = sum
    }
    guard rows == data.sizes[0] else {
      throw TensorError.argument(
        operation: name,
        reason: "the sizes of steps do not add up to the \(data.sizes[0]) rows of the data")
    }
    if let sortedIndices {
      guard sortedIndices.sorted() == Array(0..<batch) else {
        throw TensorError.argument(
          operation: name, reason: "the indices are no permutation of 0 to \(batch - 1)")
      }
    }
    self.data = data
    self.batchSizes = batchSizes
    self.sortedIndices = sortedIndices
  }

  /// At which place each of the original sequences stands; nil if all are where they were.
  public var unsortedIndices: [Int]? { sortedIndices?.inverted }

  /// The length of each of the original sequences, in their order.
  public var lengths: [Int] {
    var sorted = [Int](repeating: 0, count: batchSizes.first ?? 0)
    for size in batchSizes { for place in 0..<size { sorted[place] += 1 } }
    return unsortedIndices.map { $0.map { sorted[$0] } } ?? sorted
  }

  /// Other data of the same steps.
  func with(_ data: Tensor) -> PackedSequence {
    var other = self
    other.data = data
    return other
  }

  /// The row of each step at which it starts.
  var starts: [Int] {
    var starts: [Int] = []
    var rows = 0
    for size in batchSizes {
      starts.append(rows)
      rows += size
    }
    return starts
  }
}

/// `steps * batch`, where it is a number of rows that can be listed.
func checkedRows(_ steps: Int, _ batch: Int, _ operation: String) throws -> Int {
  let (rows, overflow) = steps.multipliedReportingOverflow(by: batch)
  guard !overflow, rows <= 1 << 28, steps <= 1 << 28 else {
    throw TensorError.argument(
      operation: operation,
      reason: "\(batch) sequences of \(steps) steps are more than 2^28 steps together")
  }
  return rows
}

extension [Int] {
  /// Of a permutation: where each number stands.
  var inverted: [Int] {
    var places = self
    for (place, index) in enumerated() { places[index] = place }
    return places
  }
}

/// Packs sequences that were padded to one length.
///
///     let packed = try packPaddedSequence(x, lengths: [5, 3, 2])
///
/// - Parameters:
///   - x: `[T, N, ...]`, or `[N, T, ...]` with `batchFirst`.
///   - lengths: The length of each sequence, from 1 to T.
///   - batchFirst: Whether the first dimension is the batch.
///   - enforceSorted: Whether lengths must not increase; otherwise sequences are sorted, and what
///     is made of them put back in order.
/// - Throws: `TensorError.argument` for lengths that do not fit.
public func packPaddedSequence(
  _ x: Tensor, lengths: [Int], batchFirst: Bool = false, enforceSorted: Bool = true
) throws -> PackedSequence {
  let name = "packPaddedSequence"
  guard x.rank >= 2 else {
    throw TensorError.rank(operation: name, rank: x.rank, expected: "at least 2")
  }
  let x = try batchFirst ? x.transpose(0, 1) : x
  let (steps, batch) = (x.sizes[0], x.sizes[1])
  guard lengths.count == batch, batch > 0 else {
    throw TensorError.argument(
      operation: name, reason: "\(lengths.count) lengths for a batch of \(batch) sequences")
  }
  for length in lengths where length < 1 || length > steps {
    throw TensorError.argument(
      operation: name, reason: "a length of \(length) where sequences have 1 to \(steps) steps")
  }
  let all = try checkedRows(steps, batch, name)
  let order = try sortedOrder(lengths, enforceSorted, name)
  var batchSizes: [Int] = []
  var positions: [Int] = []
  var remaining = batch
  let sorted = order ?? Array(0..<batch)
  for step in 0..<(lengths.max() ?? 0) {
    while remaining > 0, lengths[sorted[remaining - 1]] <= step { remaining -= 1 }
    batchSizes.append(remaining)
    positions += sorted[..<remaining].map { step * batch + $0 }
  }
  let rows = try x.reshape([all] + x.shape.dropFirst(2))
  return try PackedSequence(
    rows.rows(positions), batchSizes: batchSizes, sortedIndices: order)
}

/// The order that sorts lengths, longest first; nil if they must be, and are, sorted.
private func sortedOrder(_ lengths: [Int], _ enforceSorted: Bool, _ name: String) throws -> [Int]? {
  if !enforceSorted {
    return lengths.indices.sorted { (lengths[$1], $0) < (lengths[$0], $1) }
  }
  guard zip(lengths, lengths.dropFirst()).allSatisfy({ $0 >= $1 }) else {
    throw TensorError.argument(
      operation: name,
      reason: "lengths must not increase (got \(lengths)); pass enforceSorted: false to sort them")
  }
  return nil
}

/// Packs sequences `[T_i, ...]`, each of its own length.
///
///     let packed = try packSequence([a, b, c], enforceSorted: false)
///
/// - Parameters:
///   - sequences: At least one; equal in all but the first size.
///   - enforceSorted: Whether lengths must not increase; see `packPaddedSequence`.
/// - Throws: `TensorError.argument` for no sequences or lengths of 0; `TensorError.shape` for
///   sequences that do not fit each other.
public func packSequence(_ sequences: [Tensor], enforceSorted: Bool = true) throws
  -> PackedSequence
{
  let padded = try padSequence(sequences)
  return try packPaddedSequence(
    padded, lengths: sequences.map { $0.sizes[0] }, enforceSorted: enforceSorted)
}

/// Fills packed sequences up to one length.
///
///     let (padded, lengths) = try padPackedSequence(packed, batchFirst: true)
///
/// - Parameters:
///   - packed: N sequences.
///   - batchFirst: Whether the first dimension of the result is the batch.
///   - paddingValue: What stands after the end of a sequence.
///   - totalLength: The length T of the result; by default that of the longest.
/// - Returns: `[T, N, ...]`, or `[N, T, ...]` with `batchFirst`, and the length of each sequence.
/// - Throws: `TensorError.argument` for a total length that is too short.
public func padPackedSequence(
  _ packed: PackedSequence, batchFirst: Bool = false, paddingValue: Double = 0,
  totalLength: Int? = nil
) throws -> (padded: Tensor, lengths: [Int]) {
  let longest = packed.batchSizes.count
  let steps = totalLength ?? longest
  guard steps >= longest else {
    throw TensorError.argument(
      operation: "padPackedSequence",
      reason: "a total length of \(steps) for sequences of up to \(longest) steps")
  }
  let lengths = packed.lengths
  let batch = lengths.count
  _ = try checkedRows(steps, batch, "padPackedSequence")
  let places = packed.unsortedIndices ?? Array(0..<batch)
  let starts = packed.starts
  var positions: [Int] = []
  var isPadding: [Bool] = []
  for step in 0..<steps {
    for (place, length) in zip(places, lengths) {
      positions.append(step < length ? starts[step] + place : 0)
      isPadding.append(step >= length)
    }
  }
  let data = packed.data
  var padded = try data.rows(positions)
  if isPadding.contains(true) {
    let mask = try Tensor(isPadding).reshape(
      [isPadding.count] + [Int](repeating: 1, count: data.rank - 1)
    ).to(device: data.device)
    padded = try padded.filled(paddingValue, where: mask)
  }
  padded = try padded.reshape([steps, batch] + data.shape.dropFirst())
  return (try batchFirst ? padded.transpose(0, 1) : padded, lengths)
}

/// The sequences that were packed, each `[T_i, ...]`, in their original order.
///
///     let sequences = try unpackSequence(packed)
public func unpackSequence(_ packed: PackedSequence) throws -> [Tensor] {
  let starts = packed.starts
  let lengths = packed.lengths
  let places = packed.unsortedIndices ?? Array(lengths.indices)
  return try zip(places, lengths).map { place, length in
    try packed.data.rows(starts[..<length].map { $0 + place })
  }
}
