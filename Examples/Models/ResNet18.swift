import Martlet

/// ResNet-18 for images of 32 x 32: a 3x3 stem and no max pooling.
///
/// He et al., "Deep Residual Learning for Image Recognition", 2016.
package final class ResNet18: Module {
  private let body: Sequential

  package init(channels: Int = 3, classes: Int = 10) {
    var layers: [any Module<Tensor, Tensor>] = [
      Conv2d(channels, 64, kernelSize: 3, padding: 1, bias: false), BatchNorm2d(64), ReLU(),
    ]
    var input = 64
    for (width, stride) in [
      (64, 1), (64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), (512, 1),
    ] {
      layers.append(BasicBlock(input, width, stride: stride))
      input = width
    }
    body = Sequential(layers + [AdaptiveAvgPool2d(1), Flatten(), Linear(512, classes)])
  }

  /// Scores `[N, classes]` of images `[N, channels, 32, 32]`.
  package func forward(_ x: Tensor) throws -> Tensor { try body(x) }
}

/// Two convolutions beside a shortcut.
final class BasicBlock: Module {
  private let conv1: Conv2d
  private let bn1: BatchNorm2d
  private let conv2: Conv2d
  private let bn2: BatchNorm2d
  private let short: Sequential

  init(_ input: Int, _ output: Int, stride: Int) {
    conv1 = Conv2d(input, output, kernelSize: 3, stride: stride, padding: 1, bias: false)
    bn1 = BatchNorm2d(output)
    conv2 = Conv2d(output, output, kernelSize: 3, padding: 1, bias: false)
    bn2 = BatchNorm2d(output)
    short =
      stride == 1 && input == output
      ? Sequential()
      : Sequential(
        Conv2d(input, output, kernelSize: 1, stride: stride, bias: false), BatchNorm2d(output))
  }

  func forward(_ x: Tensor) throws -> Tensor {
    let y = try bn1(conv1(x)).relu()
    return try (bn2(conv2(y)) + short(x)).relu()
  }
}
