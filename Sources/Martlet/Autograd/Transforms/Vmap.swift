/// Whether the examples of `vmap` have random numbers of their own.
public enum VmapRandomness: Sendable {
  /// Functions that draw random numbers throw.
  case error
  /// Each example has its own.
  case different
  /// All examples have the same.
  case same
}

/// A function of one example applied to all of a batch at once.
///
///     let products = try vmap(over: xs, ys) { x, y in try x.dot(y) }  // [n, k], [n, k] give [n]
///
/// Inside of the function a tensor has the shape that it has for one example, and every operation
/// computes all examples together. So the gradient of each example's own loss is
///
///     let slopes = try vmap(over: images, labels) { image, label in
///       try grad(at: parameters) {
///         try crossEntropy(functionalCall(net, $0, image.unsqueezed(0)), label.unsqueezed(0))
///       }
///     }
///
/// What the function captures is the same for all examples. Calls nest, and gradients flow through
/// them. What depends on an element's value is not to be had inside: `item()`, `if` on a tensor,
/// `nonzero`, selections by masks; use `where(_:else:)`.
///
/// - Parameters:
///   - inputs: Tensors, or groups of tensors, that hold the examples along a dimension.
///   - inDims: For every input that dimension; nil for one that is the same for all examples. By
///     default dimension 0 of each.
///   - outDims: For every result the dimension along which the examples are put; nil for one that
///     does not vary with them, which is returned as it is. By default dimension 0 of each.
///   - randomness: Whether the examples have random numbers of their own.
///   - function: Takes one example.
/// - Returns: The results of all examples.
/// - Throws: What `function` throws; `TensorError.argument` for inputs with different numbers of
///   examples.
public func vmap<each Input: TensorGroup, Output: TensorGroup>(
  over inputs: repeat each Input, inDims: [Int?]? = nil, outDims: [Int?]? = nil,
  randomness: VmapRandomness = .error, of function: (repeat each Input) throws -> Output
) throws -> Output {
  let call = try VmapCall(tensorLists(repeat each inputs), inDims, randomness)
  defer { call.axis.close() }
  let output = try VmapScope.with(call.axis) {
    try function(repeat each rebuilt(repeat each inputs, around: call.examples))
  }
  return rebuilt(output, around: try call.join(tensorLists(output), outDims))
}

/// A function of one example with several results applied to all of a batch at once: see `vmap`.
///
///     let (sums, norms) = try vmap(over: x) { x in (try x.sum(), try x.norm()) }
public func vmap<each Input: TensorGroup, each Output: TensorGroup>(
  over inputs: repeat each Input, inDims: [Int?]? = nil, outDims: [Int?]? = nil,
  randomness: VmapRandomness = .error,
  of function: (repeat each Input) throws -> (repeat each Output)
) throws -> (repeat each Output) {
  let call = try VmapCall(tensorLists(repeat each inputs), inDims, randomness)
  defer { call.axis.close() }
  let outputs = try VmapScope.with(call.axis) {
    try function(repeat each rebuilt(repeat each inputs, around: call.examples))
  }
  return rebuilt(
    repeat each outputs, around: try call.join(tensorLists(repeat each outputs), outDims))
}

/// The arguments of a call of `vmap` taken apart.
private struct VmapCall {
  let axis: ExampleAxis
  /// The tensors that the function is given.
  let examples: [Tensor]

  /// - Parameter groups: The tensors of each argument.
  init(_ groups: [[Tensor]], _ inDims: [Int?]?, _ randomness: VmapRandomness) throws {
    let tensors = groups.flatMap { $0 }
    let dims = try zip(tensors, VmapCall.dims(inDims, groups, "inDims")).map { tensor, dim in
      try dim.map { try VmapCall.place($0, of: tensor.rank) }
    }
    let axis = ExampleAxis(size: try VmapCall.size(tensors, dims), randomness: randomness)
    self.axis = axis
    examples = try zip(tensors, dims).map { tensor, dim in
      try dim.map { try SplitExamples(axis: axis, dim: $0)(tensor) } ?? tensor
    }
  }

  /// The results with the examples along a dimension.
  func join(_ groups: [[Tensor]], _ outDims: [Int?]?) throws -> [Tensor] {
    try zip(groups.flatMap { $0 }, VmapCall.dims(outDims, groups, "outDims")).map { result, dim in
      if let dim {
        return try JoinExamples(axis: axis)(result)
          .movedim(0, VmapCall.place(dim, of: result.rank + 1))
      }
      if let space = try ExampleSpace.of(result.target), space.contains(axis) {
        throw TensorError.argument(
          operation: "vmap",
          reason: "a result without a dimension for the examples varies with them")
      }
      return result
    }
  }

  /// The dimension for each tensor of several groups.
  private static func dims(_ dims: [Int?]?, _ groups: [[Tensor]], _ name: String) throws -> [Int?] {
    guard let dims else { return groups.flatMap { $0.map { _ in 0 } } }
    guard dims.count == groups.count else {
      throw TensorError.argument(
        operation: "vmap", reason: "\(name) has \(dims.count) dimensions for \(groups.count) groups"
      )
    }
    return zip(dims, groups).flatMap { dim, group in group.map { _ in dim } }
  }

  private static func place(_ dim: Int, of rank: Int) throws -> Int {
    guard rank > 0 else {
      throw TensorError.rank(operation: "vmap", rank: 0, expected: "at least 1 for the examples")
    }
    return try normalize(dim, rank, "vmap")
  }

  /// How many examples there are.
  private static func size(_ tensors: [Tensor], _ dims: [Int?]) throws -> Int {
    var size: Int?
    for case (let tensor, let dim?) in zip(tensors, dims) {
      try tensor.validate()
      let next = tensor.sizes[dim]
      guard size == nil || size == next else {
        throw TensorError.argument(
          operation: "vmap", reason: "one input has \(size ?? 0) examples, another has \(next)")
      }
      size = next
    }
    guard let size else {
      throw TensorError.argument(operation: "vmap", reason: "no input holds examples")
    }
    return size
  }
}
