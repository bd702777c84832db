import Testing

@testable import Martlet

/// What is wrong with a layer's arguments is thrown at its first use, and names layer and argument.
@Suite struct LayerArgumentTests {
  @Test func parametersSayWhatIsWrong() {
    let x = Tensor.ones([1, 4, 8, 8])
    #expect(
      errorText { try Linear(-1, 2)(x) }
        == "Linear: inFeatures must be at least 0, not -1, in Linear")
    #expect(
      errorText { try Conv2d(4, 6, kernelSize: 3, groups: 4)(x) }
        == "Conv2d: 4 groups do not divide 4 and 6 channels, in Conv2d")
    #expect(
      errorText { try Conv2d(4, 4, kernelSize: 3, groups: 0)(x) }
        == "Conv2d: groups must be at least 1, not 0, in Conv2d")
    #expect(
      errorText { try Conv2d(4, 4, kernelSize: [3, 3, 3])(x) }
        == "Conv2d: kernelSize [3, 3, 3] should have one number, or 2, of at least 1, in Conv2d")
    #expect(
      errorText { try Conv2d(4, 4, kernelSize: 3, stride: 2, padding: .same)(x) }
        == "Conv2d: the padding .same needs a stride of 1, not [2], in Conv2d")
    #expect(
      errorText { try Conv2d(4, 4, kernelSize: 3, padding: [1, -1], paddingMode: .reflect)(x) }
        == "Conv2d: padding [1, -1] should have one number, or 2, of at least 0, in Conv2d")
    #expect(
      errorText { try ConvTranspose2d(4, 4, kernelSize: 3, outputPadding: -1)(x) }
        == "ConvTranspose2d: outputPadding [-1, -1] should have one number, or 2, of at least 0"
        + ", in ConvTranspose2d")
    #expect(
      errorText { try BatchNorm2d(-3)(x) }
        == "BatchNorm2d: the number of channels must be at least 0, not -3, in BatchNorm2d")
    #expect(
      errorText { try GroupNorm(3, 4)(x) }
        == "GroupNorm: 3 groups do not divide 4 channels, in GroupNorm")
    #expect(
      errorText { try Embedding(4, 2, paddingIndex: 4)(Tensor([1])) }
        == "Embedding: the padding index 4 is none of 4 rows, in Embedding")
    #expect(
      errorText { try PReLU(0)(x) }
        == "PReLU: the number of weights must be at least 1, not 0, in PReLU")
    #expect(
      errorText { try LinearCrossEntropyLoss(3, 2, labelSmoothing: 2)(x, x) }
        == "LinearCrossEntropyLoss: labelSmoothing must be from 0 to 1, not 2.0"
        + ", in LinearCrossEntropyLoss")
  }

  /// Numbers of any size are refused, not computed with.
  @Test func extremeNumbers() {
    let x = Tensor.ones([1, 4, 8, 8])
    let (huge, tiny) = (Int.max, Int.min)
    let list: [any Module<Tensor, Tensor>] = [
      Conv2d(huge, huge, kernelSize: 3), Conv2d(4, 4, kernelSize: huge),
      Conv2d(4, 4, kernelSize: 3, padding: huge),
      Conv2d(4, 4, kernelSize: 3, padding: huge, paddingMode: .circular),
      Conv2d(4, 4, kernelSize: huge, padding: .same, dilation: huge, paddingMode: .reflect),
      ConvTranspose2d(4, huge, kernelSize: huge, stride: huge),
      ConvTranspose2d(tiny, 4, kernelSize: tiny), BatchNorm2d(huge), GroupNorm(tiny, tiny),
      LayerNorm([huge, huge]), Linear(huge, huge), Embedding(huge, huge), PReLU(huge),
      MaxPool2d(huge), AvgPool2d(tiny), AdaptiveAvgPool2d(huge), ZeroPad2d(huge),
      ReflectionPad2d(tiny), PixelShuffle(huge), PixelUnshuffle(tiny), ChannelShuffle(huge),
      Unfold(huge, dilation: huge, padding: huge), Fold(huge, huge), Flatten(huge, tiny),
      Unflatten(tiny, [huge, huge]), LPPool2d(2, huge), LocalResponseNorm(huge),
      Upsample(size: huge), GLU(dim: huge), Dropout(.nan), Embedding(3, 3, paddingIndex: tiny),
    ]
    for layer in list {
      #expect(throws: TensorError.self, "\(layer.layerName)") { try layer(x) }
      _ = layer.description
    }
  }

  @Test func ranksOfInputs() {
    #expect(
      errorText { try BatchNorm1d(4)(Tensor.ones([2, 4, 3, 3])) }
        == "BatchNorm1d: a tensor of 4 dimensions, expected 2 or 3, in BatchNorm1d")
    #expect(
      errorText { try Dropout2d()(Tensor.ones([2, 4])) }
        == "Dropout2d: a tensor of 2 dimensions, expected 3 or 4, in Dropout2d")
    #expect(
      errorText { try CircularPad2d([1, 2])(Tensor.ones([2, 4, 4])) }
        == "CircularPad2d: 2 amounts, expected one, or 4, in CircularPad2d")
    #expect(
      errorText { try Softmax2d()(Tensor.ones([2, 4])) }
        == "Softmax2d: a tensor of 2 dimensions, expected 3 or 4, in Softmax2d")
  }
}
