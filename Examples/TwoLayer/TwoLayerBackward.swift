import Martlet

/// The two-layer network with `backward()`: the forward pass is one line, and nothing of it has to
/// be kept by hand.
enum TwoLayerBackward {
  static func train(
    x: Tensor = .randn([64, 1000]), y: Tensor = .randn([64, 10]),
    w1: Tensor = .randn([1000, 100]), w2: Tensor = .randn([100, 10]), steps: Int = 500,
    report: Report = { print($0) }
  ) throws -> (w1: Tensor, w2: Tensor) {
    var w1 = try w1.requiringGrad()
    var w2 = try w2.requiringGrad()
    let learningRate = 1e-6

    for t in 0..<steps {
      let prediction = try x.mm(w1).clamp(min: 0).mm(w2)
      let loss = try (prediction - y).pow(2).sum()
      if t % 50 == 49 { report(.step(t, loss: try loss.item())) }

      try loss.backward()
      try noGrad {
        try w1 -= learningRate * w1.grad!
        try w2 -= learningRate * w2.grad!
      }
      w1.grad = nil
      w2.grad = nil
    }
    return (w1, w2)
  }
}
