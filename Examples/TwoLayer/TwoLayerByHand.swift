import Martlet

/// A network of two layers, y = max(x w1, 0) w2, trained with gradients worked out by hand.
///
/// 64 random inputs of 1000 numbers each are to give 64 random outputs of 10: there is nothing to
/// understand in them, but a network with 100 hidden units is large enough to learn them by heart.
enum TwoLayerByHand {
  static func train(
    x: Tensor = .randn([64, 1000]), y: Tensor = .randn([64, 10]),
    w1: Tensor = .randn([1000, 100]), w2: Tensor = .randn([100, 10]), steps: Int = 500,
    report: Report = { print($0) }
  ) throws -> (w1: Tensor, w2: Tensor) {
    var (w1, w2) = (w1, w2)
    let learningRate = 1e-6

    for t in 0..<steps {
      // Forward, keeping what the way back needs.
      let hidden = try x.mm(w1)
      let activation = try hidden.clamp(min: 0)
      let prediction = try activation.mm(w2)
      let loss = try (prediction - y).pow(2).sum()
      if t % 50 == 49 { report(.step(t, loss: try loss.item())) }

      // Backward: the gradient of a product goes to either side by the other one, transposed.
      let gradientPrediction = try 2 * (prediction - y)
      let gradientW2 = try activation.t().mm(gradientPrediction)
      var gradientHidden = try gradientPrediction.mm(w2.t())
      // Where the activation was cut off, small changes of the hidden units change nothing.
      try gradientHidden.fill(0, where: hidden .< 0)
      let gradientW1 = try x.t().mm(gradientHidden)

      try w1 -= learningRate * gradientW1
      try w2 -= learningRate * gradientW2
    }
    return (w1, w2)
  }
}
