import Testing

@testable import Martlet

@Suite struct PoolingGradientTests {
  typealias Case = (String, [Int], @Sendable (Tensor) throws -> Tensor)

  static let cases: [Case] = [
    ("max 1d", [2, 2, 6], { try maxPool1d($0, kernelSize: [2]) }),
    ("max 2d overlapping", [1, 2, 4, 5], { try maxPool2d($0, kernelSize: [3, 2], stride: [1]) }),
    (
      "max 2d padded", [1, 1, 4, 4],
      { try maxPool2d($0, kernelSize: [3], stride: [2], padding: [1]) }
    ),
    (
      "max 2d dilated", [1, 1, 5, 5],
      { try maxPool2d($0, kernelSize: [2], stride: [1], dilation: [2]) }
    ),
    ("max 2d ceil", [2, 5, 5], { try maxPool2d($0, kernelSize: [2], ceilMode: true) }),
    ("max 3d", [1, 1, 2, 4, 3], { try maxPool3d($0, kernelSize: [2, 2, 1]) }),
    ("max channels last", [1, 3, 4, 4], { try maxPool2d($0.channelsLast(), kernelSize: [2]) }),
    (
      "max of a transposed one", [1, 1, 4, 3],
      { try maxPool2d($0.transpose(2, 3), kernelSize: [2], stride: [1]) }
    ),
    (
      "max with indices", [1, 2, 4, 4],
      { try maxPoolWithIndices($0, spatialRank: 2, kernelSize: [2]).values }
    ),
    ("avg 1d", [2, 2, 6], { try avgPool1d($0, kernelSize: [3], stride: [2]) }),
    ("avg 2d", [1, 2, 4, 4], { try avgPool2d($0, kernelSize: [2]) }),
    (
      "avg 2d padded", [1, 1, 4, 5],
      { try avgPool2d($0, kernelSize: [3], stride: [2], padding: [1]) }
    ),
    (
      "avg 2d without padding's zeros", [1, 1, 4, 4],
      { try avgPool2d($0, kernelSize: [3], stride: [2], padding: [1], countIncludePad: false) }
    ),
    ("avg 2d ceil", [1, 1, 5, 5], { try avgPool2d($0, kernelSize: [2], ceilMode: true) }),
    ("avg 2d divisor", [1, 1, 4, 4], { try avgPool2d($0, kernelSize: [2], divisorOverride: 3) }),
    ("avg 3d", [1, 1, 2, 4, 3], { try avgPool3d($0, kernelSize: [2, 2, 1]) }),
    ("avg channels last", [1, 3, 4, 4], { try avgPool2d($0.channelsLast(), kernelSize: [2]) }),
    ("adaptive", [1, 2, 5, 4], { try adaptiveAvgPool2d($0, outputSize: [3, 2]) }),
    ("adaptive even", [2, 4, 4], { try adaptiveAvgPool2d($0, outputSize: [2, 4]) }),
    ("empty batch", [0, 1, 4, 4], { try maxPool2d($0, kernelSize: [2]) }),
  ]

  @Test(arguments: cases.indices) func derivative(_ number: Int) throws {
    let (name, shape, function) = Self.cases[number]
    expectGradients(name, [try numbers(anywhere, shape)]) { try function($0[0]).square() }
    expectGradients(name, [try numbers(anywhere, shape)]) { try function($0[0]) }
  }

  @Test func firstOfEqualOnesTakesAll() throws {
    let x = Tensor.ones([1, 1, 2, 2], requiresGrad: true)
    try maxPool2d(x, kernelSize: [2]).backward(Tensor.ones([1, 1, 1, 1]))
    #expect(try #require(x.grad).array(of: Int.self) == [1, 0, 0, 0])
  }
}
