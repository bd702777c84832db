import Testing

@testable import Martlet

/// Shapes of a model that would not fit into memory.
@Suite struct NullDeviceTests {
  func ghost(_ shape: [Int], requiresGrad: Bool = false) -> Tensor {
    Tensor.zeros(shape, device: .null, requiresGrad: requiresGrad)
  }

  @Test func smallConvolutionNetwork() throws {
    // 2^20 images: 4.7 TB of activations after the first layer.
    let batch = 1 << 20
    var x = ghost([batch, 3, 224, 224])
    x = try conv2d(x, ghost([64, 3, 7, 7]), ghost([64]), stride: [2], padding: [3]).relu()
    #expect(x.shape == [batch, 64, 112, 112])
    x = try maxPool2d(x, kernelSize: [3], stride: [2], padding: [1])
    #expect(x.shape == [batch, 64, 56, 56])
    var mean: Tensor? = ghost([64])
    var variance: Tensor? = ghost([64])
    x = try batchNorm(
      x, runningMean: &mean, runningVar: &variance, weight: ghost([64]), training: true)
    x = try x + conv2d(x, ghost([64, 1, 3, 3]), padding: [1], groups: 64).gelu()
    x = try adaptiveAvgPool2d(x, outputSize: [1, 1]).flatten(from: 1)
    #expect(x.shape == [batch, 64])
    x = try linear(x, ghost([1000, 64]), ghost([1000]))
    let labels = Tensor.zeros([batch], dtype: .int64, device: .null)
    let loss = try crossEntropy(x, labels)
    #expect(loss.shape == [] && loss.device == .null && loss.dtype == .float32)
    #expect(try x.softmax(dim: 1).argmax(1).dtype == .int64)
  }

  @Test func gradients() throws {
    let w = ghost([1 << 20, 1 << 20], requiresGrad: true)
    let y = try ghost([4, 1 << 20]).matmul(w).sigmoid().mean()
    try y.backward()
    let gradient = try #require(w.grad)
    #expect(gradient.shape == w.shape && gradient.device == .null)
  }

  @Test func shapesAreCheckedAsEver() {
    #expect(
      errorText { try ghost([2, 3]).matmul(ghost([2, 3])) }
        == "matmul: inner sizes differ (3 and 2): [2, 3] x [2, 3]")
  }

  @Test func viewsAndUpdates() throws {
    var x = ghost([1 << 40])
    try x += 1
    try x.assign(0, at: 1..<5)
    #expect(x.shape == [1 << 40] && x.device == .null)
    #expect(try x.reshape(1 << 20, -1).t()[3].shape == [1 << 20])
    #expect(try cat([x, x]).shape == [1 << 41])
    #expect(try x[[3, 5]].shape == [2])
    #expect(try x.sort().values.shape == [1 << 40])
  }
}
