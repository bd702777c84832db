extension Module {
  /// Moves parameters and buffers to a device, and converts those that are floating point to a
  /// dtype. Either all of them or, when an error is thrown, none.
  ///
  ///     try net.to(dtype: .bfloat16)
  ///
  /// Gradients are dropped, as they belong to the values before. Optimizers made earlier go on with
  /// the same parameters; the state that they have gathered keeps its dtype.
  ///
  /// - Parameters:
  ///   - device: Where to; nil for where they are.
  ///   - dtype: A floating-point type; nil for the one that each has.
  /// - Throws: `TensorError.dtype` if the dtype is none of floating point, `TensorError.device` for
  ///   elements that do not exist.
  @discardableResult
  public func to(device: Device? = nil, dtype: DType? = nil) throws -> Self {
    if let dtype, !dtype.isFloatingPoint {
      throw TensorError.dtype(
        operation: "Module.to", dtypes: [dtype],
        reason: "parameters are converted to floating point only")
    }
    func converted(_ x: Tensor) throws -> Tensor {
      var x = x.detached()
      if let dtype, x.dtype.isFloatingPoint { x = try x.to(dtype) }
      if let device { x = try x.to(device: device) }
      return x
    }
    let parameters = try namedParameters().map { ($0.parameter, try converted($0.parameter.value)) }
    let buffers = try namedBuffers().map { ($0.buffer, try converted($0.buffer.value)) }
    for (parameter, value) in parameters {
      if value.buffer !== parameter.value.buffer { parameter.grad = nil }
      parameter.value = value
    }
    for (buffer, value) in buffers { buffer.value = value }
    return self
  }
}
