import Testing

@testable import Martlet

/// Views, copies and joins.
@Suite struct ShapeGradientTests {
  typealias Case = (String, [Int], @Sendable (Tensor) throws -> Tensor)

  static let cases: [Case] = [
    ("reshape", [2, 6], { try $0.reshape(3, 4) }),
    ("reshape of a transposed one", [2, 6], { try $0.t().reshape(3, 4) }),
    ("view", [2, 6], { try $0.view(4, 3) }), ("flatten", [2, 3, 2], { try $0.flatten(from: 1) }),
    ("unflatten", [2, 6], { try $0.unflatten(1, [2, -1]) }),
    ("transpose", [2, 3], { try $0.transpose(0, 1) }),
    ("permute", [2, 3, 2], { try $0.permute(2, 0, 1) }),
    ("movedim", [2, 3, 2], { try $0.movedim(0, 2) }), ("squeeze", [2, 1, 3], { try $0.squeeze() }),
    ("unsqueezed", [2, 3], { try $0.unsqueezed(1) }),
    ("expanded", [2, 1], { try $0.expanded(3, 2, 4) }),
    ("expanded 0-d", [], { try $0.expanded(2, 2) }), ("flip", [2, 3], { try $0.flip(0, 1) }),
    ("narrow", [4, 2], { try $0.narrow(0, start: 1, length: 2) }),
    ("select", [3, 2], { try $0.select(1, -1) }),
    ("split", [5], { try $0.split(2)[1] * $0.split([2, 3])[1].narrow(0, start: 0, length: 2) }),
    ("chunk", [5], { try $0.chunk(2)[1] }),
    ("unbind", [3, 2], { try $0.unbind()[0] * $0.unbind()[2] }),
    ("diagonal", [3, 4], { try $0.diagonal(offset: 1) }),
    ("diagonal of transposed", [2, 3, 3], { try $0.permute(1, 0, 2).diagonal(dim1: 0, dim2: 2) }),
    ("unfold", [7], { try $0.unfold(0, size: 3, step: 2) }),
    ("unfold overlapping", [2, 5], { try $0.unfold(1, size: 3, step: 1) }),
    ("unfold of transposed", [4, 2], { try $0.t().unfold(1, size: 3, step: 1) }),
    ("repeat", [2, 2], { try $0.repeat(2, 1, 3) }),
    ("cat", [2, 3], { try cat([$0, $0 * 2, $0[.all, 1...]], dim: 1) }),
    ("cat of four", [2], { try cat([$0, $0, $0.exp(), $0]) }),
    ("cat with a constant", [2, 2], { try cat([Tensor.ones([1, 2], dtype: .float64), $0]) }),
    ("stack", [2, 3], { try stack([$0, $0.exp()], dim: 1) }),
    ("clone", [2, 3], { try $0.clone() }),
    ("contiguous", [2, 3], { try $0.t().contiguous() }),
    ("channelsLast", [2, 3, 2, 2], { try $0.channelsLast() * 2 }),
    ("slice", [4, 5], { try $0[1..<3, .slice(by: -2)] }),
    ("integers and new axes", [3, 4], { try $0[.newAxis, -1, .newAxis, 1...] }),
    ("empty slice", [3, 4], { try $0[2..<2] }), ("empty", [0, 3], { try $0.t().reshape(3, 0) }),
    ("slice of a slice", [6], { try $0[1...][.slice(by: 2)][..<2] }),
    (
      "slices that meet", [4, 5],
      { try $0[1..<3, .slice(by: -2)] * $0[..<2, ..<3] + $0[2..., 2...] * $0.exp()[0, 0] }
    ),
    (
      "slices that meet, of a transposed one", [2, 4, 3],
      {
        try ($0 * 2).permute(2, 0, 1)[1..., .all, 1...]
          * ($0 * 2).permute(2, 0, 1)[..<2, .all, ..<3]
      }
    ),
    (
      "slices of what is transposed twice", [2, 3, 4],
      { x in
        let y = try x.exp().permute(1, 2, 0)
        return try y[..<2, 1..., 0] * y[1..., ..<3, 1] + y.select(2, 0)[..<2, ..<3]
      }
    ),
    (
      "windows and slices that meet", [6],
      { x in
        let y = try x.exp()
        return try y.unfold(0, size: 3, step: 1)[..<3] * y[..<3] * y[3...]
      }
    ),
  ]

  @Test(arguments: cases.indices) func derivative(_ number: Int) throws {
    let (name, shape, function) = Self.cases[number]
    // Squared, so that second derivatives are not all zero.
    expectGradients(name, [try numbers(anywhere, shape)]) { try function($0[0]).square() }
    expectGradients(name, [try numbers(anywhere, shape)]) { try function($0[0]) }
  }

  @Test func throughOtherDtypes() throws {
    let x = try Tensor([1.0, 2.0], dtype: .float64, requiresGrad: true)
    let y = try x.to(.float32) * 3
    #expect(y.dtype == .float32)
    try y.sum().backward()
    let gradient = try #require(x.grad)
    #expect(gradient.dtype == .float64)
    #expect(try gradient.array(of: Double.self) == [3, 3])
    // Integers carry none.
    #expect(try !x.to(.int64).requiresGrad)
    // Each side of a promotion receives its own dtype.
    let half = try Tensor([1.0, 2.0], dtype: .float16, requiresGrad: true)
    try (half * x.detached()).sum().backward()
    #expect(try #require(half.grad).dtype == .float16)
  }
}
