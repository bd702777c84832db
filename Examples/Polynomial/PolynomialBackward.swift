import Martlet

/// Automatic differentiation: the same fit, but `backward()` finds the gradients.
///
/// Operations on tensors that require gradients are recorded. `backward()` walks the record from
/// the loss to the variables and leaves in each one's `grad` how the loss changes with it.
enum PolynomialBackward {
  static func train(
    a: Tensor = .randn([]), b: Tensor = .randn([]), c: Tensor = .randn([]),
    d: Tensor = .randn([]), steps: Int = 2000, report: Report = { print($0) }
  ) throws -> (a: Tensor, b: Tensor, c: Tensor, d: Tensor) {
    // Data need no gradients; the coefficients become variables.
    let x = Tensor.linspace(-.pi, .pi, 2000)
    let y = try x.sin()
    var a = try a.requiringGrad()
    var b = try b.requiringGrad()
    var c = try c.requiringGrad()
    var d = try d.requiringGrad()
    let learningRate = 1e-6

    for t in 0..<steps {
      let prediction = try a + b * x + c * x.pow(2) + d * x.pow(3)
      let loss = try (prediction - y).pow(2).sum()
      if t % 100 == 99 { report(.step(t, loss: try loss.item())) }

      try loss.backward()

      // The update is no part of the model, so it must not be recorded.
      try noGrad {
        try a -= learningRate * a.grad!
        try b -= learningRate * b.grad!
        try c -= learningRate * c.grad!
        try d -= learningRate * d.grad!
      }
      // `backward()` adds to gradients: clear them for the next step. Every copy of a variable sees
      // the same gradient.
      for variable in [a, b, c, d] { variable.grad = nil }
    }
    return (a, b, c, d)
  }
}
