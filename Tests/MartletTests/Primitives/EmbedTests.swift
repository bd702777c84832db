import Testing

@testable import Martlet

/// Boxes of elements among others: padding, and gradients of slices, with rows long enough to be
/// filled around.
@Suite struct EmbedTests {
  static let boxes: [(shape: [Int], padding: [Int])] = [
    ([5, 70], [0, 0, 1, 2]), ([3, 100], [70, 0]), ([3, 100], [0, 65]),
    ([2, 3, 80], [90, 66, 1, 0]),
    ([4, 2, 90], [1, 2, 0, 3, 2, 1]), ([3, 4, 5, 6], [1, 0, 0, 2, 3, 0]), ([200], [300, 5]),
    ([1, 1, 64], [0, 64, 2, 0]), ([0, 80], [3, 3, 1, 1]),
  ]

  @Test(arguments: boxes.indices, [0.0, -2.5]) func padding(_ number: Int, _ value: Double) throws {
    let (shape, padding) = Self.boxes[number]
    let x = Tensor.randn(shape)
    let result = try pad(x, padding, value: value)
    // Element by element, where its index says.
    let from = try x.array(of: Float.self)
    var wanted = [Float](repeating: Float(value), count: result.count)
    for position in 0..<from.count {
      var (rest, place, step) = (position, 0, 1)
      for dim in shape.indices.reversed() {
        let k = shape.count - 1 - dim
        let before = 2 * k < padding.count ? padding[2 * k] : 0
        place += (rest % shape[dim] + before) * step
        rest /= shape[dim]
        step *= result.shape[dim]
      }
      wanted[place] = from[position]
    }
    let expected = try Tensor(wanted, shape: result.shape)
    #expect(result == expected)
    // The gradient of taking the elements out is that of zeros around them.
    if value == 0, x.count > 0 {
      let whole = try Tensor.randn(result.shape).requiringGrad()
      var part = whole
      for k in 0..<padding.count / 2 {
        let dim = shape.count - 1 - k
        part = try part.narrow(dim, start: padding[2 * k], length: shape[dim])
      }
      try (part * x).sum().backward()
      #expect(whole.grad == expected)
    }
  }
}
