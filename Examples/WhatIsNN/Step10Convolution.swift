import Martlet

/// Step 10: a convolutional network, trained by the same `fit`.
///
/// Three convolutions, each halving the image, see parts of the digit at growing scale; the mean
/// over what is left of the image gives a score for each class. Momentum keeps the optimizer going
/// in the direction of the steps before.
enum Step10Convolution {
  final class ConvolutionalNet: Module {
    let conv1 = Conv2d(1, 16, kernelSize: 3, stride: 2, padding: 1)
    let conv2 = Conv2d(16, 16, kernelSize: 3, stride: 2, padding: 1)
    let conv3 = Conv2d(16, 10, kernelSize: 3, stride: 2, padding: 1)

    /// Rows of pixels `[N, 784]` to scores `[N, 10]`.
    func forward(_ xb: Tensor) throws -> Tensor {
      var xb = try xb.reshape(-1, 1, 28, 28)
      xb = try conv1(xb).relu()
      xb = try conv2(xb).relu()
      xb = try conv3(xb).relu()
      xb = try avgPool2d(xb, kernelSize: [4])
      return try xb.reshape(-1, 10)
    }
  }

  static func train(
    _ model: ConvolutionalNet = ConvolutionalNet(), on digits: Digits, shuffle: Bool = true,
    epochs: Int = 2, report: Report = { print($0) }
  ) throws {
    let (train, valid) = try Step09FitAndGetData.getData(digits, batchSize: 64, shuffle: shuffle)
    let optimizer = try SGD(model.parameters(), learningRate: 0.1, momentum: 0.9)
    try Step09FitAndGetData.fit(
      model, { try crossEntropy($0, $1) }, optimizer, train: train, valid: valid, epochs: epochs,
      report: report)
  }
}
