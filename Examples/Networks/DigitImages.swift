import Martlet

extension Digits {
  /// Training images in random order, endlessly: batches of images, float32 `[N, 1, 28, 28]` from 0
  /// to 1, and labels `[N]`.
  func randomBatch(_ size: Int) throws -> (images: Tensor, labels: Tensor) {
    let rows = try Tensor.randint(0..<xTrain.size(0), [size])
    return (try xTrain[rows].reshape([size, 1, 28, 28]), try yTrain[rows])
  }

  /// The share of the first validation images whose class a model gives the highest score.
  func accuracy(of model: some Module<Tensor, Tensor>, count: Int = 2000) throws -> Double {
    let count = min(count, try xValid.size(0))
    model.eval()
    defer { model.train() }
    return try noGrad {
      var right = 0.0
      for first in stride(from: 0, to: count, by: 100) {
        let end = min(first + 100, count)
        let images = try xValid[first..<end].reshape([end - first, 1, 28, 28])
        right += try (model(images).argmax(1) .== yValid[first..<end]).sum().item()
      }
      return right / Double(count)
    }
  }
}
