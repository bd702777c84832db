import Martlet

/// Step 4: `Linear` instead of weights and bias by hand.
///
/// The layer makes its parameters, gives them start values that suit their number, and multiplies
/// and adds in one operation. Its weight is stored as `[10, 784]`.
enum Step04Linear {
  final class LogisticRegression: Module {
    let linear = Linear(784, 10)

    func forward(_ xb: Tensor) throws -> Tensor {
      try linear(xb)
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
