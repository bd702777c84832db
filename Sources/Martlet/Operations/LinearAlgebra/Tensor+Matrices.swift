// What the operations of linear algebra require of matrices, which are the last two dimensions of a
// tensor; dimensions before are batches.
extension Tensor {
  /// Refuses what are no matrices of numbers that LAPACK computes with.
  func requireMatrices(_ operation: String) throws {
    try validate()
    guard rank >= 2 else {
      throw TensorError.rank(operation: operation, rank: rank, expected: "at least 2")
    }
    guard dtype == .float32 || dtype == .float64 else {
      throw TensorError.dtype(
        operation: operation, dtypes: [dtype], reason: "needs float32 or float64")
    }
  }

  func requireSquare(_ operation: String) throws {
    try requireMatrices(operation)
    let (rows, columns) = (sizes[rank - 2], sizes[rank - 1])
    guard rows == columns else {
      throw TensorError.shape(
        operation: operation, shapes: [shape],
        reason: "the matrices must be square (\(rows) and \(columns))")
    }
  }

  /// Refuses another tensor of matrices that has not the same dtype and device.
  func requireMatching(_ other: Tensor, _ operation: String) throws {
    try sameDevice(self, other, operation)
    guard other.rank >= 2 else {
      throw TensorError.rank(operation: operation, rank: other.rank, expected: "at least 2")
    }
    guard dtype == other.dtype else {
      throw TensorError.dtype(
        operation: operation, dtypes: [dtype, other.dtype], reason: "the dtypes must be equal")
    }
  }

  /// Batches that matrices and others have together.
  func sharedBatch(_ other: Tensor, _ operation: String) throws -> Dims {
    let (a, b) = (buffer.batchSizes, other.buffer.batchSizes)
    guard let batch = Dims.broadcast(a, b) else {
      throw TensorError.shape(
        operation: operation, shapes: [shape, other.shape],
        reason: "batch dimensions do not broadcast (\(a) and \(b))")
    }
    return batch
  }

  /// The matrices over other batch sizes, to which theirs broadcast.
  func overBatch(_ batch: Dims) throws -> Tensor {
    var target = batch
    target.append(sizes[rank - 2])
    target.append(sizes[rank - 1])
    return target == sizes ? self : try View.expand(self, to: target)
  }

  /// Refuses right sides `[..., n, k]` that have not as many rows as these square matrices.
  func requireRows(_ other: Tensor, _ operation: String) throws {
    try requireMatching(other, operation)
    guard sizes[rank - 1] == other.sizes[other.rank - 2] else {
      throw TensorError.shape(
        operation: operation, shapes: [shape, other.shape],
        reason: "the numbers of rows differ (\(sizes[rank - 1]) and \(other.sizes[other.rank - 2]))"
      )
    }
  }
}
