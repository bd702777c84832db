import ExampleModels
import Martlet

/// An LSTM that reads digits line by line, as sequences of 28 lines of 28 pixels.
///
/// What the upper lines say has to be remembered to the end. 1,200 steps of 64 digits, some ten
/// seconds, read 95 of 100 new ones.
enum DigitLSTM {
  static func train(
    on digits: Digits, steps: Int = 1200, batchSize: Int = 64, report: Report = { print($0) }
  ) throws -> Double {
    let reader = LSTMClassifier(inputSize: 28, hiddenSize: 128, classes: 10)
    // [N, 1, 28, 28] as [N, 28, 28].
    let model = Sequential(Flatten(1, 2), reader)
    let optimizer = try Adam(model.parameters(), learningRate: 2e-3)
    let schedule = try CosineAnnealingLR(optimizer, tMax: steps)
    for step in 1...steps {
      let (images, labels) = try digits.randomBatch(batchSize)
      let loss = try crossEntropy(model(images), labels)
      optimizer.zeroGrad()
      try loss.backward()
      try clipGradNorm(model.parameters(), maxNorm: 1)
      try optimizer.step()
      try schedule.step()
      if step % 200 == 0 { report(.step(step, loss: try loss.item())) }
    }
    return try digits.accuracy(of: model)
  }
}
