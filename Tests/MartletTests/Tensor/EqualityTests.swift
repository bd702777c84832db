import Testing

@testable import Martlet

@Suite struct EqualityTests {
  @Test func elementsShapeAndDtypeCount() throws {
    let x = try Tensor([1.0, 2.0])
    #expect(try x == Tensor([1.0, 2.0]))
    #expect(try x != Tensor([1.0, 3.0]))
    #expect(try x != Tensor([[1.0, 2.0]]))
    #expect(try x != Tensor([1.0, 2.0], dtype: .float64))
    #expect(try x != Tensor([1, 2]))
    #expect(Tensor.ones([0]) == Tensor.zeros([0]))
    #expect(Tensor.ones([0, 2]) != Tensor.ones([2, 0]))
  }

  @Test func layoutDoesNotCount() throws {
    let x = try Tensor([[1, 2], [3, 4]])
    #expect(try x.t() == Tensor([[1, 3], [2, 4]]))
    #expect(try x.t().contiguous() == x.t())
    #expect(try Tensor([7]).expanded(3) == Tensor([7, 7, 7]))
  }

  @Test func numbersThatAreNone() throws {
    let nan = try Tensor([Float.nan])
    #expect(nan != nan)
    #expect(try Tensor([0.0]) == Tensor([-0.0]))
    #expect(try nan.allClose(nan, equalNaN: true))
    #expect(try !nan.allClose(nan))
    let infinite = try Tensor([Double.infinity])
    #expect(try infinite.allClose(infinite))
    #expect(try !infinite.allClose(-infinite))
    #expect(try !infinite.allClose(Tensor([1.0])))
  }

  @Test func gradientsDoNotCount() {
    #expect(Tensor.ones([2], requiresGrad: true) == Tensor.ones([2]))
  }

  @Test func nearness() throws {
    let x = try Tensor([1.0, 100.0])
    #expect(try x.isClose(Tensor([1.000005, 101.0])).array(of: Bool.self) == [true, false])
    #expect(try x.allClose(Tensor([1.5, 100.0]), atol: 0.5))
    #expect(try Tensor([10, 11]).isClose(Tensor([10, 10])).array(of: Bool.self) == [true, false])
  }
}
