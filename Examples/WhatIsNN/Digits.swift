import Martlet
import MartletVision

/// What the steps train and validate on: images as rows of 784 pixels from 0 to 1, float32 `[N,
/// 784]`, and labels, int64 `[N]`.
struct Digits {
  let xTrain: Tensor
  let yTrain: Tensor
  let xValid: Tensor
  let yValid: Tensor

  init(_ mnist: MNIST) throws {
    xTrain = try Self.pixels(mnist.train.images)
    yTrain = mnist.train.labels
    xValid = try Self.pixels(mnist.test.images)
    yValid = mnist.test.labels
  }

  private static func pixels(_ images: Tensor) throws -> Tensor {
    try images.reshape(-1, 784).to(.float32) / 256
  }
}
