/// Rows of a table: the result has the shape of `indices` and one more dimension.
///
///     let vectors = try embedding(tokens, vocabulary)
///
/// - Parameters:
///   - indices: int64 (or another integer), any shape.
///   - weight: The table, `[rows, width]`.
///   - paddingIndex: A row that receives no gradient.
///   - scaleGradByFrequency: Whether the gradient of a row is divided by how often the indices hold
///     it.
/// - Throws: `TensorError.index` for a row that there is not.
public func embedding(
  _ indices: Tensor, _ weight: Tensor, paddingIndex: Int? = nil, scaleGradByFrequency: Bool = false
) throws -> Tensor {
  try requireDevice(indices, weight, operation: "embedding")
  guard weight.rank == 2 else {
    throw TensorError.rank(operation: "embedding", rank: weight.rank, expected: "2 for the table")
  }
  let list = try weight.checkedIndex(indices, "embedding")
  let flat = try list.flatten()
  var rows = try weight.indexSelect(0, flat)
  if scaleGradByFrequency, rows.history != nil { rows = try perOccurrence(rows, flat) }
  rows = try rows.reshape(indices.shape + [weight.sizes[1]])
  guard let paddingIndex, rows.history != nil else { return rows }
  let count = weight.sizes[0]
  guard paddingIndex >= -count, paddingIndex < count else {
    throw TensorError.index(operation: "embedding", index: paddingIndex, size: count, dim: 0)
  }
  let isPadding = try list .== (paddingIndex < 0 ? paddingIndex + count : paddingIndex)
  return try rows.detached().where(isPadding.unsqueezed(-1), else: rows)
}

/// Rows whose gradients are divided by how often their number is in the list.
func perOccurrence(_ rows: Tensor, _ list: Tensor) throws -> Tensor {
  let counts = try list.bincount().indexSelect(0, list)
  return try GradientScale(factors: (1 / counts.to(.float32)).unsqueezed(1))(rows)
}

/// The input, whose gradient is multiplied by factors that broadcast with it.
private struct GradientScale: Function {
  let factors: Tensor

  func forward(_ inputs: [Tensor], _ context: FunctionContext) throws -> Tensor { inputs[0] }

  func backward(_ gradient: Tensor, _ context: FunctionContext) throws -> [Tensor?] {
    [try gradient * factors.to(gradient.dtype)]
  }
}

/// A one at each index and zeros elsewhere: int64, with the shape of `indices` and one more
/// dimension.
///
///     try oneHot(Tensor([0, 2]))  // [[1, 0, 0], [0, 0, 1]]
///
/// - Parameters:
///   - indices: Integers from 0, any shape.
///   - classes: The size of that dimension; by default one more than the greatest index.
/// - Throws: `TensorError.index` for an index that is negative or not less than `classes`.
public func oneHot(_ indices: Tensor, classes: Int? = nil) throws -> Tensor {
  guard indices.dtype.isInteger else {
    throw TensorError.dtype(
      operation: "oneHot", dtypes: [indices.dtype], reason: "an index must hold integers")
  }
  if indices.count == 0 {
    guard let classes, classes > 0 else {
      throw TensorError.argument(
        operation: "oneHot", reason: "the number of classes does not follow from no indices")
    }
    return Tensor.zeros(indices.shape + [classes], dtype: .int64, device: indices.device)
  }
  // The size of the result cannot depend on an example; whether indices are in range can.
  let all = try classes == nil ? indices : indices.ofAllExamples
  let greatest = try all.max().item(Int.self)
  let least = try all.min().item(Int.self)
  let count = classes ?? greatest + 1
  guard least >= 0, greatest < count else {
    throw TensorError.index(
      operation: "oneHot", index: least < 0 ? least : greatest, size: count, dim: 0)
  }
  let classes = Tensor.arange(count, device: indices.device)
  return try (indices.unsqueezed(-1) .== classes).to(.int64)
}
