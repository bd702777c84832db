import Testing

@testable import Martlet

/// An update in place needs no memory while nobody shares the elements, and takes its own when
/// somebody does.
@Suite struct InPlaceTests {
  func address(_ x: Tensor) -> UnsafeMutableRawPointer { x.buffer.data }

  static let updates: [(String, @Sendable (inout Tensor) throws -> Void)] = [
    ("+= scalar", { try $0 += 1 }), ("-= tensor", { try $0 -= Tensor.ones([4, 3]) }),
    ("*= row", { try $0 *= Tensor.ones([3]) }), ("/= scalar", { try $0 /= 2 }),
    ("fill", { try $0.fill(3) }), ("assign", { try $0.assign(1, at: 0) }),
    ("assign list", { try $0.assign(1, at: [0, 2]) }),
    ("add at", { try $0.add(Tensor.ones([3]), at: [0, 0]) }),
  ]

  @Test(arguments: updates.indices) func unsharedMemoryIsReused(_ number: Int) throws {
    let (name, update) = Self.updates[number]
    var x = Tensor.ones([4, 3])
    let before = address(x)
    try update(&x)
    #expect(address(x) == before, "\(name) allocated")
  }

  @Test(arguments: updates.indices) func sharedMemoryIsCopiedOnce(_ number: Int) throws {
    let (name, update) = Self.updates[number]
    var x = Tensor.ones([4, 3])
    let copy = x
    try update(&x)
    #expect(address(x) != address(copy), "\(name)")
    #expect(copy == Tensor.ones([4, 3]))
    let own = address(x)
    try update(&x)
    #expect(address(x) == own, "\(name) allocated again")
  }

  @Test func theLastViewOwnsTheMemory() throws {
    var x: Tensor? = Tensor.ones([4, 3])
    var row = try #require(x)[1]
    let before = address(row)
    x = nil
    try row += 1
    #expect(address(row) == before)
    #expect(row == Tensor.full([3], 2.0))
  }

  @Test func repeatedElementsAreNotWrittenInPlace() throws {
    // All elements of an expanded tensor are one in memory.
    var x = try Tensor.ones([1]).expanded(3)
    try x.assign(5, at: 0)
    #expect(try x.array(of: Int.self) == [5, 1, 1])
    var y = try Tensor.ones([1]).expanded(3)
    try y += Tensor([1.0, 2.0, 3.0])
    #expect(try y.array(of: Int.self) == [2, 3, 4])
  }

  @Test func transposedMemory() throws {
    var x = try Tensor([[1, 2], [3, 4]]).t()
    try x += Tensor([[10, 20], [30, 40]])
    #expect(try x.array(of: Int.self) == [11, 23, 32, 44])
    try x.assign(0, at: 1)
    #expect(try x.array(of: Int.self) == [11, 23, 0, 0])
  }

  @Test func variablesStayTheSameVariable() throws {
    var w = Tensor.ones([2], requiresGrad: true)
    let name = w
    try (w * 3).sum().backward()
    try noGrad {
      try w -= 0.5 * #require(w.grad)
    }
    #expect(w.requiresGrad && w.isLeaf)
    #expect(w.detached() == Tensor.full([2], -0.5))
    #expect(name.detached() == Tensor.ones([2]))
    // The slot is seen through every copy.
    #expect(name.grad == Tensor.full([2], 3.0))
    w.grad = nil
    #expect(name.grad == nil)
    try (w * 2).sum().backward()
    #expect(name.grad == Tensor.full([2], 2.0))
    try noGrad {
      try w.fill(1)
      try w.assign(4, at: 0)
      try w.fill(9, where: w .< 2)
    }
    #expect(w.isLeaf && w.requiresGrad)
    #expect(try w.array(of: Int.self) == [4, 9])
    try (w * 1).sum().backward()
    #expect(name.grad == Tensor.full([2], 3.0))
  }

  @Test func recordedUpdatesDifferentiate() throws {
    let w = try Tensor([1.0, 2.0, 3.0], requiresGrad: true)
    var h = try w * 2
    try h += w
    try h *= w
    try h.assign(Tensor([5.0]), at: 0)
    try h.fill(0, where: Tensor([false, false, true]))
    try h.sum().backward()
    #expect(try #require(w.grad).array(of: Int.self) == [0, 12, 0])
  }

  @Test func gradientsAreAddedWithoutCopiesOfWhatOthersHold() throws {
    let w = Tensor.ones([2], requiresGrad: true)
    try (w * 2).sum().backward()
    let first = try #require(w.grad)
    try (w * 3).sum().backward()
    #expect(first == Tensor.full([2], 2.0))
    #expect(w.grad == Tensor.full([2], 5.0))
  }

  @Test func failedWritesLeaveTheElements() throws {
    var x = try Tensor([1, 2, 3])
    #expect(throws: TensorError.self) { try x.assign(9, at: [0, 5]) }
    #expect(try x == Tensor([1, 2, 3]))
    #expect(throws: TensorError.self) { try x.assign(9, at: 4) }
    #expect(try x == Tensor([1, 2, 3]))
  }
}
