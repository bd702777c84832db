import Martlet

/// Step 13: pooling to a size instead of by a size.
///
/// `AdaptiveAvgPool2d(1)` takes the mean over whatever the convolutions leave of the image, so that
/// the network works for images of any size.
enum Step13AdaptivePooling {
  static func model() -> Sequential {
    Sequential {
      Conv2d(1, 16, kernelSize: 3, stride: 2, padding: 1)
      ReLU()
      Conv2d(16, 16, kernelSize: 3, stride: 2, padding: 1)
      ReLU()
      Conv2d(16, 10, kernelSize: 3, stride: 2, padding: 1)
      ReLU()
      AdaptiveAvgPool2d(1)
      Lambda { (xb: Tensor) in try xb.flatten(from: 1) }
    }
  }

  static func train(
    _ model: Sequential = model(), on digits: Digits, shuffle: Bool = true, epochs: Int = 2,
    report: Report = { print($0) }
  ) throws {
    try Step12WrappedLoader.train(
      model, on: digits, shuffle: shuffle, epochs: epochs, report: report)
  }
}
