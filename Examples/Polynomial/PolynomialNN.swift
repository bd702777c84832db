import Martlet

/// Layers: the cubic as a linear layer over the features (x, x^2, x^3).
///
/// A layer holds its parameters and computes its output from an input; `Sequential` applies layers
/// one after the other.
enum PolynomialNN {
  static func model() -> Sequential {
    Sequential {
      Linear(3, 1)
      // From [2000, 1] to [2000], the shape of y.
      Flatten(0, 1)
    }
  }

  /// The features of all points, `[2000, 3]`: x as a column to the power of a row of exponents.
  static func features(_ x: Tensor) throws -> Tensor {
    try x.unsqueezed(-1).pow(Tensor([1, 2, 3]))
  }

  @discardableResult
  static func train(
    _ model: Sequential = model(), steps: Int = 2000, report: Report = { print($0) }
  ) throws -> Sequential {
    let x = Tensor.linspace(-.pi, .pi, 2000)
    let y = try x.sin()
    let xx = try features(x)
    let learningRate = 1e-6

    for t in 0..<steps {
      let prediction = try model(xx)
      let loss = try mseLoss(prediction, y, reduction: .sum)
      if t % 100 == 99 { report(.step(t, loss: try loss.item())) }

      model.zeroGrad()
      try loss.backward()
      // However many parameters there are, they are updated in the same way.
      try noGrad {
        for parameter in model.parameters() {
          try parameter.value -= learningRate * parameter.grad!
        }
      }
    }
    return model
  }
}
