import Martlet

/// Optimizers: the same model, updated by RMSprop instead of by plain gradient descent.
///
/// An optimizer knows the parameters that it is to update and how. Here each is stepped by its
/// gradient in proportion to the gradient's usual size.
enum PolynomialRMSprop {
  @discardableResult
  static func train(
    _ model: Sequential = PolynomialNN.model(), steps: Int = 2000, report: Report = { print($0) }
  ) throws -> Sequential {
    let x = Tensor.linspace(-.pi, .pi, 2000)
    let y = try x.sin()
    let xx = try PolynomialNN.features(x)
    let optimizer = try RMSprop(model.parameters(), learningRate: 1e-3)

    for t in 0..<steps {
      let prediction = try model(xx)
      let loss = try mseLoss(prediction, y, reduction: .sum)
      if t % 100 == 99 { report(.step(t, loss: try loss.item())) }

      optimizer.zeroGrad()
      try loss.backward()
      try optimizer.step()
    }
    return model
  }
}
