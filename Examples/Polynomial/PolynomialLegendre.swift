import Martlet

/// The Legendre polynomial P3(x) = (5 x^3 - 3 x) / 2, with a derivative of its own.
struct LegendreP3: Function {
  func forward(_ inputs: [Tensor], _ context: FunctionContext) throws -> Tensor {
    let x = inputs[0]
    context.save(x)
    return try (5 * x.pow(3) - 3 * x) / 2
  }

  /// Given the loss's gradient with respect to the result, its gradient with respect to x: P3'(x) =
  /// 3 (5 x^2 - 1) / 2.
  func backward(_ gradient: Tensor, _ context: FunctionContext) throws -> [Tensor?] {
    let x = try context.saved(0)
    return [try gradient * 1.5 * (5 * x.pow(2) - 1)]
  }
}

/// A function of your own in the record: y = a + b P3(c + d x) is fitted to the sine.
///
/// P3 could be written in plain operations, whose derivatives are known. As a `Function` it is one
/// operation with the derivative that it names, which may be faster, more accurate, or the only one
/// there is.
enum PolynomialLegendre {
  static func train(
    a: Tensor = .full([], 0.0), b: Tensor = .full([], -1.0), c: Tensor = .full([], 0.0),
    d: Tensor = .full([], 0.3), steps: Int = 2000, report: Report = { print($0) }
  ) throws -> (a: Tensor, b: Tensor, c: Tensor, d: Tensor) {
    let x = Tensor.linspace(-.pi, .pi, 2000)
    let y = try x.sin()
    var a = try a.requiringGrad()
    var b = try b.requiringGrad()
    var c = try c.requiringGrad()
    var d = try d.requiringGrad()
    let learningRate = 5e-6
    let p3 = LegendreP3()

    for t in 0..<steps {
      let prediction = try a + b * p3(c + d * x)
      let loss = try (prediction - y).pow(2).sum()
      if t % 100 == 99 { report(.step(t, loss: try loss.item())) }

      try loss.backward()
      try noGrad {
        try a -= learningRate * a.grad!
        try b -= learningRate * b.grad!
        try c -= learningRate * c.grad!
        try d -= learningRate * d.grad!
      }
      for variable in [a, b, c, d] { variable.grad = nil }
    }
    return (a, b, c, d)
  }
}
