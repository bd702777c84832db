import Martlet

/// A function of one parameter for an optimizer to minimise.
struct Objective {
  private enum Form {
    /// `sign (0.5 x.(A x) - b.x)`
    case quadratic(a: Tensor, b: Tensor, sign: Double)
    /// The sum over i of `100 (x[i+1] - x[i]^2)^2 + (1 - x[i])^2`.
    case rosenbrock
  }

  private let form: Form

  init(_ json: Any?, storage: SafetensorsStorage) throws {
    guard let json else { throw DataError("there is no objective") }
    let object = try JSONObject(json)
    func tensor(_ key: String) throws -> Tensor {
      guard case .tensor(let spec) = try Value(object.object(key).fields) else {
        throw DataError("\(key) is not a tensor")
      }
      return try Tensor(spec, in: storage)
    }
    switch try object.string("name") {
    case "quadratic": form = .quadratic(a: try tensor("a"), b: try tensor("b"), sign: 1)
    case "negative_quadratic": form = .quadratic(a: try tensor("a"), b: try tensor("b"), sign: -1)
    case "rosenbrock": form = .rosenbrock
    case let name: throw DataError("unknown objective \(name)")
    }
  }

  func value(at x: Tensor) throws -> Tensor {
    switch form {
    case .quadratic(let a, let b, let sign):
      return try (x.dot(a.mv(x)) * 0.5 - b.dot(x)) * sign
    case .rosenbrock:
      let (head, tail) = try (x[..<(-1)], x[1...])
      return try ((tail - head.square()).square() * 100 + (1 - head).square()).sum()
    }
  }
}
