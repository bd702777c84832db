import Testing

@testable import Martlet

/// Matrix products, linear layers and convolutions.
@Suite struct ContractionGradientTests {
  static let products: [([Int], [Int])] = [
    ([3], [3]), ([2, 3], [3]), ([3], [3, 2]), ([2, 3], [3, 4]), ([2, 2, 3], [3, 2]),
    ([2, 3], [2, 3, 2]), ([2, 1, 2, 3], [2, 3, 2]), ([0, 3], [3, 2]), ([2, 0], [0, 2]),
  ]

  @Test(arguments: products.indices) func matmul(_ number: Int) throws {
    let (a, b) = Self.products[number]
    let inputs = [try numbers(anywhere, a), try numbers(anywhere, b, 1)]
    expectGradients("\(a) x \(b)", inputs) { try $0[0].matmul($0[1]) }
    let flipped = try inputs.map { $0.rank < 2 ? $0 : try $0.mT.contiguous() }
    expectGradients("\(a) x \(b), transposed", flipped) {
      let x = $0[0].rank < 2 ? $0[0] : try $0[0].mT
      let y = $0[1].rank < 2 ? $0[1] : try $0[1].mT
      return try x.matmul(y)
    }
    expectGradients("only x", [inputs[0]]) { try $0[0].matmul(inputs[1]) }
    expectGradients("only y", [inputs[1]]) { try inputs[0].matmul($0[0]) }
  }

  @Test func expandedOperands() throws {
    expectGradients(
      "expanded", [try numbers(anywhere, [1, 3]), try numbers(anywhere, [3, 1], 1)]
    ) { try $0[0].expanded(2, 3).matmul($0[1].expanded(3, 2)) }
    expectGradients("with itself", [try numbers(anywhere, [3, 3])]) { try $0[0].matmul($0[0].t()) }
  }

  @Test func linearLayer() throws {
    let weight = try numbers(anywhere, [4, 3], 1)
    let bias = try numbers(anywhere, [4], 2)
    for shape in [[3], [2, 3], [2, 2, 3], [0, 3]] {
      let x = try numbers(anywhere, shape)
      expectGradients("\(shape)", [x, weight, bias]) { try linear($0[0], $0[1], $0[2]) }
      expectGradients("\(shape), no bias", [x, weight]) { try linear($0[0], $0[1]) }
    }
    expectGradients("only the bias", [bias]) {
      try linear(numbers(anywhere, [2, 3]), weight, $0[0])
    }
  }

  struct Geometry: Sendable {
    var x: [Int]
    var weight: [Int]
    var stride = [1]
    var padding = [0]
    var dilation = [1]
    var groups = 1

    func convolve(_ x: Tensor, _ weight: Tensor, _ bias: Tensor?) throws -> Tensor {
      switch self.weight.count {
      case 3:
        try conv1d(
          x, weight, bias, stride: stride, padding: padding, dilation: dilation, groups: groups)
      case 4:
        try conv2d(
          x, weight, bias, stride: stride, padding: padding, dilation: dilation, groups: groups)
      default:
        try conv3d(
          x, weight, bias, stride: stride, padding: padding, dilation: dilation, groups: groups)
      }
    }
  }

  static let geometries: [Geometry] = [
    Geometry(x: [2, 2, 5], weight: [2, 2, 3]),
    Geometry(x: [2, 6], weight: [2, 1, 2], stride: [2], padding: [1], groups: 2),
    Geometry(x: [1, 1, 7], weight: [1, 1, 3], stride: [3], padding: [2], dilation: [2]),
    Geometry(x: [2, 2, 3, 4], weight: [1, 2, 2, 3]),
    Geometry(x: [1, 2, 4, 4], weight: [2, 2, 3, 3], stride: [2, 1], padding: [1, 0]),
    Geometry(x: [1, 4, 3, 3], weight: [4, 2, 2, 1], groups: 2),
    Geometry(x: [1, 3, 3, 3], weight: [3, 1, 2, 2], padding: [1], groups: 3),
    Geometry(x: [1, 1, 5, 4], weight: [1, 1, 2, 2], dilation: [2, 3]),
    Geometry(x: [1, 4, 4], weight: [1, 1, 1, 1], stride: [3]),
    Geometry(x: [0, 1, 3, 3], weight: [1, 1, 2, 2]),
    Geometry(x: [1, 1, 2, 3, 3], weight: [2, 1, 2, 2, 2]),
    Geometry(
      x: [1, 2, 3, 2, 3], weight: [2, 1, 2, 1, 2], stride: [1, 2, 1], padding: [0, 1, 0],
      dilation: [2, 1, 1], groups: 2),
  ]

  @Test(arguments: geometries.indices) func convolution(_ number: Int) throws {
    let g = Self.geometries[number]
    let x = try numbers(anywhere, g.x)
    let weight = try numbers(anywhere, g.weight, 1)
    let bias = try numbers(anywhere, [g.weight[0]], 2)
    expectGradients("\(g)", [x, weight, bias]) { try g.convolve($0[0], $0[1], $0[2]) }
    expectGradients("\(g), only x", [x]) { try g.convolve($0[0], weight, nil) }
    expectGradients("\(g), only the weight", [weight]) { try g.convolve(x, $0[0], nil) }
    if g.x.count == g.weight.count {
      expectGradients("\(g), channels last", [x, weight], twice: false) {
        try g.convolve($0[0].channelsLast(), $0[1].flip(0), nil)
      }
    }
  }
}
