import Testing

@testable import Martlet

/// A tensor as a shape and plain numbers in row-major order, for references that are written as
/// loops over positions.
struct Naive {
  var shape: [Int]
  var values: [Double]

  init(_ tensor: Tensor) throws {
    shape = tensor.shape
    values = try tensor.array(of: Double.self)
  }

  init(_ shape: [Int], _ value: ([Int]) -> Double) {
    self.shape = shape
    values = positions(of: shape).map(value)
  }

  subscript(position: [Int]) -> Double {
    get { values[flat(position)] }
    set { values[flat(position)] = newValue }
  }

  private func flat(_ position: [Int]) -> Int {
    zip(shape, position).reduce(0) { $0 * $1.0 + $1.1 }
  }

  /// Read at a position of a shape that this one broadcasts to.
  func broadcast(_ position: [Int]) -> Double {
    self[zip(shape, position.suffix(shape.count)).map { $0 == 1 ? 0 : $1 }]
  }
}

/// All positions of a shape in row-major order.
func positions(of shape: [Int]) -> [[Int]] {
  shape.reduce([[]]) { heads, size in heads.flatMap { head in (0..<size).map { head + [$0] } } }
}

/// Whole numbers in no particular order, exact in every dtype; equal for equal shapes and seeds.
func sample(_ shape: [Int], _ seed: Int = 0, dtype: DType = .float64) throws -> Tensor {
  let count = shape.reduce(1, *)
  return try Tensor(
    (0..<count).map { Double(($0 * 37 + seed * 11 + $0 * $0 * 5) % 19 - 9) }, shape: shape,
    dtype: dtype)
}

/// Whether shapes are equal and elements differ by at most `tolerance` of the larger of 1 and the
/// expected one.
func expectEqual(
  _ tensor: Tensor, _ expected: Naive, tolerance: Double = 0, _ comment: String = "",
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  guard tensor.shape == expected.shape else {
    Issue.record(
      "shape \(tensor.shape), expected \(expected.shape) \(comment)", sourceLocation: sourceLocation
    )
    return
  }
  let values = try tensor.array(of: Double.self)
  for (i, (got, wanted)) in zip(values, expected.values).enumerated() {
    let near = got == wanted || abs(got - wanted) <= tolerance * max(1, abs(wanted))
    if !(near || got.isNaN && wanted.isNaN) {
      Issue.record(
        "element \(i) is \(got), expected \(wanted) \(comment)", sourceLocation: sourceLocation)
      return
    }
  }
}
