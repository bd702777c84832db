extension Tensor {
  /// Whether operations on this tensor are recorded.
  public var requiresGrad: Bool { history != nil }

  /// Whether this is a variable, or needs no gradients: not the result of a recorded operation.
  public var isLeaf: Bool { history?.isLeaf ?? true }

  /// A variable with these elements: operations on it are recorded, and `backward()` gives it a
  /// gradient.
  ///
  ///     let w = try Tensor([1.0, 2.0]).requiringGrad()
  ///
  /// - Throws: `TensorError.dtype` unless the elements are floating point.
  public func requiringGrad() throws -> Tensor {
    try validate()
    guard dtype.isFloatingPoint else {
      throw TensorError.dtype(
        operation: "requiresGrad", dtypes: [dtype],
        reason: "only floating point can require gradients")
    }
    if isLeaf && history != nil { return self }
    return Tensor(try forEachExample().buffer, Variable())
  }

  /// The same elements without their record: a constant for gradients. Shares memory with this
  /// tensor.
  ///
  ///     let target = try net(x).detached()
  @inline(__always)
  public func detached() -> Tensor { Tensor(buffer) }

  /// The gradient that `backward()` has collected in this variable, seen through every copy of it.
  /// Nil before, and for tensors that are not variables.
  public var grad: Tensor? {
    get { (history as? Variable)?.grad }
    nonmutating set { (history as? Variable)?.grad = newValue }
  }

  /// Computes the gradients of this tensor with respect to all variables that it was computed from,
  /// and adds them to their `grad`.
  ///
  ///     try crossEntropy(net(x), labels).backward()
  ///
  /// - Parameters:
  ///   - gradient: The gradient of the final result with respect to this tensor; of this shape. May
  ///     be left out for a single element, where it is 1.
  ///   - retainGraph: Keep what was saved, so that `backward` can run again. By default as
  ///     `createGraph`.
  ///   - createGraph: Record the computation of the gradients, so that they can be differentiated.
  /// - Throws: `TensorError.autograd` if there is nothing to differentiate, the gradient is
  ///   missing, or the record has been used up.
  public func backward(
    _ gradient: Tensor? = nil, retainGraph: Bool? = nil, createGraph: Bool = false
  ) throws {
    let root = try self.root(gradient, "backward")
    _ = try Engine.run([root], createGraph: createGraph, retainGraph: retainGraph ?? createGraph)
  }

  fileprivate func root(_ gradient: Tensor?, _ operation: String) throws -> (
    node: GradNode, gradient: Tensor
  ) {
    try validate()
    guard let history else {
      throw TensorError.autograd(
        "\(operation): the tensor does not require gradients and was not computed from one that does"
      )
    }
    guard let gradient else {
      guard count == 1 else {
        throw TensorError.autograd(
          "\(operation): a tensor of shape \(shape) needs a gradient to start from; without one it must"
            + " have a single element")
      }
      return (history, try Tensor.filled(sizes, .int(1), dtype, device))
    }
    try sameDevice(self, gradient, operation)
    guard gradient.sizes == sizes else {
      throw TensorError.shape(
        operation: operation, shapes: [shape, gradient.shape],
        reason: "the gradient must have the tensor's shape")
    }
    return (history, try gradient.along(buffer, operation).to(dtype))
  }
}

/// The gradients of `outputs` with respect to `inputs`, leaving every `grad` as it is.
///
///     let slopes = try gradients(of: [x.square().sum()], for: [x], createGraph: true)
///
/// - Parameters:
///   - outputs: What to differentiate; several are differentiated as their sum weighted by
///     `gradOutputs`.
///   - inputs: Variables, or results of recorded operations.
///   - gradOutputs: For each output the gradient to start from; nil for single elements.
///   - retainGraph: Keep what was saved, so that the record can be used again. By default as
///     `createGraph`.
///   - createGraph: Record the computation, so that the gradients can be differentiated again.
/// - Returns: One gradient for each input; nil for an input that the outputs do not depend on.
public func gradients(
  of outputs: [Tensor], for inputs: [Tensor], gradOutputs: [Tensor?]? = nil,
  retainGraph: Bool? = nil, createGraph: Bool = false
) throws -> [Tensor?] {
  if let gradOutputs, gradOutputs.count != outputs.count {
    throw TensorError.argument(
      operation: "gradients",
      reason: "\(gradOutputs.count) gradients for \(outputs.count) outputs")
  }
  let targets = try inputs.map { input in
    guard let history = input.history else {
      throw TensorError.autograd(
        "gradients: an input of shape \(input.shape) requires no gradients")
    }
    return history
  }
  var roots: [(node: GradNode, gradient: Tensor)] = []
  for (i, output) in outputs.enumerated() {
    roots.append(try output.root(gradOutputs?[i], "gradients"))
  }
  return try Engine.run(
    roots, targets: targets, createGraph: createGraph, retainGraph: retainGraph ?? createGraph)
}

/// The gradients of a single tensor; see `gradients(of:for:gradOutputs:retainGraph:createGraph:)`.
///
///     let slope = try gradients(of: x.square().sum(), for: [x])[0]
public func gradients(
  of output: Tensor, for inputs: [Tensor], gradOutput: Tensor? = nil, retainGraph: Bool? = nil,
  createGraph: Bool = false
) throws -> [Tensor?] {
  try gradients(
    of: [output], for: inputs, gradOutputs: [gradOutput], retainGraph: retainGraph,
    createGraph: createGraph)
}
