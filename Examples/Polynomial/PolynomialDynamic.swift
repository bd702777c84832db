import Martlet

/// y = a + b x + c x^2 + d x^3, then perhaps e x^4, and perhaps e x^5 with the same e.
///
/// What is recorded is what ran: `forward` may use any of Swift's control flow, and a parameter as
/// often as it likes. The gradients of all uses add up.
final class DynamicPolynomial: Module {
  @Parameter var a = Tensor.randn([])
  @Parameter var b = Tensor.randn([])
  @Parameter var c = Tensor.randn([])
  @Parameter var d = Tensor.randn([])
  @Parameter var e = Tensor.randn([])
  private let chooseEnd: () -> Int

  /// - Parameter chooseEnd: Asked in every forward pass before which exponent, from 4 to 6, to
  ///   stop.
  init(chooseEnd: @escaping () -> Int = { Int.random(in: 4...6) }) {
    self.chooseEnd = chooseEnd
  }

  func forward(_ x: Tensor) throws -> Tensor {
    var y = try a + b * x + c * x.pow(2) + d * x.pow(3)
    for exponent in 4..<chooseEnd() {
      y = try y + e * x.pow(exponent)
    }
    return y
  }
}

/// Control flow and shared weights: another graph in every step.
enum PolynomialDynamic {
  @discardableResult
  static func train(
    _ model: DynamicPolynomial = DynamicPolynomial(), steps: Int = 30_000,
    report: Report = { print($0) }
  ) throws -> DynamicPolynomial {
    let x = Tensor.linspace(-.pi, .pi, 2000)
    let y = try x.sin()
    // Plain gradient descent has a hard time with such a model; momentum helps.
    let optimizer = try SGD(model.parameters(), learningRate: 1e-8, momentum: 0.9)

    for t in 0..<steps {
      let prediction = try model(x)
      let loss = try mseLoss(prediction, y, reduction: .sum)
      if t % 2000 == 1999 { report(.step(t, loss: try loss.item())) }

      optimizer.zeroGrad()
      try loss.backward()
      try optimizer.step()
    }
    return model
  }
}
