import Martlet

/// Step 5: an optimizer takes the update over.
///
/// `step()` does what the loop over the parameters did, and with another optimizer it does
/// something better.
enum Step05Optimizer {
  typealias LogisticRegression = Step04Linear.LogisticRegression

  static func train(
    _ model: LogisticRegression = LogisticRegression(), on digits: Digits, epochs: Int = 2,
    report: Report = { print($0) }
  ) throws {
    let (xTrain, yTrain) = (digits.xTrain, digits.yTrain)
    let batchSize = 64
    let optimizer = try SGD(model.parameters(), learningRate: 0.5)

    for epoch in 0..<epochs {
      for i in 0..<(xTrain.shape[0] + batchSize - 1) / batchSize {
        let batch = i * batchSize..<min((i + 1) * batchSize, xTrain.shape[0])
        let xb = try xTrain[batch]
        let yb = try yTrain[batch]
        let prediction = try model(xb)
        let loss = try crossEntropy(prediction, yb)
        if i % 25 == 24 { report(.batch(epoch: epoch, iteration: i, loss: try loss.item())) }

        try loss.backward()
        try optimizer.step()
        optimizer.zeroGrad()
      }
    }
  }
}
