import Martlet

/// Step 6: a dataset keeps images and labels together.
///
/// They are cut into batches by one call, so that they cannot get out of step.
enum Step06Dataset {
  typealias LogisticRegression = Step04Linear.LogisticRegression

  static func train(
    _ model: LogisticRegression = LogisticRegression(), on digits: Digits, epochs: Int = 2,
    report: Report = { print($0) }
  ) throws {
    let trainSet = try TensorDataset(digits.xTrain, digits.yTrain)
    let batchSize = 64
    let optimizer = try SGD(model.parameters(), learningRate: 0.5)

    for epoch in 0..<epochs {
      for i in 0..<(trainSet.count + batchSize - 1) / batchSize {
        let batch = i * batchSize..<min((i + 1) * batchSize, trainSet.count)
        let (xb, yb) = try trainSet.batch(Array(batch))
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
