/// What updates parameters by their gradients.
///
///     for (x, y) in batches {
///       optimizer.zeroGrad()
///       try crossEntropy(net(x), y).backward()
///       try optimizer.step()
///     }
public protocol Optimizer: AnyObject {
  /// Updates every parameter that has a gradient and is not frozen. Others keep their state as
  /// well.
  func step() throws

  /// The parameters that are updated.
  var parameters: [Parameter] { get }

  /// The size of the steps.
  var learningRate: Double { get set }
}

extension Optimizer {
  /// Sets the gradients of all parameters back to none.
  public func zeroGrad() {
    for parameter in parameters { parameter.grad = nil }
  }
}

/// A parameter with what an optimizer remembers of it.
struct Slot<State> {
  let parameter: Parameter
  var state: State
}

extension Parameter {
  /// The gradient if this parameter takes part in a step, laid out as the parameter is and in its
  /// dtype.
  func stepGradient() throws -> Tensor? {
    guard requiresGrad, let gradient = grad else { return nil }
    _ = try sameDevice(value, gradient, "step")
    guard gradient.sizes == value.sizes else {
      throw TensorError.shape(
        operation: "step", shapes: [value.shape, gradient.shape],
        reason: "a gradient differs in shape from its parameter")
    }
    return try gradient.detached().to(value.dtype).contiguous()
  }

  /// Lets `kernel` write the elements in place.
  func step(_ kernel: (Buffer) throws -> Void) throws {
    try update { tensor in
      if !(tensor.isContiguous && tensor.hasOwnMemory) {
        tensor = try Copy(dtype: tensor.dtype, from: tensor.dtype)(tensor)
      }
      try kernel(tensor.buffer)
    }
  }
}

/// Refuses hyper-parameters out of their range.
func requireHyperparameter(
  _ optimizer: String, _ name: String, _ value: Double, _ isValid: Bool
) throws {
  guard isValid, !value.isNaN else {
    throw TensorError.argument(operation: optimizer, reason: "\(name) of \(value)")
  }
}
