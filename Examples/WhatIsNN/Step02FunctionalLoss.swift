import Martlet

/// Step 2: the loss from the library.
///
/// `crossEntropy` is `logSoftmax` and `negativeLogLikelihood` in one, and does not overflow for
/// large scores. The model shrinks to a linear map.
enum Step02FunctionalLoss {
  static func model(_ xb: Tensor, _ weights: Tensor, _ bias: Tensor) throws -> Tensor {
    try xb.matmul(weights) + bias
  }

  static func train(
    on digits: Digits, weights: Tensor = .normal([784, 10], mean: 0, std: 1 / 28),
    bias: Tensor = .zeros([10]), epochs: Int = 2, report: Report = { print($0) }
  ) throws -> (weights: Tensor, bias: Tensor) {
    let (xTrain, yTrain) = (digits.xTrain, digits.yTrain)
    var weights = try weights.requiringGrad()
    var bias = try bias.requiringGrad()
    let batchSize = 64
    let learningRate = 0.5

    for epoch in 0..<epochs {
      for i in 0..<(xTrain.shape[0] + batchSize - 1) / batchSize {
        let batch = i * batchSize..<min((i + 1) * batchSize, xTrain.shape[0])
        let xb = try xTrain[batch]
        let yb = try yTrain[batch]
        let prediction = try model(xb, weights, bias)
        let loss = try crossEntropy(prediction, yb)
        if i % 25 == 24 { report(.batch(epoch: epoch, iteration: i, loss: try loss.item())) }

        try loss.backward()
        try noGrad {
          try weights -= learningRate * weights.grad!
          try bias -= learningRate * bias.grad!
        }
        weights.grad = nil
        bias.grad = nil
      }
    }
    return (weights, bias)
  }
}
