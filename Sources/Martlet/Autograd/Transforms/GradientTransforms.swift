/// The gradient of a function that gives a single element, with respect to its arguments.
///
///     let slope = try grad(at: x) { try $0.square().sum() }          // 2 x
///     let (dw, db) = try grad(at: w, b) { w, b in try mseLoss(linear(x, w, b), y) }
///
/// Gradients nest, and may be taken of modules that are called functionally. The tensors that the
/// function captures are constants for it, but if they require gradients themselves, the result can
/// be differentiated by them.
///
/// - Parameters:
///   - inputs: Where to evaluate: tensors, or groups such as arrays and dictionaries of parameters.
///   - function: Gives a tensor with one element.
/// - Returns: For every input a group of its structure; zeros where the result does not depend on a
///   tensor, and for integers.
/// - Throws: What `function` throws; `TensorError.shape` if it gives more than one element.
public func grad<each Input: TensorGroup>(
  at inputs: repeat each Input, of function: (repeat each Input) throws -> Tensor
) throws -> (repeat each Input) {
  try valueAndGrad(at: repeat each inputs, of: function).gradient
}

/// The value of a function that gives a single element, and its gradient: see `grad`.
///
///     let (loss, slope) = try valueAndGrad(at: x) { try $0.square().sum() }
public func valueAndGrad<each Input: TensorGroup>(
  at inputs: repeat each Input, of function: (repeat each Input) throws -> Tensor
) throws -> (value: Tensor, gradient: (repeat each Input)) {
  let places = allTensors(repeat each inputs)
  let variables = try places.map { try $0.asVariable() }
  let output = try enableGrad {
    try function(repeat each rebuilt(repeat each inputs, around: variables))
  }
  try output.validate()
  guard output.count == 1 else {
    throw TensorError.shape(
      operation: "grad", shapes: [output.shape],
      reason: "the function must give a single element")
  }
  let isRecorded = Mode.isRecording && [output].dependOnMore(than: variables)
  let sought = variables.filter(\.requiresGrad)
  var found =
    output.requiresGrad
    ? try gradients(of: output, for: sought, createGraph: isRecorded).makeIterator() : nil
  let slopes = try zip(places, variables).map { place, variable in
    let slope = variable.requiresGrad ? found?.next() ?? nil : nil
    return try slope ?? place.zerosLike()
  }
  return (isRecorded ? output : output.detached(), rebuilt(repeat each inputs, around: slopes))
}
