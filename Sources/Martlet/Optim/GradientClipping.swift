import Glibc

/// The norm of all gradients as one list of numbers: what `clipGradNorm` compares with its bound.
///
///     print(try gradNorm(net.parameters()))
///
/// - Parameters:
///   - parameters: Parameters; those without gradient count nothing.
///   - p: The order of the norm; infinity gives the greatest magnitude.
public func gradNorm(_ parameters: [Parameter], p: Double = 2) throws -> Double {
  try NumberRange.above(0).require("gradNorm", "an order", p)
  return try noGrad {
    let norms = try parameters.compactMap { try $0.grad?.detached().norm(p).item(Double.self) }
    // What is not a number stays so, wherever it stands.
    if norms.contains(where: \.isNaN) { return .nan }
    let greatest = norms.max() ?? 0
    if p.isInfinite || greatest == 0 || greatest.isInfinite { return greatest }
    if norms.count == 1 { return greatest }
    // Relative to the greatest one, so that no power leaves the range of numbers.
    return greatest * pow(norms.reduce(0) { $0 + pow($1 / greatest, p) }, 1 / p)
  }
}

/// Makes all gradients smaller by the same factor where their norm, taken together, is greater than
/// `maxNorm`.
///
///     try loss.backward()
///     try clipGradNorm(net.parameters(), maxNorm: 1)
///     try optimizer.step()
///
/// Pascanu et al., "On the difficulty of training Recurrent Neural Networks", 2013.
///
/// - Parameters:
///   - parameters: Parameters; those without gradient count nothing.
///   - maxNorm: The greatest norm.
///   - p: The order of the norm.
///   - errorIfNonfinite: Whether a norm that is infinite or not a number is an error. Otherwise it
///     makes all gradients zero or not a number.
/// - Returns: The norm before.
/// - Throws: `TensorError.anomaly` for a norm that is not finite, if asked for.
@discardableResult
public func clipGradNorm(
  _ parameters: [Parameter], maxNorm: Double, p: Double = 2, errorIfNonfinite: Bool = false
) throws -> Double {
  let norm = try gradNorm(parameters, p: p)
  if errorIfNonfinite, !norm.isFinite {
    throw TensorError.anomaly(
      operation: "clipGradNorm", reason: "the norm of all gradients is \(norm)")
  }
  let factor = maxNorm / (norm + 1e-6)
  if factor >= 1 { return norm }
  for parameter in parameters { try parameter.updateGradient { try $0 *= factor } }
  return norm
}

/// Moves every element of every gradient between `-value` and `value`.
///
///     try clipGradValue(net.parameters(), 0.5)
///
/// - Throws: `TensorError.argument` for a negative value.
public func clipGradValue(_ parameters: [Parameter], _ value: Double) throws {
  try NumberRange.atLeast(0).require("clipGradValue", "a value", value)
  for parameter in parameters {
    try parameter.updateGradient { $0 = try $0.clamp(min: -value, max: value) }
  }
}

extension Parameter {
  /// Lets `body` change the gradient, if there is one, without recording; in place where nothing
  /// else holds it.
  func updateGradient(_ body: (inout Tensor) throws -> Void) throws {
    guard var gradient = takeGradient() else { return }
    defer { grad = gradient }
    try noGrad { try body(&gradient) }
  }

  private func takeGradient() -> Tensor? {
    defer { grad = nil }
    return grad.map { Tensor($0.buffer) }
  }
}
