@testable import Martlet

/// A parameter of two elements that is pulled towards a target by gradients which change at every
/// step, and the same with plain numbers: an optimizer and the formula of its definition must walk
/// the same way.
struct OptimizerRace {
  static let start = [1.0, -2.0]

  static func gradient(_ step: Int, _ values: [Double]) -> [Double] {
    [values[0] - 0.3 * Double(step % 3), 2 * values[1] + Double(step % 2)]
  }

  /// The greatest difference over `steps` steps.
  static func distance(
    steps: Int = 12, dtype: DType = .float64, _ make: ([Parameter]) throws -> any Optimizer,
    _ formula: (_ step: Int, _ index: Int, _ value: Double, _ gradient: Double) -> Double
  ) throws -> Double {
    let parameter = Parameter(try Tensor(start, dtype: dtype))
    let optimizer = try make([parameter])
    var values = start
    var greatest = 0.0
    for step in 1...steps {
      let current = try parameter.value.array(of: Double.self)
      parameter.grad = try Tensor(gradient(step, current), dtype: dtype)
      try optimizer.step()
      let gradients = gradient(step, values)
      for i in values.indices { values[i] = formula(step, i, values[i], gradients[i]) }
      let got = try parameter.value.array(of: Double.self)
      for (a, b) in zip(got, values) { greatest = max(greatest, abs(a - b)) }
    }
    return greatest
  }
}
