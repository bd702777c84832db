import Foundation
import Martlet

/// Propagates cotangents and compares what reaches the inputs: section 3.4 of the specification.
struct GradientCheck {
  let storage: SafetensorsStorage
  let tolerance: Tolerance

  /// The gradient that reaches each input; nil where none does.
  ///
  /// - Parameter cotangents: one value or null for each output.
  func propagate(
    cotangents: [Any], into outputs: [Tensor?], for inputs: [Tensor]
  ) throws -> [Tensor?] {
    guard cotangents.count == outputs.count else {
      throw DataError("there are \(cotangents.count) cotangents for \(outputs.count) outputs")
    }
    var roots: [Tensor] = []
    var gradients: [Tensor] = []
    for (output, json) in zip(outputs, cotangents) where !(json is NSNull) {
      guard case .tensor(let spec) = try Value(json) else { continue }
      guard let output else { throw Mismatch("an output with a cotangent is not a tensor") }
      // A result that depends on nothing tracked contributes no gradient.
      guard output.requiresGrad else { continue }
      roots.append(output)
      gradients.append(try Tensor(spec, in: storage))
    }
    if roots.isEmpty { return inputs.map { _ in nil } }
    return try Martlet.gradients(of: roots, for: inputs, gradOutputs: gradients)
  }

  /// - Parameter json: the expected value; null for none or zeros.
  func expect(_ gradient: Tensor?, _ json: Any?, _ name: String) throws {
    try describing(name) {
      guard let json, !(json is NSNull) else {
        guard let gradient else { return }
        guard try gradient.flattened().reals.allSatisfy({ $0 == 0 }) else {
          throw Mismatch("expected none, got one")
        }
        return
      }
      guard case .tensor(let spec) = try Value(json) else {
        throw DataError("a gradient is a tensor")
      }
      guard let gradient else { throw Mismatch("expected one, got none") }
      try gradient.flattened().expect(closeTo: FlatTensor(spec, in: storage), tolerance)
    }
  }
}
