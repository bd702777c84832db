import Martlet

/// Tensors alone: a cubic is fitted to the sine, with gradients worked out on paper.
///
/// The model is y = a + b x + c x^2 + d x^3 and the loss the sum of its squared errors at 2000
/// points. Nothing here is particular to neural networks: a tensor is an array that knows
/// arithmetic.
enum PolynomialByHand {
  static func train(
    a: Tensor = .randn([]), b: Tensor = .randn([]), c: Tensor = .randn([]),
    d: Tensor = .randn([]), steps: Int = 2000, report: Report = { print($0) }
  ) throws -> (a: Tensor, b: Tensor, c: Tensor, d: Tensor) {
    let x = Tensor.linspace(-.pi, .pi, 2000)
    let y = try x.sin()
    var (a, b, c, d) = (a, b, c, d)
    let learningRate = 1e-6

    for t in 0..<steps {
      // Forward: coefficients without dimensions stretch over the points. One `try` covers the
      // line: whatever computes may throw, since shapes may not fit.
      let prediction = try a + b * x + c * x.pow(2) + d * x.pow(3)
      let error = try prediction - y
      let loss = try error.pow(2).sum()
      if t % 100 == 99 { report(.step(t, loss: try loss.item())) }

      // Backward: the chain rule, from the loss to each coefficient.
      let gradient = try 2 * error
      let gradientA = try gradient.sum()
      let gradientB = try (gradient * x).sum()
      let gradientC = try (gradient * x.pow(2)).sum()
      let gradientD = try (gradient * x.pow(3)).sum()

      // Gradient descent: a small step downhill.
      try a -= learningRate * gradientA
      try b -= learningRate * gradientB
      try c -= learningRate * gradientC
      try d -= learningRate * gradientD
    }
    return (a, b, c, d)
  }
}
