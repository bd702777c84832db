import Testing

@testable import Martlet

/// Compares `vmap` over the first dimension of every input with a loop: values, the gradients of
/// each example's own sum, and those of the sum over all from outside.
func expectSameAsLoop(
  _ name: String, _ inputs: [Tensor], randomness: VmapRandomness = .error,
  sourceLocation: SourceLocation = #_sourceLocation, _ function: ([Tensor]) throws -> [Tensor]
) {
  func slopes(_ inputs: [Tensor]) throws -> [Tensor] {
    let outputs = try function(inputs)
    guard outputs.contains(where: \.dtype.isFloatingPoint) else { return outputs }
    return try outputs + grad(at: inputs) { try sum(function($0)) }
  }
  func sum(_ outputs: [Tensor]) throws -> Tensor {
    try outputs.filter(\.dtype.isFloatingPoint).enumerated().reduce(
      Tensor(0.0, dtype: .float64)
    ) {
      try $0
        + ($1.element
        * (Tensor.arange($1.element.count, dtype: .float64) + 1).cos().reshape($1.element.shape))
        .sum()
    }
  }
  do {
    let count = inputs[0].shape[0]
    let loop = try (0..<count).map { i in try slopes(inputs.map { try $0[i].clone() }) }
    let together = try vmap(over: inputs, randomness: randomness, of: slopes)
    for i in together.indices {
      let rows = try stack(loop.map { $0[i] })
      #expect(
        try rows.agrees(with: together[i]), "\(name), result \(i)", sourceLocation: sourceLocation)
    }
    let outputs = together.count - inputs.count
    guard outputs > 0 else { return }
    let outside = try grad(at: inputs) {
      try vmap(over: $0, randomness: randomness) { try sum(function($0)) }.sum()
    }
    for i in outside.indices {
      #expect(
        try outside[i].agrees(with: together[outputs + i]), "\(name), gradient \(i)",
        sourceLocation: sourceLocation)
    }
  } catch {
    Issue.record("\(name): \(error)", sourceLocation: sourceLocation)
  }
}
