import Martlet

/// Step 7: a loader hands out the batches.
///
/// It knows where batches begin and end and that the last one may be shorter; it can also shuffle,
/// and prepare batches on other threads ahead of time.
enum Step07DataLoader {
  typealias LogisticRegression = Step04Linear.LogisticRegression

  static func train(
    _ model: LogisticRegression = LogisticRegression(), on digits: Digits, epochs: Int = 2,
    report: Report = { print($0) }
  ) throws {
    let trainSet = try TensorDataset(digits.xTrain, digits.yTrain)
    let trainLoader = try DataLoader(trainSet, batchSize: 64)
    let optimizer = try SGD(model.parameters(), learningRate: 0.5)

    for epoch in 0..<epochs {
      var i = 0
      try trainLoader.forEach { xb, yb in
        let prediction = try model(xb)
        let loss = try crossEntropy(prediction, yb)
        if i % 25 == 24 { report(.batch(epoch: epoch, iteration: i, loss: try loss.item())) }

        try loss.backward()
        try optimizer.step()
        optimizer.zeroGrad()
        i += 1
      }
    }
  }
}
