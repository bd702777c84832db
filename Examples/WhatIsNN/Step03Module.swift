import Martlet

/// Step 3: the model as a module that holds its parameters.
///
/// The loop no longer names each parameter: `parameters()` lists them and `zeroGrad()` clears their
/// gradients, however many there are.
enum Step03Module {
  final class LogisticRegression: Module {
    @Parameter var weights = Tensor.normal([784, 10], mean: 0, std: 1 / 28)
    @Parameter var bias = Tensor.zeros([10])

    func forward(_ xb: Tensor) throws -> Tensor {
      try xb.matmul(weights) + bias
    }
  }

  static func train(
    _ model: LogisticRegression = LogisticRegression(), on digits: Digits, epochs: Int = 2,
    report: Report = { print($0) }
  ) throws {
    let (xTrain, yTrain) = (digits.xTrain, digits.yTrain)
    let batchSize = 64
    let learningRate = 0.5

    for epoch in 0..<epochs {
      for i in 0..<(xTrain.shape[0] + batchSize - 1) / batchSize {
        let batch = i * batchSize..<min((i + 1) * batchSize, xTrain.shape[0])
        let xb = try xTrain[batch]
        let yb = try yTrain[batch]
        let prediction = try model(xb)
        let loss = try crossEntropy(prediction, yb)
        if i % 25 == 24 { report(.batch(epoch: epoch, iteration: i, loss: try loss.item())) }

        try loss.backward()
        try noGrad {
          for parameter in model.parameters() {
            try parameter.value -= learningRate * parameter.grad!
          }
        }
        model.zeroGrad()
      }
    }
  }
}
