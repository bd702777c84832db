/// All derivatives of a function of tensors: how each element of the result changes with each
/// element of the argument.
///
///     let slopes = try jacobian(at: x) { try $0.square() }  // [n] and [n] give [n, n]
///
/// Computed row by row in reverse mode, so that it costs as many passes as the result has elements.
///
/// - Parameters:
///   - input: Where to evaluate: a tensor, or a group such as a dictionary of parameters.
///   - function: Gives a tensor of any shape.
/// - Returns: A group of the argument's structure; for a tensor of it the derivatives have the
///   result's shape, followed by the tensor's own. They can be differentiated again.
/// - Throws: What `function` throws.
public func jacobian<Input: TensorGroup>(
  at input: Input, of function: (Input) throws -> Tensor
) throws -> Input {
  let columns = try jacobian(at: input.tensors) { [try function(rebuilt(input, around: $0))] }
  return rebuilt(input, around: columns[0])
}

/// All derivatives of a function of several tensors that gives several.
///
///     let blocks = try jacobian(at: [x, y]) { [try $0[0] * $0[1], try $0[0].sum()] }
///
/// - Returns: For every result, and in it for every argument, the derivatives in the shape of the
///   result followed by that of the argument.
public func jacobian(
  at inputs: [Tensor], of function: ([Tensor]) throws -> [Tensor]
) throws -> [[Tensor]] {
  let (outputs, pullback) = try vjp(at: inputs, function)
  return try outputs.indices.map { i in
    let output = outputs[i]
    var rows = [[Tensor]](repeating: [], count: inputs.count)
    for place in 0..<output.count {
      var cotangents = [Tensor?](repeating: nil, count: outputs.count)
      cotangents[i] = try output.basis(place)
      for (k, row) in try pullback(cotangents).enumerated() { rows[k].append(row) }
    }
    return try zip(inputs, rows).map { input, rows in
      let shape = output.shape + input.shape
      if rows.isEmpty { return Tensor.zeros(shape, dtype: input.dtype, device: input.device) }
      return try stack(rows).reshape(shape)
    }
  }
}

/// The second derivatives of a function that gives a single element.
///
///     let curvature = try hessian(at: x) { try $0.pow(3).sum() }  // [n] gives [n, n]
///
/// - Returns: A tensor of the argument's shape twice.
/// - Throws: What `function` throws; `TensorError.shape` if it gives more than one element.
public func hessian(at input: Tensor, of function: (Tensor) throws -> Tensor) throws -> Tensor {
  try jacobian(at: input) { try grad(at: $0, of: function) }
}

/// The second derivatives of a function of several tensors that gives a single element.
///
///     let blocks = try hessian(at: [w, b]) { try mseLoss(linear(x, $0[0], $0[1]), y) }
///
/// - Returns: For every argument, and in it for every argument, the derivatives in the shape of the
///   first followed by that of the second.
public func hessian(
  at inputs: [Tensor], of function: ([Tensor]) throws -> Tensor
) throws -> [[Tensor]] {
  try jacobian(at: inputs) { try grad(at: $0, of: function) }
}

extension Tensor {
  /// Zeros in this shape with a single one at a row-major position.
  fileprivate func basis(_ place: Int) throws -> Tensor {
    let line = Tensor.arange(count, device: device)
    return try (line .== place).to(dtype).reshape(shape)
  }
}
