import Martlet

/// The two-layer network from layers, with biases, trained by Adam.
enum TwoLayerNN {
  static func model() -> Sequential {
    Sequential {
      Linear(1000, 100)
      ReLU()
      Linear(100, 10)
    }
  }

  @discardableResult
  static func train(
    _ model: Sequential = model(), x: Tensor = .randn([64, 1000]), y: Tensor = .randn([64, 10]),
    steps: Int = 500, report: Report = { print($0) }
  ) throws -> Sequential {
    let optimizer = try Adam(model.parameters(), learningRate: 1e-4)

    for t in 0..<steps {
      let prediction = try model(x)
      let loss = try mseLoss(prediction, y, reduction: .sum)
      if t % 50 == 49 { report(.step(t, loss: try loss.item())) }

      optimizer.zeroGrad()
      try loss.backward()
      try optimizer.step()
    }
    return model
  }
}
