import Testing

@testable import Martlet

@Suite struct WindowLayerTests {
  /// Padding modes and `.same` are `pad` followed by a convolution without padding.
  @Test func paddingModes() throws {
    let x = Tensor.randn([2, 3, 6, 7])
    for mode in [PaddingMode.constant, .reflect, .replicate, .circular] {
      let conv = Conv2d(3, 4, kernelSize: [2, 3], padding: [1, 2], paddingMode: mode)
      let wanted = try conv2d(
        pad(x, [2, 2, 1, 1], mode: mode), conv.weight.value, conv.bias?.value)
      #expect(try conv(x).allClose(wanted, rtol: 1e-5, atol: 1e-6))
      // An even kernel needs one more at the end.
      let same = Conv2d(
        3, 4, kernelSize: [2, 3], padding: .same, dilation: [3, 1], paddingMode: mode)
      let framed = try conv2d(
        pad(x, [1, 1, 1, 2], mode: mode), same.weight.value, same.bias?.value, dilation: [3, 1])
      #expect(try same(x).allClose(framed, rtol: 1e-5, atol: 1e-6))
      #expect(try same(x[0]).allClose(framed[0], rtol: 1e-5, atol: 1e-6))
    }
  }

  /// The sizes that a convolution with a stride forgets.
  @Test func outputSizes() throws {
    let up = ConvTranspose2d(2, 3, kernelSize: 3, stride: 2, padding: 1)
    let x = Tensor.randn([1, 2, 4, 4])
    #expect(try up(x).shape == [1, 3, 7, 7])
    let y = try up(x, outputSize: [8, 7])
    #expect(y.shape == [1, 3, 8, 7])
    #expect(try y[.all, .all, 0..<7].allClose(up(x), rtol: 1e-5, atol: 1e-6))
    #expect(
      errorText { try up(x, outputSize: [6, 7]) }
        == "ConvTranspose2d: an output of [6, 7] is less than [7, 7], which follows from the windows"
        + ", in ConvTranspose2d")
    final class Net: Module {
      let pool = MaxPool2d(2)
      func forward(_ x: Tensor) throws -> Tensor { try pool.withIndices(x).indices }
    }
    #expect(
      errorText { try Net()(Tensor.ones([2])) }
        == "maxPool2d: a tensor of 1 dimension, expected 3 or 4, in pool (MaxPool2d)")
    #expect(throws: TensorError.self) { try up(x, outputSize: [9, 7]) }
    #expect(throws: TensorError.self) { try up(x, outputSize: [.max, .min]) }
    #expect(throws: TensorError.self) { try up(x, outputSize: [7]) }
  }

  @Test func unpoolingReversesPooling() throws {
    let x = try Tensor([[[1.0, 3.0, 2.0, 0.0, 5.0]]])
    let (values, places) = try MaxPool1d(2).withIndices(x)
    #expect(try values == Tensor([[[3.0, 2.0]]]))
    #expect(try places == Tensor([[[1, 2]]]))
    #expect(try MaxUnpool1d(2)(values, places) == Tensor([[[0.0, 3.0, 2.0, 0.0]]]))
    #expect(
      try MaxUnpool1d(2)(values, places, outputSize: [5]) == Tensor([[[0.0, 3.0, 2.0, 0.0, 0.0]]]))
    let (peaks, where_) = try AdaptiveMaxPool1d(2).withIndices(x)
    #expect(try peaks == Tensor([[[3.0, 5.0]]]))
    #expect(try where_ == Tensor([[[1, 4]]]))
  }

  @Test func powersOfWindows() throws {
    let x = try Tensor([[[3.0, -4.0, 1.0, 2.0, 2.0]]])
    #expect(try LPPool1d(2, 2)(x).allClose(Tensor([[[5.0, 5.0.squareRoot()]]]), rtol: 1e-6))
    // The mean power of the last window stands for what it lacks.
    #expect(
      try LPPool1d(2, 2, ceilMode: true)(x)
        .allClose(Tensor([[[5.0, 5.0.squareRoot(), 8.0.squareRoot()]]]), rtol: 1e-6))
    #expect(try LPPool1d(.infinity, 2)(x) == Tensor([[[4.0, 2.0]]]))
    #expect(try LPPool1d(-.infinity, 2)(x) == Tensor([[[3.0, 1.0]]]))
    #expect(throws: TensorError.self) { try LPPool1d(0, 2)(x) }
  }

  /// Fractional windows with given numbers are the same each time, others are not.
  @Test func fractionalSamples() throws {
    let x = Tensor.randn([2, 3, 9, 9])
    let fixed = FractionalMaxPool2d(2, outputRatio: [0.6], samples: Tensor.rand([2, 3, 2]))
    #expect(try fixed(x) == fixed(x))
    #expect(try fixed(x).shape == [2, 3, 5, 5])
    #expect(fixed.stateDict().names == ["_random_samples"])
    let (values, places) = try FractionalMaxPool2d(2, outputSize: 5).withIndices(x)
    #expect(try x.flatten(from: 2).gather(2, places.flatten(from: 2)) == values.flatten(from: 2))
    #expect(throws: TensorError.self) { try FractionalMaxPool2d(2)(x) }
  }

  @Test func channelsAreDroppedWhole() throws {
    try withSeed(6) {
      for (layer, shape, channelDims) in [
        (Dropout1d(0.5), [50, 40, 3], 2), (Dropout1d(0.5), [50, 3], 1),
        (Dropout2d(0.5), [10, 40, 3, 2], 2), (Dropout3d(0.5), [10, 40, 3, 2, 2], 2),
        (Dropout3d(0.5), [40, 3, 2, 2], 1), (FeatureAlphaDropout(0.5), [20, 40, 3], 2),
      ] as [(any Module<Tensor, Tensor>, [Int], Int)] {
        let y = try layer(Tensor.ones(shape)).flatten(from: channelDims)
        #expect(try y.amax(-1) == y.amin(-1))
        #expect(try y.amax(-1).unique().count == 2)
        layer.eval()
        #expect(try layer(Tensor.ones(shape)) == Tensor.ones(shape))
      }
    }
  }
}
