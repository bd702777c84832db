import Testing

@testable import Martlet

/// A tensor is a value: whatever is written under one name, every other name keeps its elements.
@Suite struct ValueSemanticsTests {
  typealias Write = @Sendable (inout Tensor) throws -> Void

  static let writes: [(String, Write)] = [
    ("+= scalar", { try $0 += 1 }),
    ("+= tensor", { try $0 += Tensor.ones([3]) }),
    ("-= itself", { x in try x -= x }),
    ("*=", { try $0 *= 5 }),
    ("/=", { try $0 /= 2 }),
    ("fill", { try $0.fill(7) }),
    ("fill where", { try $0.fill(7, where: $0 .> 1) }),
    ("assign row", { try $0.assign(7, at: 0) }),
    ("assign slice", { try $0.assign(Tensor.zeros([2]), at: .ellipsis, 1..<3) }),
    ("assign list", { try $0.assign(7, at: [1, 0]) }),
    ("assign mask", { x in try x.assign(7, at: x .> 2) }),
    ("assign own part", { x in try x.assign(x[1], at: 0) }),
    ("add at", { try $0.add(Tensor.ones([3]), at: [0, 0]) }),
  ]

  /// Makes another name for (a part of) the elements.
  static let names: [(String, @Sendable (Tensor) throws -> Tensor)] = [
    ("copy", { $0 }), ("detached", { $0.detached() }), ("reshape", { try $0.reshape(3, 2) }),
    ("transpose", { try $0.t() }), ("row", { try $0[0] }), ("column", { try $0[.all, 1] }),
    ("slice", { try $0[.all, 1...] }), ("expanded", { try $0.expanded(4, 2, 3) }),
    ("flip", { try $0.flip(1) }), ("view of view", { try $0.t()[1...].flip(0)[.all, 1] }),
    ("to", { try $0.to(.float32) }), ("contiguous", { try $0.contiguous() }),
    ("abs", { try $0.abs() }), ("clone", { try $0.clone() }),
  ]

  @Test(arguments: writes.indices, names.indices)
  func otherNamesKeepTheirElements(_ write: Int, _ name: Int) throws {
    var x = try Tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    let other = try Self.names[name].1(x)
    let before = try other.array(of: Float.self)
    let own = try x.array(of: Float.self)
    try Self.writes[write].1(&x)
    #expect(
      try other.array(of: Float.self) == before, "\(Self.writes[write].0), \(Self.names[name].0)")
    #expect(try x.array(of: Float.self) != own)
  }

  @Test(arguments: names.indices) func writingAViewLeavesTheOriginal(_ name: Int) throws {
    let x = try Tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    let before = try x.array(of: Float.self)
    var other = try Self.names[name].1(x)
    try other.fill(0)
    try other += 1
    #expect(try other.array(of: Float.self).allSatisfy { $0 == 1 })
    #expect(try x.array(of: Float.self) == before)
  }

  @Test func viewsShareStorageAndCopiesDoNot() throws {
    let x = Tensor.ones([2, 3])
    for (name, make) in Self.names {
      let shares = try make(x).sharesStorage(with: x)
      #expect(shares == !["abs", "clone"].contains(name), "\(name)")
    }
    #expect(try x.t().reshape(6).sharesStorage(with: x) == false)
    #expect(!Tensor.ones([2]).sharesStorage(with: Tensor.ones([2])))
    // Two views of the same memory share it with each other as well.
    #expect(try x[0].sharesStorage(with: x[1]))
  }

  @Test func elementsOfArraysAndClosures() throws {
    var list = [Tensor.zeros([2]), Tensor.zeros([2])]
    let old = list
    try list[0] += 1
    #expect(old[0] == Tensor.zeros([2]))
    #expect(list[0] == Tensor.ones([2]))
    var x = Tensor.zeros([2])
    let read = { [x] in x }
    try x += 1
    #expect(read() == Tensor.zeros([2]))
  }

  @Test func savedForBackwardIsNotOverwritten() throws {
    let w = try Tensor([2.0, 3.0], requiresGrad: true)
    var h = try w * w
    let y = try h.exp().sum()  // exp saves its result, mul its inputs
    try h += 100
    try h.fill(0)
    try y.backward()
    let expected = [2 * 2 * Float.exp(4), 2 * 3 * Float.exp(9)]
    for (got, wanted) in zip(try #require(w.grad).array(of: Float.self), expected) {
      #expect(abs(got - wanted) < 1e-4 * wanted)
    }
  }
}

extension Float {
  fileprivate static func exp(_ x: Double) -> Float {
    var term = 1.0
    var sum = 1.0
    for i in 1..<60 {
      term *= x / Double(i)
      sum += term
    }
    return Float(sum)
  }
}
