import Martlet

/// Step 11: the same network as a `Sequential`, without a class of its own.
///
/// What is not a layer, such as a change of shape, becomes one in a `Lambda`.
enum Step11SequentialLambda {
  static func model() -> Sequential {
    Sequential {
      Lambda { (xb: Tensor) in try xb.reshape(-1, 1, 28, 28) }
      Conv2d(1, 16, kernelSize: 3, stride: 2, padding: 1)
      ReLU()
      Conv2d(16, 16, kernelSize: 3, stride: 2, padding: 1)
      ReLU()
      Conv2d(16, 10, kernelSize: 3, stride: 2, padding: 1)
      ReLU()
      AvgPool2d(4)
      Lambda { (xb: Tensor) in try xb.flatten(from: 1) }
    }
  }

  static func train(
    _ model: Sequential = model(), on digits: Digits, shuffle: Bool = true, epochs: Int = 2,
    report: Report = { print($0) }
  ) throws {
    let (train, valid) = try Step09FitAndGetData.getData(digits, batchSize: 64, shuffle: shuffle)
    let optimizer = try SGD(model.parameters(), learningRate: 0.1, momentum: 0.9)
    try Step09FitAndGetData.fit(
      model, { try crossEntropy($0, $1) }, optimizer, train: train, valid: valid, epochs: epochs,
      report: report)
  }
}
