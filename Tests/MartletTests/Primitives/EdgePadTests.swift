import Testing

@testable import Martlet

/// Padding from a tensor's own elements, position by position; in either layout.
@Suite struct EdgePadTests {
  static let settings: [(shape: [Int], padding: [Int])] = [
    ([2, 5], [4, 3]), ([1, 3, 7], [0, 5]), ([2, 3, 4, 6], [1, 2, 3, 0]), ([3, 1, 4], [2, 2]),
    ([2, 2, 3, 4, 5], [1, 2, 0, 1, 2, 2]), ([0, 3, 4], [1, 1]), ([2, 3, 40, 50], [7, 20, 30, 1]),
    ([2, 6, 5], [-1, 3]), ([2, 6, 5, 8], [2, 1, -2, 3]),
  ]

  private func source(_ position: Int, _ size: Int, _ mode: PaddingMode, cut: (Int, Int)) -> Int {
    switch mode {
    case .reflect:
      return position < 0 ? -position : position >= size ? 2 * (size - 1) - position : position
    case .circular:
      let kept = size - cut.0 - cut.1
      return cut.0 + ((position - cut.0) % kept + kept) % kept
    default: return min(max(position, 0), size - 1)
    }
  }

  @Test(arguments: settings.indices, [PaddingMode.reflect, .replicate, .circular])
  func positions(_ number: Int, _ mode: PaddingMode) throws {
    let (shape, padding) = Self.settings[number]
    let x = Tensor.randn(shape)
    var expected = x
    var isPossible = true
    for k in 0..<padding.count / 2 {
      let dim = shape.count - 1 - k
      let (before, after, size) = (padding[2 * k], padding[2 * k + 1], shape[dim])
      let limit = mode == .reflect ? size - 1 : mode == .circular ? size : Int.max
      isPossible = isPossible && before <= limit && after <= limit
      let cut = (max(-before, 0), max(-after, 0))
      let list = (-before..<size + after).map { source($0, size, mode, cut: cut) }
      if isPossible { expected = try expected.indexSelect(dim, Tensor(list)) }
    }
    guard isPossible else {
      #expect(errorText { try pad(x, padding, mode: mode) }.contains("are more than the"))
      return
    }
    #expect(try pad(x, padding, mode: mode) == expected)
    #expect(try pad(x.to(.int64), padding, mode: mode) == expected.to(.int64))
    if shape.count == 4 { #expect(try pad(x.channelsLast(), padding, mode: mode) == expected) }
    let weight = Tensor.randn(expected.shape)
    let (a, b) = (try x.requiringGrad(), try x.clone().requiringGrad())
    try (pad(a, padding, mode: mode) * weight).sum().backward()
    var reference = b
    for k in 0..<padding.count / 2 {
      let dim = shape.count - 1 - k
      let (before, after, size) = (padding[2 * k], padding[2 * k + 1], shape[dim])
      let cut = (max(-before, 0), max(-after, 0))
      let list = (-before..<size + after).map { source($0, size, mode, cut: cut) }
      reference = try reference.indexSelect(dim, Tensor(list))
    }
    try (reference * weight).sum().backward()
    let (mine, theirs) = (try #require(a.grad), try #require(b.grad))
    #expect(try mine.allClose(theirs, rtol: 1e-5, atol: 1e-5))
  }
}
