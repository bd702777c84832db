import Martlet

/// Two linear layers with a ReLU between them.
///
/// The layers are found as the module's properties: their parameters are `hidden.weight`,
/// `hidden.bias`, `output.weight` and `output.bias`.
final class TwoLayerNet: Module {
  let hidden = Linear(1000, 100)
  let output = Linear(100, 10)

  func forward(_ x: Tensor) throws -> Tensor {
    try output(hidden(x).clamp(min: 0))
  }
}

/// The two-layer network as a module of our own: for models that are more than a sequence of
/// layers.
enum TwoLayerModule {
  @discardableResult
  static func train(
    _ model: TwoLayerNet = TwoLayerNet(), x: Tensor = .randn([64, 1000]),
    y: Tensor = .randn([64, 10]), steps: Int = 500, report: Report = { print($0) }
  ) throws -> TwoLayerNet {
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
