import Martlet

/// A network whose depth changes from pass to pass: the middle layer is applied up to three times,
/// with the same weights.
final class DynamicNet: Module {
  let input = Linear(1000, 100)
  let middle = Linear(100, 100)
  let output = Linear(100, 10)
  private let chooseDepth: () -> Int

  /// - Parameter chooseDepth: Asked in every forward pass how often to apply the middle layer.
  init(chooseDepth: @escaping () -> Int = { Int.random(in: 0...3) }) {
    self.chooseDepth = chooseDepth
  }

  func forward(_ x: Tensor) throws -> Tensor {
    var h = try input(x).clamp(min: 0)
    for _ in 0..<chooseDepth() {
      h = try middle(h).clamp(min: 0)
    }
    return try output(h)
  }
}

/// Random depth and shared weights. A step that does not use the middle layer leaves it without
/// gradients, and the optimizer leaves it as it is.
enum TwoLayerDynamic {
  @discardableResult
  static func train(
    _ model: DynamicNet = DynamicNet(), x: Tensor = .randn([64, 1000]),
    y: Tensor = .randn([64, 10]), steps: Int = 500, report: Report = { print($0) }
  ) throws -> DynamicNet {
    let optimizer = try SGD(model.parameters(), learningRate: 1e-4, momentum: 0.9)

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
