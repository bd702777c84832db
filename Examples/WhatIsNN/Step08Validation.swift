import Martlet

/// Step 8: validation after every epoch, and shuffling.
///
/// The training images come in another order in every epoch, so that the model does not learn from
/// their order. Whether it learned digits or only these images is seen on others; those need no
/// shuffling, and no gradients, which leaves room for larger batches.
enum Step08Validation {
  typealias LogisticRegression = Step04Linear.LogisticRegression

  /// How many of the rows of scores are greatest at the right class.
  static func correct(_ scores: Tensor, _ labels: Tensor) throws -> Double {
    try (scores.argmax(1) .== labels).sum().item()
  }

  static func train(
    _ model: LogisticRegression = LogisticRegression(), on digits: Digits, shuffle: Bool = true,
    epochs: Int = 2, report: Report = { print($0) }
  ) throws {
    let trainSet = try TensorDataset(digits.xTrain, digits.yTrain)
    let validSet = try TensorDataset(digits.xValid, digits.yValid)
    let trainLoader = try DataLoader(trainSet, batchSize: 64, shuffle: shuffle)
    let validLoader = try DataLoader(validSet, batchSize: 128)
    let optimizer = try SGD(model.parameters(), learningRate: 0.5)

    for epoch in 0..<epochs {
      // Some layers, such as dropout, behave differently while training. This model has none, but
      // the loop should not have to know that.
      model.train()
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

      model.eval()
      var totalLoss = 0.0
      var totalCorrect = 0.0
      try noGrad {
        try validLoader.forEach { xb, yb in
          let prediction = try model(xb)
          // The last batch is shorter, so batches count by their sizes.
          totalLoss += try crossEntropy(prediction, yb).item() * Double(yb.count)
          totalCorrect += try correct(prediction, yb)
        }
      }
      report(
        .validation(
          epoch: epoch, loss: totalLoss / Double(validSet.count),
          accuracy: totalCorrect / Double(validSet.count)))
    }
  }
}
