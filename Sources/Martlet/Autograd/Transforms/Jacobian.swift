/// From which side derivatives are computed.
public enum DerivativeMode: Sendable {
  /// A pass for each element of the results, by `vjp`.
  case reverse
  /// A pass for each element of the arguments, by `linearize`. Needs second derivatives of what the
  /// function calls.
  case forward
}

/// All derivatives of a function of tensors: how each element of the result changes with each
/// element of the argument.
///
///     let slopes = try jacobian(at: x) { try $0.square() }  // [n] and [n] give [n, n]
///
/// The passes run together, as by `vmap`; so derivatives cannot depend on the values of elements
/// (`item()`) unless `chunkSize` is 1.
///
/// - Parameters:
///   - input: Where to evaluate: a tensor, or a group such as a dictionary of parameters.
///   - mode: Whether there is a pass for each element of the result or of the argument. By default
///     what takes less: forward if the result has more than twice as many, as a pass costs twice
///     as much.
///   - chunkSize: How many passes run together: less need less memory, more take less time. By
///     default all.
///   - function: Gives a tensor of any shape.
/// - Returns: A group of the argument's structure; for a tensor of it the derivatives have the
///   result's shape, followed by the tensor's own. They can be differentiated again.
/// - Throws: What `function` throws; `TensorError.argument` unless `chunkSize` is positive.
public func jacobian<Input: TensorGroup>(
  at input: Input, mode: DerivativeMode? = nil, chunkSize: Int? = nil,
  of function: (Input) throws -> Tensor
) throws -> Input {
  let columns = try jacobian(at: input.tensors, mode: mode, chunkSize: chunkSize) {
    [try function(rebuilt(input, around: $0))]
  }
  return rebuilt(input, around: columns[0])
}

/// All derivatives of a function of several tensors that gives several.
///
///     let blocks = try jacobian(at: [x, y]) { [try $0[0] * $0[1], try $0[0].sum()] }
///
/// - Returns: For every result, and in it for every argument, the derivatives in the shape of the
///   result followed by that of the argument.
public func jacobian(
  at inputs: [Tensor], mode: DerivativeMode? = nil, chunkSize: Int? = nil,
  of function: ([Tensor]) throws -> [Tensor]
) throws -> [[Tensor]] {
  if let chunkSize, chunkSize < 1 {
    throw TensorError.argument(
      operation: "jacobian", reason: "\(chunkSize) passes at a time, expected at least 1")
  }
  let map = try Linearization(at: inputs, function)
  func zeros(_ output: Tensor, _ input: Tensor) -> Tensor {
    Tensor.zeros(output.shape + input.shape, dtype: input.dtype, device: input.device)
  }
  let columns = inputs.map { $0.dtype.isFloatingPoint ? $0.count : 0 }.reduce(0, +)
  let rows = map.outputs.map(\.count).reduce(0, +)
  switch mode ?? (rows / 2 > columns ? .forward : .reverse) {
  case .reverse:
    return try map.outputs.indices.map { i in
      let output = map.outputs[i]
      guard let all = try products(map.pullback, map.outputs, i, chunkSize) else {
        return inputs.map { zeros(output, $0) }
      }
      return try zip(inputs, all).map { try $1.reshape(output.shape + $0.shape) }
    }
  case .forward:
    let pushforward = try map.pushforward()
    var blocks = map.outputs.map { output in inputs.map { zeros(output, $0) } }
    for (k, input) in inputs.enumerated() where input.dtype.isFloatingPoint {
      guard let all = try products(pushforward, inputs, k, chunkSize) else { continue }
      for (i, output) in map.outputs.enumerated() {
        blocks[i][k] = try all[i].movedim(0, -1).reshape(output.shape + input.shape)
      }
    }
    return blocks
  }
}

/// The products of a linear map with every element of the basis of one of its arguments, along
/// dimension 0; nil if it has no elements.
private func products(
  _ map: ([Tensor?]) throws -> [Tensor], _ arguments: [Tensor], _ place: Int, _ chunkSize: Int?
) throws -> [Tensor]? {
  let argument = arguments[place]
  let count = argument.count
  let size = min(chunkSize ?? count, count)
  func product(_ seed: Tensor) throws -> [Tensor] {
    var seeds = [Tensor?](repeating: nil, count: arguments.count)
    seeds[place] = seed
    return try map(seeds)
  }
  if count == 0 { return nil }
  let chunks = try stride(from: 0, to: count, by: size).map { start in
    let seeds = try argument.basis(start..<min(start + size, count))
    if size == 1 { return try product(seeds.squeeze(0)).map { try $0.unsqueezed(0) } }
    return try vmap(over: seeds, of: product)
  }
  if chunks.count == 1 { return chunks[0] }
  return try chunks[0].indices.map { i in try cat(chunks.map { $0[i] }) }
}

/// The second derivatives of a function that gives a single element.
///
///     let curvature = try hessian(at: x) { try $0.pow(3).sum() }  // [n] gives [n, n]
///
/// - Parameters:
///   - input: Where to evaluate.
///   - chunkSize: How many rows are computed together, by default all: see `jacobian`.
///   - function: Gives a tensor with one element.
/// - Returns: A tensor of the argument's shape twice.
/// - Throws: What `function` throws; `TensorError.shape` if it gives more than one element.
public func hessian(
  at input: Tensor, chunkSize: Int? = nil, of function: (Tensor) throws -> Tensor
) throws -> Tensor {
  try jacobian(at: input, mode: .reverse, chunkSize: chunkSize) { try grad(at: $0, of: function) }
}

/// The second derivatives of a function of several tensors that gives a single element.
///
///     let blocks = try hessian(at: [w, b]) { try mseLoss(linear(x, $0[0], $0[1]), y) }
///
/// - Returns: For every argument, and in it for every argument, the derivatives in the shape of the
///   first followed by that of the second.
public func hessian(
  at inputs: [Tensor], chunkSize: Int? = nil, of function: ([Tensor]) throws -> Tensor
) throws -> [[Tensor]] {
  try jacobian(at: inputs, mode: .reverse, chunkSize: chunkSize) {
    try grad(at: $0, of: function)
  }
}

extension Tensor {
  /// For each of some row-major positions zeros in this shape with a single one there.
  fileprivate func basis(_ places: Range<Int>) throws -> Tensor {
    let rows = try Tensor.arange(places.lowerBound, places.upperBound, device: device).unsqueezed(1)
    let columns = Tensor.arange(count, device: device)
    return try (columns .== rows).to(dtype).reshape([places.count] + shape)
  }
}
