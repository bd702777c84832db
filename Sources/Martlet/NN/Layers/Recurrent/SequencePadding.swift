/// At which end of short sequences padding stands.
public enum PaddingSide: Sendable {
  /// After the end.
  case right
  /// Before the beginning.
  case left
}

/// Puts sequences `[T_i, ...]` of different lengths into one tensor, `[T, N, ...]` for the longest
/// length T.
///
///     let x = try padSequence([a, b, c], batchFirst: true)
///
/// - Parameters:
///   - sequences: At least one; equal in all but the first size.
///   - batchFirst: Whether the result is `[N, T, ...]`.
///   - paddingValue: What fills short sequences up.
///   - side: At which end it does.
/// - Throws: `TensorError.argument` for no sequences; `TensorError.shape` for sequences that do not
///   fit each other.
public func padSequence(
  _ sequences: [Tensor], batchFirst: Bool = false, paddingValue: Double = 0,
  side: PaddingSide = .right
) throws -> Tensor {
  let name = "padSequence"
  guard let first = sequences.first else {
    throw TensorError.argument(operation: name, reason: "there are no sequences")
  }
  for sequence in sequences {
    guard sequence.rank > 0 else {
      throw TensorError.rank(operation: name, rank: 0, expected: "at least 1")
    }
    guard sequence.shape.dropFirst() == first.shape.dropFirst() else {
      throw TensorError.shape(
        operation: name, shapes: [first.shape, sequence.shape],
        reason: "sequences may differ in their first size alone")
    }
  }
  let longest = sequences.map { $0.sizes[0] }.max() ?? 0
  let padded = try sequences.map { sequence in
    let missing = longest - sequence.sizes[0]
    if missing == 0 { return sequence }
    let padding = Tensor.full(
      [missing] + first.shape.dropFirst(), paddingValue, dtype: sequence.dtype,
      device: sequence.device)
    return try cat(side == .right ? [sequence, padding] : [padding, sequence])
  }
  return try stack(padded, dim: batchFirst ? 0 : 1)
}

/// Takes sequences out of a padded tensor, each `[T_i, ...]`.
///
///     let sequences = try unpadSequence(x, lengths: [5, 3, 2], batchFirst: true)
///
/// - Parameters:
///   - padded: `[T, N, ...]`, or `[N, T, ...]` with `batchFirst`.
///   - lengths: The length of each sequence.
///   - batchFirst: Whether the first dimension is the batch.
/// - Throws: `TensorError.argument` for lengths that do not fit.
public func unpadSequence(_ padded: Tensor, lengths: [Int], batchFirst: Bool = false) throws
  -> [Tensor]
{
  let name = "unpadSequence"
  guard padded.rank >= 2 else {
    throw TensorError.rank(operation: name, rank: padded.rank, expected: "at least 2")
  }
  let (batch, steps) =
    batchFirst ? (padded.sizes[0], padded.sizes[1]) : (padded.sizes[1], padded.sizes[0])
  guard lengths.count == batch else {
    throw TensorError.argument(
      operation: name, reason: "\(lengths.count) lengths for a batch of \(batch) sequences")
  }
  return try zip(padded.unbind(batchFirst ? 0 : 1), lengths).map { sequence, length in
    guard length >= 0, length <= steps else {
      throw TensorError.argument(
        operation: name, reason: "a length of \(length) where sequences have \(steps) steps")
    }
    return try sequence.narrow(0, start: 0, length: length)
  }
}
