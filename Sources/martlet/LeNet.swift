import Martlet

/// A small convolutional network for images `[N, 1, 28, 28]`, of the size and shape of LeNet-5.
///
/// LeCun et al., "Gradient-based learning applied to document recognition", 1998.
final class LeNet: Module {
  let conv1 = Conv2d(1, 16, kernelSize: 5, padding: 2)
  let conv2 = Conv2d(16, 32, kernelSize: 5)
  let pool = MaxPool2d(2)
  let fc1 = Linear(32 * 5 * 5, 120)
  let fc2 = Linear(120, 10)

  /// Logits `[N, 10]`.
  func forward(_ x: Tensor) throws -> Tensor {
    let x = try pool(conv1(x).relu())
    let y = try pool(conv2(x).relu())
    return try fc2(fc1(y.flatten(from: 1)).relu())
  }
}
