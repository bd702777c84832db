import Testing

@testable import Martlet

/// A use of a primitive whose derivatives can be checked: float64 inputs around which it is smooth.
struct PrimitiveSample: Sendable {
  var name: String
  var inputs: [Tensor]
  var function: @Sendable ([Tensor]) throws -> Tensor

  init(
    _ name: String, _ inputs: [Tensor], _ function: @escaping @Sendable ([Tensor]) throws -> Tensor
  ) {
    self.name = name
    self.inputs = inputs
    self.function = function
  }

  /// One sample for every way to get at a matrix, a number and nothing.
  static func each(
    _ name: String, _ intervals: [ClosedRange<Double>] = anywhere,
    _ operands: [Operand] = Operand.all,
    _ function: @escaping @Sendable (Tensor) throws -> Tensor
  ) throws -> [PrimitiveSample] {
    try operands.map { operand in
      PrimitiveSample("\(name), \(operand.name)", [try numbers(intervals, operand.shape)]) {
        try function(operand.arrange($0[0]))
      }
    }
  }

  /// Samples of two operands.
  static func pairs(
    _ name: String, _ left: [ClosedRange<Double>], _ right: [ClosedRange<Double>],
    _ operands: [(Operand, Operand)],
    _ function: @escaping @Sendable (Tensor, Tensor) throws -> Tensor
  ) throws -> [PrimitiveSample] {
    try operands.map { a, b in
      PrimitiveSample(
        "\(name), \(a.name) and \(b.name)",
        [try numbers(left, a.shape), try numbers(right, b.shape, 1)]
      ) { try function(a.arrange($0[0]), b.arrange($0[1])) }
    }
  }
}

extension Operand {
  /// Those with at least one dimension.
  static var withDimensions: [Operand] { all.filter { !$0.shape.isEmpty } }
}
