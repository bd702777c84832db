import Martlet

/// Batches of another source, each changed on its way.
struct WrappedLoader<Source: Batches>: Batches {
  let source: Source
  let transform: (_ xb: Tensor, _ yb: Tensor) throws -> (Tensor, Tensor)

  func forEach(_ body: ((Tensor, Tensor)) throws -> Void) throws {
    try source.forEach { xb, yb in try body(transform(xb, yb)) }
  }
}

/// Step 12: the loader makes images of the rows of pixels.
///
/// How the data are stored is no business of the model: it takes images `[N, 1, 28, 28]` from any
/// source.
enum Step12WrappedLoader {
  static func model() -> Sequential {
    Sequential {
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

  static func preprocess(_ xb: Tensor, _ yb: Tensor) throws -> (Tensor, Tensor) {
    (try xb.reshape(-1, 1, 28, 28), yb)
  }

  static func train(
    _ model: Sequential = model(), on digits: Digits, shuffle: Bool = true, epochs: Int = 2,
    report: Report = { print($0) }
  ) throws {
    let (train, valid) = try Step09FitAndGetData.getData(digits, batchSize: 64, shuffle: shuffle)
    let optimizer = try SGD(model.parameters(), learningRate: 0.1, momentum: 0.9)
    try Step09FitAndGetData.fit(
      model, { try crossEntropy($0, $1) }, optimizer,
      train: WrappedLoader(source: train, transform: preprocess),
      valid: WrappedLoader(source: valid, transform: preprocess), epochs: epochs, report: report)
  }
}
