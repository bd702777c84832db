/// A collection of examples.
public protocol Dataset<Example>: Sendable {
  /// What an example is, such as a pair of tensors.
  associatedtype Example: Sendable

  /// The number of examples.
  var count: Int { get }

  /// Example number `index`, from 0.
  ///
  /// - Throws: `TensorError.index` if there is no such example.
  func example(_ index: Int) throws -> Example
}

/// A dataset that can give several examples at once, put together as a batch, faster than one by
/// one.
public protocol BatchedDataset<Example>: Dataset {
  /// The examples of these numbers as one.
  func batch(_ indices: [Int]) throws -> Example
}

/// Inputs and targets held as tensors: example i is what stands at position i of the first
/// dimension of both.
///
///     let dataset = try TensorDataset(images, labels)
public struct TensorDataset: BatchedDataset {
  /// The inputs, `[count, ...]`.
  public let inputs: Tensor
  /// The targets, `[count, ...]`.
  public let targets: Tensor

  /// Examples of inputs and targets, which are taken without their record for gradients.
  ///
  /// - Throws: `TensorError.shape` if the first dimensions differ.
  public init(_ inputs: Tensor, _ targets: Tensor) throws {
    guard inputs.rank > 0, targets.rank > 0, inputs.shape[0] == targets.shape[0] else {
      throw TensorError.shape(
        operation: "TensorDataset", shapes: [inputs.shape, targets.shape],
        reason: "inputs and targets differ in number")
    }
    self.inputs = try inputs.detached().contiguous()
    self.targets = try targets.detached().contiguous()
  }

  /// The number of examples.
  public var count: Int { inputs.sizes[0] }

  /// Input and target number `index`: views.
  public func example(_ index: Int) throws -> (Tensor, Tensor) {
    guard index >= 0 else {
      throw TensorError.index(operation: "TensorDataset", index: index, size: count, dim: 0)
    }
    return (try inputs.select(0, index), try targets.select(0, index))
  }

  /// Inputs and targets of these numbers, with the number in the batch as first dimension.
  public func batch(_ indices: [Int]) throws -> (Tensor, Tensor) {
    // Neighbours in order, as without shuffling, are a view.
    if let first = indices.first, first >= 0,
      indices.indices.allSatisfy({ indices[$0] == first &+ $0 })
    {
      return (
        try inputs.narrow(0, start: first, length: indices.count),
        try targets.narrow(0, start: first, length: indices.count)
      )
    }
    let list = try Tensor(indices)
    return (try inputs.indexSelect(0, list), try targets.indexSelect(0, list))
  }

  /// The first `count` examples, and the rest.
  ///
  ///     let (training, validation) = try dataset.split(at: 50_000)
  public func split(at count: Int) throws -> (TensorDataset, TensorDataset) {
    func part(_ start: Int, _ length: Int) throws -> TensorDataset {
      try TensorDataset(
        inputs.narrow(0, start: start, length: length),
        targets.narrow(0, start: start, length: length))
    }
    return (try part(0, count), try part(count, self.count - count))
  }
}
