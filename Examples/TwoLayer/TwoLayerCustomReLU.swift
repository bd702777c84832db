import Martlet

/// `max(x, 0)`, whose derivative is 0 where x was negative and 1 elsewhere.
struct CustomReLU: Function {
  func forward(_ inputs: [Tensor], _ context: FunctionContext) throws -> Tensor {
    context.save(inputs[0])
    return try inputs[0].clamp(min: 0)
  }

  func backward(_ gradient: Tensor, _ context: FunctionContext) throws -> [Tensor?] {
    [try gradient.filled(0, where: context.saved(0) .< 0)]
  }
}

/// The two-layer network with an activation of our own in the record.
enum TwoLayerCustomReLU {
  static func train(
    x: Tensor = .randn([64, 1000]), y: Tensor = .randn([64, 10]),
    w1: Tensor = .randn([1000, 100]), w2: Tensor = .randn([100, 10]), steps: Int = 500,
    report: Report = { print($0) }
  ) throws -> (w1: Tensor, w2: Tensor) {
    var w1 = try w1.requiringGrad()
    var w2 = try w2.requiringGrad()
    let learningRate = 1e-6
    let relu = CustomReLU()

    for t in 0..<steps {
      let prediction = try relu(x.mm(w1)).mm(w2)
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
