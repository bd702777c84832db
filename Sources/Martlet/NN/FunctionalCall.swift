extension Module {
  /// The values of all parameters by path, as constants: what `functionalCall` takes in place of
  /// them.
  ///
  ///     let slopes = try grad(at: net.parameterDictionary()) { parameters in
  ///       try crossEntropy(functionalCall(net, parameters, images), labels)
  ///     }
  public func parameterDictionary() -> TensorDictionary {
    TensorDictionary(namedParameters().map { ($0.name, $0.parameter.value.detached()) })
  }

  /// The values of all buffers by path, also of those that state dictionaries do not hold.
  ///
  ///     let statistics = net.bufferDictionary()
  public func bufferDictionary() -> TensorDictionary {
    TensorDictionary(namedBuffers().map { ($0.name, $0.buffer.value) })
  }
}

/// Applies a module with other values in place of its parameters and buffers, which stay as they
/// are: other tasks may use the module at the same time.
///
///     let y = try functionalCall(net, ["weight": w, "bias": b], x)
///
/// Gradients flow to the tensors that are given. What the module changes in its buffers, such as
/// running statistics, is dropped; `functionalCallWithBuffers` returns it.
///
/// - Parameters:
///   - module: The module. Its forward computes on the calling thread.
///   - values: Tensors by path, as `parameterDictionary()` and `stateDict()` name them. What is not
///     named keeps its value; what is shared under several names follows any of them.
///   - input: What the module takes.
/// - Throws: `TensorError.stateDict` for names that the module does not have, and for values of
///   other shapes; what the module throws.
public func functionalCall<M: Module>(
  _ module: M, _ values: TensorDictionary, _ input: M.Input
) throws -> M.Output {
  try functionalCallWithBuffers(module, values, input).output
}

/// Applies a module with other values in place of its parameters and buffers, and returns what has
/// become of the buffers: see `functionalCall`.
///
///     let (y, statistics) = try functionalCallWithBuffers(net, parameters, x)
public func functionalCallWithBuffers<M: Module>(
  _ module: M, _ values: TensorDictionary, _ input: M.Input
) throws -> (output: M.Output, buffers: TensorDictionary) {
  let overlay = ModuleOverlay()
  var unknown = Set(values.names)
  var mismatched: [String] = []
  var buffers: [(name: String, buffer: ModuleBuffer)] = []
  for (name, member) in module.state {
    let value = values[name]
    unknown.remove(name)
    let current: Tensor
    switch member {
    case .parameter(let parameter):
      current = parameter.value
      if let value { overlay[parameter] = value }
    case .buffer(let buffer):
      current = buffer.value
      buffers.append((name, buffer))
      if overlay[buffer] == nil || value != nil { overlay[buffer] = value ?? current }
    case .module: continue
    }
    if let value, value.sizes != current.sizes {
      mismatched.append("\(name) is \(value.shape), expected \(current.shape)")
    }
  }
  guard unknown.isEmpty, mismatched.isEmpty else {
    throw TensorError.stateDict(
      missing: [], unexpected: values.names.filter(unknown.contains), mismatched: mismatched)
  }
  let output = try ModuleOverlay.with(overlay) { try module(input) }
  return (
    output,
    TensorDictionary(
      buffers.compactMap { name, buffer in
        overlay[buffer].map { (name, $0) }
      })
  )
}
