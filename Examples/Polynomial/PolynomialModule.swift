import Martlet

/// y = a + b x + c x^2 + d x^3.
///
/// A module is a class with a `forward`. What `@Parameter` marks is found by its name: the
/// optimizer updates it, and state dictionaries hold it as `a`, `b`, `c` and `d`.
final class Cubic: Module {
  @Parameter var a = Tensor.randn([])
  @Parameter var b = Tensor.randn([])
  @Parameter var c = Tensor.randn([])
  @Parameter var d = Tensor.randn([])

  func forward(_ x: Tensor) throws -> Tensor {
    try a + b * x + c * x.pow(2) + d * x.pow(3)
  }
}

/// Modules: the model becomes a class of its own, which is called like a function.
enum PolynomialModule {
  @discardableResult
  static func train(
    _ model: Cubic = Cubic(), steps: Int = 2000, report: Report = { print($0) }
  ) throws -> Cubic {
    let x = Tensor.linspace(-.pi, .pi, 2000)
    let y = try x.sin()
    let optimizer = try SGD(model.parameters(), learningRate: 1e-6)

    for t in 0..<steps {
      let prediction = try model(x)
      let loss = try mseLoss(prediction, y, reduction: .sum)
      if t % 100 == 99 { report(.step(t, loss: try loss.item())) }

      optimizer.zeroGrad()
      try loss.backward()
      try optimizer.step()
    }
    return model
  }
}
