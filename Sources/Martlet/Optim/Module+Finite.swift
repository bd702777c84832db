extension Module {
  /// Throws if a gradient has an element that is infinite or not a number, naming the first such
  /// parameter.
  ///
  ///     try loss.backward()
  ///     try net.checkFiniteGradients()
  ///     try optimizer.step()
  ///
  /// Which operation such a number comes from, `detectAnomaly` finds: it stops at the first result
  /// or gradient that is not a number.
  ///
  ///     try detectAnomaly { try crossEntropy(net(x), y).backward() }
  ///
  /// - Throws: `TensorError.anomaly` with the parameter's path and the number of such elements.
  public func checkFiniteGradients() throws {
    try checkFinite("gradient") { $0.grad?.detached() }
  }

  /// Throws if a parameter has an element that is infinite or not a number, naming the first one.
  ///
  ///     try optimizer.step()
  ///     try net.checkFiniteParameters()
  ///
  /// - Throws: `TensorError.anomaly` with the parameter's path and the number of such elements.
  public func checkFiniteParameters() throws {
    try checkFinite("value") { $0.value.detached() }
  }

  private func checkFinite(_ what: String, _ tensor: (Parameter) -> Tensor?) throws {
    for (name, parameter) in namedParameters() {
      guard let tensor = tensor(parameter), try !tensor.isAllFinite() else { continue }
      let count = try tensor.count - tensor.isFinite().sum().item(Int.self)
      throw TensorError.anomaly(
        operation: name,
        reason: "its \(what) of shape \(tensor.shape) has \(count) element\(count == 1 ? "" : "s")"
          + " that \(count == 1 ? "is" : "are") infinite or not a number")
    }
  }
}

extension Tensor {
  /// Whether no element is infinite or not a number.
  func isAllFinite() throws -> Bool { try isFinite().all().item(Bool.self) }
}
