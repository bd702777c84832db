import Testing

@testable import Martlet

/// Numbers of the given intervals in turn, spread evenly and without pattern: what a primitive is
/// smooth on.
func numbers(_ intervals: [ClosedRange<Double>], _ shape: [Int], _ seed: Int = 0) throws -> Tensor {
  let values = (0..<shape.reduce(1, *)).map { i -> Double in
    let interval = intervals[(i + seed) % intervals.count]
    let golden = Double(i + 1 + 7 * seed) * 0.6180339887498949
    let part = golden - golden.rounded(.down)
    return interval.lowerBound + part * (interval.upperBound - interval.lowerBound)
  }
  return try Tensor(values, shape: shape, dtype: .float64)
}

let anywhere: [ClosedRange<Double>] = [-2...2]
let awayFromZero: [ClosedRange<Double>] = [0.3...2, -2...(-0.3)]

/// A way to get at an operand: a shape of the variable, and what is done with it before the
/// operation.
struct Operand: Sendable {
  let name: String
  let shape: [Int]
  let arrange: @Sendable (Tensor) throws -> Tensor

  /// A variety of layouts of a [2, 3] operand, a scalar and nothing.
  static let all: [Operand] = [
    contiguous,
    Operand(name: "transposed", shape: [3, 2]) { try $0.t() },
    Operand(name: "expanded", shape: [1, 3]) { try $0.expanded(2, 3) },
    Operand(name: "strided", shape: [2, 6]) { try $0[.all, .slice(from: 1, by: 2)] },
    Operand(name: "reversed", shape: [2, 3]) { try $0.flip(0, 1) },
    scalar,
    Operand(name: "empty", shape: [0, 3]) { $0 },
  ]
  static let contiguous = Operand(name: "contiguous", shape: [2, 3]) { $0 }
  static let scalar = Operand(name: "0-d", shape: []) { $0 }
}

/// Compares first derivatives, in reverse and forward mode, and, unless told otherwise, second ones
/// with finite differences.
func expectGradients(
  _ name: String, _ inputs: [Tensor], twice: Bool = true,
  sourceLocation: SourceLocation = #_sourceLocation, _ function: ([Tensor]) throws -> Tensor
) {
  do {
    try gradientCheck(inputs) { [try function($0)] }
    if twice { try forwardGradientCheck(inputs) { [try function($0)] } }
    if twice { try gradientGradientCheck(inputs) { [try function($0)] } }
  } catch {
    Issue.record("\(name): \(error)", sourceLocation: sourceLocation)
  }
}
