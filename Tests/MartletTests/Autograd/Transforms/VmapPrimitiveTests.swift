import Testing

@testable import Martlet

/// Every primitive of the registry inside of `vmap` against a loop over the examples: values, and
/// gradients inside and outside, with each choice of which inputs vary.
@Suite struct VmapPrimitiveTests {
  static let count = 3

  @Test(arguments: PrimitiveKind.allCases) func primitives(_ kind: PrimitiveKind) throws {
    for sample in try PrimitiveSample.samples(of: kind) {
      // Of many inputs each one alone, and all together.
      let all = (1 << sample.inputs.count) - 1
      for choice in 1...all
      where sample.inputs.count <= 3 || choice == all || choice.nonzeroBitCount == 1 {
        let name = "\(kind), \(sample.name), inputs \(String(choice, radix: 2))"
        do {
          try compare(name, sample, choice)
        } catch {
          Issue.record("\(name): \(error)")
        }
      }
      do {
        try compareCotangents("\(kind), \(sample.name)", sample)
      } catch {
        Issue.record("\(kind), \(sample.name), cotangents: \(error)")
      }
    }
  }

  private func compare(_ name: String, _ sample: PrimitiveSample, _ choice: Int) throws {
    let varies = sample.inputs.indices.map { choice & 1 << $0 != 0 }
    let examples = try (0..<Self.count).map { number in
      try zip(sample.inputs, varies).map { try $1 ? $0 * (1 - 0.02 * Double(number)) : $0 }
    }
    // Along the first dimension, or along the last.
    let inDims = zip(sample.inputs, varies).map { input, varies in
      varies ? (choice % 2 == 0 ? 0 : input.rank) : nil
    }
    let batches = try sample.inputs.indices.map { i in
      try inDims[i].map { dim in try stack(examples.map { $0[i] }, dim: dim) } ?? sample.inputs[i]
    }
    // Values, and the gradients of each example's own sum.
    let expected = try examples.map { try Self.slopes(sample, $0) }
    let got = try Self.vmapped(batches, inDims) { try Self.slopes(sample, $0) }
    for i in got.indices {
      let loop = try stack(expected.map { $0[i] })
      #expect(try loop.agrees(with: got[i]), "\(name), result \(i)")
    }
    // The gradients of the sum over all examples, from outside.
    let outside = try grad(at: batches) { batches in
      let all = try Self.vmapped(batches, inDims) { [try Self.weighed(sample.function($0))] }
      return try all[0].sum()
    }
    for i in outside.indices {
      let inside = try stack(expected.map { $0[i + 1] }, dim: inDims[i] ?? 0)
      let loop = try inDims[i] == nil ? inside.sum(0) : inside
      #expect(try loop.agrees(with: outside[i]), "\(name), gradient \(i) from outside")
    }
    guard choice == (1 << sample.inputs.count) - 1 else { return }
    // Derivatives of derivatives.
    func curvature(_ inputs: [Tensor]) throws -> [Tensor] {
      try grad(at: inputs) { inputs in
        let slopes = try grad(at: inputs) { try Self.weighed(sample.function($0)) }
        return try slopes.reduce(Tensor(0.0, dtype: .float64)) { try $0 + $1.square().sum() }
      }
    }
    let second = try Self.vmapped(batches, inDims, curvature)
    let loop = try examples.map(curvature)
    for i in second.indices {
      let rows = try stack(loop.map { $0[i] })
      #expect(try rows.agrees(with: second[i]), "\(name), second derivative \(i)")
    }
  }

  /// What is recorded outside of `vmap`, with gradients that vary.
  private func compareCotangents(_ name: String, _ sample: PrimitiveSample) throws {
    let (outputs, pullback) = try vjp(at: sample.inputs) { [try sample.function($0)] }
    let cotangents = try numbers(anywhere, [Self.count] + outputs[0].shape, 5)
    let got = try vmap(over: cotangents) { try pullback([$0]) }
    for i in got.indices {
      let loop = try stack(cotangents.unbind(0).map { try pullback([$0])[i] })
      #expect(try loop.agrees(with: got[i]), "\(name), product \(i) with cotangents")
    }
  }

  private static func vmapped(
    _ inputs: [Tensor], _ dims: [Int?], _ function: ([Tensor]) throws -> [Tensor]
  ) throws -> [Tensor] {
    let places = dims.map { $0 == nil ? 2 : $0 == 0 ? 0 : 1 }
    let parts = (0..<3).map { part in
      zip(inputs, places).filter { $0.1 == part }.map(\.0)
    }
    return try vmap(
      over: parts[0], parts[1], parts[2], inDims: [0, -1, nil], randomness: .same
    ) { first, last, constant in
      var parts = [first, last, constant].map { $0.makeIterator() }
      return try function(places.compactMap { parts[$0].next() })
    }
  }

  /// The value and the gradient of a sum, in which each element has a weight of its own.
  private static func slopes(_ sample: PrimitiveSample, _ inputs: [Tensor]) throws -> [Tensor] {
    let (_, slopes) = try valueAndGrad(at: inputs) { try weighed(sample.function($0)) }
    return [try sample.function(inputs)] + slopes
  }

  private static func weighed(_ y: Tensor) throws -> Tensor {
    try (y * numbers([0.5...1.5], y.shape, 3)).sum()
  }
}

extension Tensor {
  /// Equal but for the order of additions.
  func agrees(with other: Tensor) throws -> Bool {
    try shape == other.shape
      && detached().allClose(other.detached(), rtol: 1e-9, atol: 1e-9, equalNaN: true)
  }
}
