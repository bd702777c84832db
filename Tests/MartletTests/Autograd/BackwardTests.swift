import CKernels
import Testing

@testable import Martlet

@Suite struct BackwardTests {
  func variable(_ values: [Double]) throws -> Tensor {
    try Tensor(values, dtype: .float64, requiresGrad: true)
  }

  func grad(_ x: Tensor) throws -> [Double] { try #require(x.grad).array(of: Double.self) }

  @Test func gradientsAccumulate() throws {
    let x = try variable([1, 2])
    try (x * x).sum().backward()
    #expect(try grad(x) == [2, 4])
    try (x * 3).sum().backward()
    #expect(try grad(x) == [5, 7])
    x.grad = nil
    try x.sum().backward()
    #expect(try grad(x) == [1, 1])
  }

  @Test func retainedGraphsRunAgain() throws {
    let x = try variable([3])
    let y = try (x * x).sum()
    try y.backward(retainGraph: true)
    try y.backward(retainGraph: true)
    try y.backward()
    #expect(try grad(x) == [18])
    #expect(errorText { try y.backward() } != "no error")
    // Additions save nothing; still the record is used up.
    let z = try (x + x).sum()
    try z.backward()
    #expect(errorText { try z.backward() }.contains("second time"))
  }

  @Test func weightedStart() throws {
    let x = try variable([1, 2])
    try (x * x).backward(Tensor([10.0, 100.0], dtype: .float64))
    #expect(try grad(x) == [20, 400])
  }

  @Test func thirdDerivative() throws {
    let x = try variable([2])
    let y = try (x * x * x * x).sum()
    let first = try #require(try gradients(of: y, for: [x], createGraph: true)[0])
    #expect(try first.item() == 32)
    let second = try #require(try gradients(of: first.sum(), for: [x], createGraph: true)[0])
    #expect(try second.item() == 48)
    let third = try #require(try gradients(of: second.sum(), for: [x])[0])
    #expect(try third.item() == 48)
    #expect(!third.requiresGrad)
    // The same through `grad`.
    let s = try variable([0.5])
    try s.sin().sum().backward(createGraph: true)
    let slope = try #require(s.grad)
    #expect(slope.requiresGrad)
    s.grad = nil
    try slope.sum().backward()
    #expect(abs(try grad(s)[0] + 0.479425538604203) < 1e-14)
  }

  @Test func gradientsLeaveSlotsAlone() throws {
    let x = try variable([1])
    let y = try variable([2])
    let unused = try variable([3])
    let found = try gradients(of: (x * y).sum(), for: [y, unused, x])
    #expect(try #require(found[0]).item() == 1)
    #expect(found[1] == nil)
    #expect(try #require(found[2]).item() == 2)
    #expect(x.grad == nil && y.grad == nil && unused.grad == nil)
  }

  @Test func gradientsOfIntermediateResults() throws {
    let x = try variable([3])
    let h = try x * x
    let y = try h.exp2().sum()
    let found = try gradients(of: [y, (h * 2).sum()], for: [h, x, h])
    let slope = 512 * 0.6931471805599453 + 2
    for (result, wanted) in zip(found, [slope, slope * 6, slope]) {
      #expect(abs(try #require(result).item() - wanted) < 1e-9)
    }
    let again = try x * x
    #expect(try #require(gradients(of: again.sum(), for: [again])[0]).item() == 1)
  }

  @Test func detachedPartsAreConstants() throws {
    let x = try variable([3])
    try (x * x.detached()).sum().backward()
    #expect(try grad(x) == [3])
    #expect(!x.detached().requiresGrad)
  }

  @Test func modesNest() throws {
    let x = try variable([3])
    #expect(isGradEnabled)
    try noGrad { () throws in
      #expect(!isGradEnabled)
      #expect(try !(x * 2).requiresGrad)
      try enableGrad { () throws in
        #expect(try (x * 2).requiresGrad)
        #expect(try !noGrad { try x * 2 }.requiresGrad)
        #expect(isGradEnabled)
      }
      #expect(!isGradEnabled)
    }
    #expect(isGradEnabled)
    // An error leaves the mode as it was outside.
    #expect(throws: TensorError.self) { try noGrad { try x + Tensor.ones([2]) + Tensor.ones([3]) } }
    #expect(isGradEnabled)
    // Backward itself is not recorded, unless asked for.
    try (x * x).sum().backward()
    #expect(x.grad?.requiresGrad == false)
    try noGrad { try (enableGrad { try (x * x).sum() }).backward() }
    #expect(try grad(x) == [12])
  }

  @Test func sharedSubgraphs() throws {
    let x = try variable([2])
    let shared = try x * x  // 4
    let left = try shared * 3
    let right = try shared.square()
    let both = try left * right + shared
    try both.sum().backward()
    // 3 s^3 + s with s = x^2: (9 s^2 + 1) 2 x.
    #expect(try grad(x) == [(9 * 16 + 1) * 4])
    // One variable at many depths.
    let y = try variable([1.1])
    var h = y
    for _ in 0..<5 { h = try h * y + y }
    try h.sum().backward()
    func value(_ y: Double) -> Double { (0..<5).reduce(y) { h, _ in h * y + y } }
    let numeric = (value(1.1 + 1e-6) - value(1.1 - 1e-6)) / 2e-6
    #expect(abs(try grad(y)[0] - numeric) < 1e-6 * numeric)
  }

  @Test func partsWithoutGradientsAreSkipped() throws {
    let x = try variable([1, 2])
    let y = try x.split(1)
    try y[1].sum().backward()
    #expect(try grad(x) == [0, 1])
    // A branch through integers carries nothing.
    x.grad = nil
    try (x * x.detached().to(.int64)).sum().backward()
    #expect(try grad(x) == [1, 2])
  }

  @Test func errorsLeaveNoPartsBehind() throws {
    let x = try variable([1, 2])
    let good = try x * 2
    let bad = try Binary.zeta(good, good).sum()
    #expect(throws: TensorError.self) { try (bad + good.sum()).backward() }
    x.grad = nil
    let again = try gradients(of: (x * 2).sum(), for: [x])[0]
    #expect(try #require(again).array(of: Double.self) == [2, 2])
    #expect(try gradients(of: good.sum(), for: [x])[0]?.array(of: Double.self) == [2, 2])
  }
}
