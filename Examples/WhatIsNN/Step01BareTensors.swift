import Martlet

/// Step 1: logistic regression from bare tensors.
///
/// A neural network with nothing but arithmetic and `backward()`: weights, a bias, a softmax and a
/// loss, all written out. The steps that follow replace one part after the other by what the
/// library has for it. Each trains the same model, to the same numbers, in fewer lines that say
/// more.
enum Step01BareTensors {
  /// The log-probabilities of the classes, `[N, 10]`, from scores.
  static func logSoftmax(_ x: Tensor) throws -> Tensor {
    try x - x.exp().sum(-1, keepDim: true).log()
  }

  static func model(_ xb: Tensor, _ weights: Tensor, _ bias: Tensor) throws -> Tensor {
    try logSoftmax(xb.matmul(weights) + bias)
  }

  /// Minus the mean of what was predicted for the right classes: row i of the batch gives its
  /// column `target[i]`.
  static func negativeLogLikelihood(_ prediction: Tensor, _ target: Tensor) throws -> Tensor {
    let rows = Tensor.arange(target.count)
    return try -prediction[rows, target].mean()
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
        let loss = try negativeLogLikelihood(prediction, yb)
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
