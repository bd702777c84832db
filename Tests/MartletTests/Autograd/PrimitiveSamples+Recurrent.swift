import CKernels

@testable import Martlet

extension PrimitiveSample {
  /// Every cell in both directions, with and without a state to start from, for sequences of equal
  /// and of different lengths.
  static func recurrences() throws -> [PrimitiveSample] {
    var samples: [PrimitiveSample] = []
    for cell in [mk_cell.tanh, .lstm, .gru] {
      for isReversed in [false, true] {
        for sizes in [[2, 2, 2], [3, 2, 2, 1]] {
          samples += try [true, false].map {
            try sample(cell, sizes, isReversed: isReversed, starts: $0, projects: false)
          }
        }
      }
    }
    for isReversed in [false, true] {
      samples.append(
        try sample(.lstm, [3, 2, 1], isReversed: isReversed, starts: true, projects: true))
    }
    samples.append(try sample(.relu, [2, 2], isReversed: false, starts: true, projects: false))
    return samples
  }

  private static func sample(
    _ cell: mk_cell, _ sizes: [Int], isReversed: Bool, starts: Bool, projects: Bool
  ) throws -> PrimitiveSample {
    let hidden = 3
    let width = projects ? 2 : hidden
    var inputs = [
      // ReLU has no derivative at 0.
      try numbers(cell == .relu ? [1...2] : anywhere, [sizes.reduce(0, +), cell.gates * hidden]),
      try numbers(cell == .relu ? [0.1...0.5] : anywhere, [cell.gates * hidden, width], 1),
    ]
    func add(_ shape: [Int]) throws -> Int {
      inputs.append(try numbers(cell == .relu ? [0.1...0.5] : anywhere, shape, inputs.count))
      return inputs.count - 1
    }
    let bias = cell == .gru ? try add([hidden]) : nil
    let projection = projects ? try add([width, hidden]) : nil
    let state = starts ? try add([sizes[0], width]) : nil
    let cells = starts && cell == .lstm ? try add([sizes[0], hidden]) : nil
    return PrimitiveSample(
      "\(cell)\(projects ? ", projected" : "")\(isReversed ? ", reversed" : ""), \(sizes)"
        + (starts ? " from a state" : ""), inputs
    ) { tensors in
      let (states, last) = try Recurrence.callAsFunction(
        cell,
        Recurrence.Operands(
          x: tensors[0], weight: tensors[1], bias: bias.map { tensors[$0] },
          projection: projection.map { tensors[$0] }, state: state.map { tensors[$0] },
          cells: cells.map { tensors[$0] }),
        batchSizes: sizes, isReversed: isReversed)
      return try cat([states.flatten()] + (last.map { [try $0.flatten() * 2] } ?? []))
    }
  }
}
