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
  let variables = try inputs.map { try $0.asVariable() }
  let outputs = try enableGrad { try function(variables) }
  let isRecorded = Mode.isRecording && outputs.dependOnMore(than: variables)
  func pullback(_ cotangents: [Tensor?]) throws -> [Tensor] {
    let isNested = Mode.isRecording && cotangents.contains { $0?.requiresGrad == true }
    let products = try linearized(
      outputs, variables, cotangents, createGraph: isRecorded || isNested)
    return try zip(products, inputs).map { try $0 ?? $1.zerosLike() }
  }
  return (isRecorded ? outputs : outputs.map { $0.detached() }, pullback)
}

/// The value of a function of tensors and its Jacobian-vector product: forward mode, the
/// directional derivative.
///
///     let (y, slope) = try jvp(at: [x], [direction]) { [try $0[0].sin()] }
///
/// A vector-Jacobian product is linear in its cotangent, and its transpose is the Jacobian-vector
/// product: so the rules of reverse mode serve for both, and the two cannot disagree.
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
  guard tangents.count == inputs.count else {
    throw TensorError.argument(
      operation: "jvp", reason: "\(tangents.count) tangents for \(inputs.count) inputs")
  }
  for case (let input, let tangent?) in zip(inputs, tangents) where input.sizes != tangent.sizes {
    throw TensorError.shape(
      operation: "jvp", shapes: [input.shape, tangent.shape],
      reason: "a tangent must have its input's shape")
  }
  let isRecorded =
    Mode.isRecording && (inputs + tangents.compactMap { $0 }).contains(where: \.requiresGrad)
  let variables = try inputs.map { try $0.asVariable() }
  return try enableGrad {
    let outputs = try function(variables)
    let cotangents = try outputs.map {
      $0.requiresGrad ? try Tensor.zeros($0.sizes, $0.dtype, $0.device).requiringGrad() : nil
    }
    let products = try linearized(outputs, variables, cotangents, createGraph: true)
    // Inputs without a tangent, and those that no output depends on linearly, add nothing.
    let pairs = zip(products, tangents).filter { $0?.requiresGrad == true && $1 != nil }
    let slopes = try linearized(
      pairs.compactMap(\.0), cotangents.compactMap { $0 }, pairs.map(\.1), createGraph: isRecorded)
    var next = slopes.makeIterator()
    let results = try zip(outputs, cotangents).map { output, cotangent in
      if cotangent == nil { return try output.detached().zerosLike() }
      return try (next.next() ?? nil) ?? output.detached().zerosLike()
    }
    return (isRecorded ? outputs : outputs.map { $0.detached() }, results)
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
