/// The value of a function of tensors and its vector-Jacobian product: reverse mode.
///
///     let (y, pullback) = try vjp(at: [x, w]) { [try $0[0].matmul($0[1])] }
///     let gradients = try pullback([Tensor.ones(y[0].shape)])
///
/// - Parameters:
///   - inputs: Where to evaluate; those that are floating point are differentiated.
///   - function: May return any number of tensors.
/// - Returns: The outputs, and a function that takes for every output its cotangent (of its shape;
///   nil for zero) and gives for every input the sum over outputs of `cotangent^T J`, zeros where
///   an output does not depend on it. It may be called many times, and differentiated.
/// - Throws: What `function` throws; the pullback `TensorError.shape` for a cotangent of another
///   shape.
public func vjp(at inputs: [Tensor], _ function: ([Tensor]) throws -> [Tensor]) throws -> (
  outputs: [Tensor], pullback: ([Tensor?]) throws -> [Tensor]
) {
  let map = try Linearization(at: inputs, function)
  return (map.outputs, map.pullback)
}

/// The value of a function of tensors and its Jacobian-vector product: forward mode, the
/// directional derivative.
///
///     let (y, slope) = try jvp(at: [x], [direction]) { [try $0[0].sin()] }
///
/// - Parameters:
///   - inputs: Where to evaluate.
///   - tangents: For every input a direction of its shape; nil for zero.
///   - function: May return any number of tensors.
/// - Returns: The outputs, and for every output its derivative along the tangents (zeros for one
///   that does not depend on the inputs).
/// - Throws: What `function` throws; `TensorError.shape` for a tangent of another shape than its
///   input.
public func jvp(
  at inputs: [Tensor], _ tangents: [Tensor?], _ function: ([Tensor]) throws -> [Tensor]
) throws -> (outputs: [Tensor], tangents: [Tensor]) {
  try requireTangents("jvp", inputs, tangents)
  let map = try Linearization(at: inputs, function)
  return (map.outputs, try map.pushforward()(tangents))
}

/// The value of a function of tensors, and its Jacobian-vector product for any number of
/// directions: what `jvp` computes of the function is computed once.
///
///     let (y, pushforward) = try linearize(at: [x]) { [try $0[0].sin()] }
///     let slopes = try directions.map { try pushforward([$0])[0] }
///
/// - Parameters:
///   - inputs: Where to evaluate.
///   - function: May return any number of tensors.
/// - Returns: The outputs, and a function that takes for every input a direction of its shape (nil
///   for zero) and gives for every output its derivative along them. It may be called many times,
///   and differentiated.
/// - Throws: What `function` throws; the pushforward `TensorError.shape` for a tangent of another
///   shape than its input.
public func linearize(at inputs: [Tensor], _ function: ([Tensor]) throws -> [Tensor]) throws -> (
  outputs: [Tensor], pushforward: ([Tensor?]) throws -> [Tensor]
) {
  let map = try Linearization(at: inputs, function)
  let pushforward = try map.pushforward()
  return (
    map.outputs,
    {
      try requireTangents("linearize", inputs, $0)
      return try pushforward($0)
    }
  )
}

private func requireTangents(_ name: String, _ inputs: [Tensor], _ tangents: [Tensor?]) throws {
  guard tangents.count == inputs.count else {
    throw TensorError.argument(
      operation: name, reason: "\(tangents.count) tangents for \(inputs.count) inputs")
  }
  for case (let input, let tangent?) in zip(inputs, tangents) where input.sizes != tangent.sizes {
    throw TensorError.shape(
      operation: name, shapes: [input.shape, tangent.shape],
      reason: "a tangent must have its input's shape")
  }
}

/// A function recorded at a place, for products with its Jacobian from either side.
struct Linearization {
  let inputs: [Tensor]
  /// What the function gave: recorded if it depends on other variables than its inputs.
  let outputs: [Tensor]
  private let variables: [Tensor]
  private let recorded: [Tensor]
  private let isRecorded: Bool

  init(at inputs: [Tensor], _ function: ([Tensor]) throws -> [Tensor]) throws {
    let variables = try inputs.map { try $0.asVariable() }
    let recorded = try enableGrad { try function(variables) }
    isRecorded = Mode.isRecording && recorded.dependOnMore(than: variables)
    outputs = isRecorded ? recorded : recorded.map { $0.detached() }
    (self.inputs, self.variables, self.recorded) = (inputs, variables, recorded)
  }

  /// The sum over outputs of `cotangent^T J`, for every input.
  func pullback(_ cotangents: [Tensor?]) throws -> [Tensor] {
    let isNested = Mode.isRecording && cotangents.contains { $0?.requiresGrad == true }
    let products = try linearized(
      recorded, variables, cotangents, createGraph: isRecorded || isNested)
    return try zip(products, inputs).map { try $0 ?? $1.zerosLike() }
  }

  /// A function that gives the sum over inputs of `J tangent`, for every output.
  ///
  /// A vector-Jacobian product is linear in its cotangent, and its transpose is the Jacobian-vector
  /// product: so the rules of reverse mode serve for both, and the two cannot disagree.
  func pushforward() throws -> ([Tensor?]) throws -> [Tensor] {
    let (cotangents, products) = try enableGrad {
      let cotangents = try recorded.map {
        $0.requiresGrad ? try Tensor.zeros($0.sizes, $0.dtype, $0.device).requiringGrad() : nil
      }
      return (cotangents, try linearized(recorded, variables, cotangents, createGraph: true))
    }
    return { tangents in
      let isNested = Mode.isRecording && tangents.contains { $0?.requiresGrad == true }
      // Inputs without a tangent, and those that no output depends on linearly, add nothing.
      let pairs = zip(products, tangents).filter { $0?.requiresGrad == true && $1 != nil }
      let slopes = try linearized(
        pairs.compactMap(\.0), cotangents.compactMap { $0 }, pairs.map(\.1),
        createGraph: isRecorded || isNested)
      var next = slopes.makeIterator()
      return try zip(recorded, cotangents).map { output, cotangent in
        if cotangent == nil { return try output.detached().zerosLike() }
        return try (next.next() ?? nil) ?? output.detached().zerosLike()
      }
    }
  }
}

/// Gradients of those outputs that have any, the graph kept for further calls.
private func linearized(
  _ outputs: [Tensor], _ variables: [Tensor], _ cotangents: [Tensor?], createGraph: Bool
) throws -> [Tensor?] {
  guard cotangents.count == outputs.count else {
    throw TensorError.argument(
      operation: "vjp", reason: "\(cotangents.count) cotangents for \(outputs.count) outputs")
  }
  let used = outputs.indices.filter { outputs[$0].requiresGrad && cotangents[$0] != nil }
  let sought = variables.indices.filter { variables[$0].requiresGrad }
  let found = try gradients(
    of: used.map { outputs[$0] }, for: sought.map { variables[$0] },
    gradOutputs: used.map { cotangents[$0] }, retainGraph: true, createGraph: createGraph)
  var all = [Tensor?](repeating: nil, count: variables.count)
  for (i, gradient) in zip(sought, found) { all[i] = gradient }
  return all
}

extension [Tensor] {
  /// Whether these were computed from other variables than `known`, such as those that a function
  /// captures.
  func dependOnMore(than known: [Tensor]) -> Bool {
    let known = Set(known.compactMap { $0.history.map { ObjectIdentifier($0) } })
    var seen: Set<ObjectIdentifier> = []
    var stack = compactMap(\.history)
    while let node = stack.popLast() {
      guard seen.insert(ObjectIdentifier(node)).inserted else { continue }
      if node.isLeaf && !known.contains(ObjectIdentifier(node)) { return true }
      node.forEachEdge { stack.append($0) }
    }
    return false
  }
}

extension Tensor {
  /// The same elements as a variable of the function alone, which may also capture this tensor: a
  /// view where the record goes on behind it.
  func asVariable() throws -> Tensor {
    guard dtype.isFloatingPoint else { return self }
    if requiresGrad, Mode.isRecording {
      let example = try forEachExample()
      return try View.expand(example, to: sizes)
    }
    return try detached().requiringGrad()
  }
}
