import Martlet

/// What hands out batches of inputs and labels, an epoch at each call.
protocol Batches {
  func forEach(_ body: ((Tensor, Tensor)) throws -> Void) throws
}

extension DataLoader: Batches where Batch == (Tensor, Tensor) {}

/// Step 9: `fit` and `getData`.
///
/// Nothing in the loop is particular to this model, these data or this optimizer. Training becomes
/// three lines: get the data, make a model with an optimizer, fit. The steps that follow change the
/// model only.
enum Step09FitAndGetData {
  typealias LogisticRegression = Step04Linear.LogisticRegression
  typealias Loss = (_ prediction: Tensor, _ target: Tensor) throws -> Tensor

  /// Loaders of training and validation batches, the latter twice as large.
  static func getData(_ digits: Digits, batchSize: Int, shuffle: Bool = true) throws -> (
    train: DataLoader<(Tensor, Tensor)>, valid: DataLoader<(Tensor, Tensor)>
  ) {
    let trainSet = try TensorDataset(digits.xTrain, digits.yTrain)
    let validSet = try TensorDataset(digits.xValid, digits.yValid)
    return (
      try DataLoader(trainSet, batchSize: batchSize, shuffle: shuffle),
      try DataLoader(validSet, batchSize: batchSize * 2)
    )
  }

  /// Trains for some epochs, validating after each.
  static func fit(
    _ model: some Module<Tensor, Tensor>, _ lossFunction: Loss, _ optimizer: any Optimizer,
    train: some Batches, valid: some Batches, epochs: Int, report: Report
  ) throws {
    for epoch in 0..<epochs {
      model.train()
      var i = 0
      try train.forEach { xb, yb in
        let loss = try lossFunction(model(xb), yb)
        if i % 25 == 24 { report(.batch(epoch: epoch, iteration: i, loss: try loss.item())) }
        try loss.backward()
        try optimizer.step()
        optimizer.zeroGrad()
        i += 1
      }

      model.eval()
      let (loss, accuracy) = try evaluate(model, lossFunction, on: valid)
      report(.validation(epoch: epoch, loss: loss, accuracy: accuracy))
    }
  }

  /// The mean loss over all examples, and the share of them that the model gets right.
  static func evaluate(
    _ model: some Module<Tensor, Tensor>, _ lossFunction: Loss, on batches: some Batches
  ) throws -> (loss: Double, accuracy: Double) {
    var loss = 0.0
    var correct = 0.0
    var count = 0.0
    try noGrad {
      try batches.forEach { xb, yb in
        let prediction = try model(xb)
        loss += try lossFunction(prediction, yb).item() * Double(yb.count)
        correct += try Step08Validation.correct(prediction, yb)
        count += Double(yb.count)
      }
    }
    return (loss / count, correct / count)
  }

  static func train(
    _ model: LogisticRegression = LogisticRegression(), on digits: Digits, shuffle: Bool = true,
    epochs: Int = 2, report: Report = { print($0) }
  ) throws {
    let (train, valid) = try getData(digits, batchSize: 64, shuffle: shuffle)
    let optimizer = try SGD(model.parameters(), learningRate: 0.5)
    try fit(
      model, { try crossEntropy($0, $1) }, optimizer, train: train, valid: valid, epochs: epochs,
      report: report)
  }
}
